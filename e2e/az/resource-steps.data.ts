import type { Step } from './az-steps.ts';

const group = '-g made';
const role = JSON.stringify({
	Name: 'Registry-looker',
	Description: 'looks',
	Actions: ['Microsoft.ContainerRegistry/registries/read'],
	AssignableScopes: ['/subscriptions/{sub}'],
});

/** Making, changing and deleting resources: in the order of somebody who sets up a registry and a cluster. */
export const resourceSteps: Step[] = [
	{ az: 'login -u ana@contoso.onmicrosoft.com -p Horse-11 --query [0].name -o tsv', says: 'Payments' },
	{ az: 'account show --query id -o tsv', keep: 'sub' },
	{ az: 'group create -n made -l westeurope', says: /"provisioningState": "Succeeded"/ },
	{ az: 'group exists -n made', says: /true/ },
	{ az: 'group exists -n nowhere', says: /false/ },
	{ az: `acr check-name -n maderegistry`, says: /"nameAvailable": true/ },
	{ az: `acr create -n maderegistry ${group} --sku Basic`, says: /maderegistry\.azurecr\.io/ },
	{ az: `acr check-name -n maderegistry`, says: /The registry maderegistry is already in use/ },
	{ az: `acr create -n maderegistry -g myResourceGroup --sku Basic`, exit: 1, says: /AlreadyInUse/ },
	{ az: 'acr show -n MADEREGISTRY --query id -o tsv', says: /resourceGroups\/made\//, keep: 'acr' },
	{ az: 'acr credential show -n maderegistry', exit: 1, says: /admin-enabled true/ },
	{ az: 'acr update -n maderegistry --admin-enabled true', says: /"adminUserEnabled": true/ },
	{ az: 'acr credential show -n maderegistry', says: /"username": "maderegistry"/ },
	{ az: 'acr credential renew -n maderegistry --password-name password2', says: /"password2"/ },
	{ az: 'acr update -n maderegistry --anonymous-pull-enabled true', exit: 1, says: /anonymousPullEnabled/ },
	{ az: 'acr update -n maderegistry --sku Standard', says: /"Standard"/ },
	{ az: 'acr update -n maderegistry --anonymous-pull-enabled true', says: /"anonymousPullEnabled": true/ },
	{ az: 'acr show-usage -n maderegistry', says: /"Size"/ },
	{ az: 'acr import -n maderegistry --source docker.io/library/nginx:latest --image nginx:v1' },
	{
		az: 'acr import -n maderegistry --source docker.io/library/nosuch:latest --image x:v1',
		exit: 1,
		says: /manifest/,
	},
	{ az: 'acr import -n maderegistry --source maderegistry.azurecr.io/nginx:v1 --image copy:v2' },
	{ az: 'acr repository list -n maderegistry', says: /"copy",\s+"nginx"/ },
	{
		az: 'acr scope-map create -n reads -r maderegistry --repository nginx content/read',
		says: /content\/read/,
	},
	{ az: 'acr token create -n puller -r maderegistry --scope-map reads', says: /"password1"/ },
	{ az: 'acr token list -r maderegistry', says: /"puller"/ },
	{
		az: `acr create -n madeabac ${group} --sku Premium --role-assignment-mode rbac-abac`,
		says: /AbacRepositoryPermissions/,
	},
	{ az: 'acr network-rule add -n madeabac --ip-address 20.1.2.3', says: /20\.1\.2\.3/ },
	{ az: 'acr config authentication-as-arm update -r madeabac --status disabled', says: /disabled/ },
	{ az: 'acr list -o table', says: /madeabac/ },
	{ az: `identity create -n madeid ${group}`, says: /"principalId"/ },
	{ az: `identity show -n madeid ${group} --query principalId -o tsv`, keep: 'principal' },
	{
		az: `identity federated-credential create --identity-name madeid -n fic ${group} --issuer https://oidc.example --subject system:serviceaccount:a:b`,
		says: /api:\/\/AzureADTokenExchange/,
	},
	{
		az: 'role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal --role AcrPull --scope {acr}',
		says: /"principalType": "ServicePrincipal"/,
	},
	{
		az: 'role assignment create --assignee {principal} --role AcrPull --scope {acr}',
		says: /"roleDefinitionId"/,
	},
	{ az: 'role assignment list --scope {acr}', says: /AcrPull/ },
	{ az: 'role assignment list --assignee {principal} --all', says: /AcrPull/ },
	{ az: 'role assignment delete --assignee {principal} --role AcrPull --scope {acr}' },
	{ az: `role definition create --role-definition ${role}`, says: /"Registry-looker"/ },
	{ az: 'role definition list --custom-role-only true', says: /"Registry-looker"/ },
	{
		az: `aks create -n madecluster ${group} --no-ssh-key --enable-managed-identity --node-count 1 --attach-acr maderegistry`,
		says: /"kubeletidentity"/,
	},
	{
		az: `aks show -n madecluster ${group} --query identityProfile.kubeletidentity.objectId -o tsv`,
		keep: 'kubelet',
	},
	{ az: 'role assignment list --scope {acr} --query "[].principalId" -o tsv', says: '{kubelet}' },
	{ az: `aks update -n madecluster ${group} --attach-acr madeabac`, says: '{kubelet}' },
	{ az: `aks update -n madecluster ${group} --detach-acr maderegistry`, says: '{kubelet}' },
	{
		az: 'role assignment list --scope {acr} --query "[?principalId==\'{kubelet}\'].id" -o tsv',
		says: /^\s*$/,
	},
	{ az: `aks get-credentials -n madecluster ${group} -f {kubeconfig}` },
	{
		az: `aks create -n madecluster2 ${group} --no-ssh-key --kubernetes-version 1.19.1`,
		exit: 1,
		says: /not supported in this region/,
	},
	{ az: `aks nodepool list --cluster-name madecluster ${group} -o table`, says: /nodepool1/ },
	{
		az: 'provider show -n Microsoft.ContainerRegistry --query registrationState -o tsv',
		says: /Registered/,
	},
	{ az: 'account list-locations --query "[].name" -o tsv', says: /westeurope/ },
	{ az: `resource list ${group} -o table`, says: /madecluster/ },
	{ az: `aks delete -n madecluster ${group} --yes` },
	{ az: `aks show -n madecluster ${group}`, exit: 3, says: /ResourceNotFound/ },
	{ az: 'acr delete -n maderegistry --yes' },
	{ az: 'group delete -n made --yes' },
	{ az: 'group exists -n made', says: /false/ },
];
