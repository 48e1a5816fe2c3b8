import type { Step } from './az-steps.ts';

const wrongSecret = 'AADSTS7000215';
const registry = '--scope {acr}';

/**
 * az keeps access tokens by application, whatever the secret: who tries another secret does so from a folder of its own.
 * Signing in, keeping a directory, and giving roles: in the order of somebody who sets a registry up.
 */
export const identitySteps: Step[] = [
	{ az: 'login -u ana@contoso.onmicrosoft.com -p wrong', exit: 1, says: 'AADSTS50126' },
	{
		az: 'login -u ana@contoso.onmicrosoft.com -p Horse-11 --query [0].user.name -o tsv',
		says: 'ana@contoso.onmicrosoft.com',
	},
	{ az: 'account show --query tenantId -o tsv', keep: 'tenant' },
	{ az: 'account show --query id -o tsv', keep: 'sub' },
	{ az: 'ad sp list --display-name ci --query [].appId -o tsv', keep: 'ci' },
	{ az: 'ad signed-in-user show --query userPrincipalName -o tsv', says: 'ana@contoso.onmicrosoft.com' },
	{ az: 'ad signed-in-user show --query id -o tsv', keep: 'ana' },
	{ az: 'acr show -n myregistry --query id -o tsv', keep: 'acr' },
	{ az: 'account get-access-token --query tokenType -o tsv', says: 'Bearer' },
	{
		az: 'account get-access-token --resource https://containerregistry.azure.net --query tenant -o tsv',
		says: '{tenant}',
	},
	{ az: 'account get-access-token --resource-type ms-graph --query tokenType -o tsv', says: 'Bearer' },
	{ az: 'account get-access-token --scope https://nobody.example/.default', exit: 1, says: 'AADSTS500011' },

	// The recipe of docs/sandbox.md.
	{ az: 'cloud register -n sandbox --endpoint-resource-manager https://management.azure.com', account: 'clouded' },
	{ az: 'cloud set -n sandbox', account: 'clouded' },
	{ az: 'login -u ana@contoso.onmicrosoft.com -p Horse-11', account: 'clouded', says: /"cloudName": "sandbox"/ },
	{ az: 'acr show -n myregistry --query loginServer -o tsv', account: 'clouded', says: 'myregistry.azurecr.io' },
	{ az: 'ad signed-in-user show --query id -o tsv', account: 'clouded', says: '{ana}' },

	{ az: 'login --service-principal -u {ci} -p wrong --tenant {tenant}', account: 'ci', exit: 1, says: wrongSecret },
	{
		az: 'login --service-principal -u 00000000-0000-4000-8000-000000000000 -p wrong --tenant {tenant}',
		account: 'ci',
		exit: 1,
		says: 'AADSTS700016',
	},
	{
		az: 'login --service-principal -u {ci} -p ci-secret-of-this-test --tenant nowhere.onmicrosoft.com',
		account: 'ci',
		exit: 1,
		says: 'nowhere.onmicrosoft.com',
	},
	{
		az: 'login --service-principal -u {ci} -p ci-secret-of-this-test --tenant contoso.onmicrosoft.com --query [0].user.type -o tsv',
		account: 'ci',
		says: 'servicePrincipal',
	},
	{ az: 'account get-access-token --query tenant -o tsv', account: 'ci', says: '{tenant}' },
	{
		az: 'ad sp list --display-name ci',
		account: 'ci',
		exit: 1,
		says: 'Insufficient privileges to complete the operation.',
	},
	{
		az: 'ad signed-in-user show',
		account: 'ci',
		exit: 1,
		says: '/me request is only valid with delegated authentication flow.',
	},

	{ az: 'login --identity', account: 'workstation', exit: 1, says: 'Identity not found' },
	{ az: 'login --identity --query [0].user.type -o tsv', account: 'node', fromNode: true, says: 'servicePrincipal' },
	{
		az: 'account get-access-token --resource https://containerregistry.azure.net --query tenant -o tsv',
		account: 'node',
		fromNode: true,
		says: '{tenant}',
	},

	{
		az: 'login --use-device-code --query [0].user.name -o tsv',
		account: 'ben',
		approveAs: 'ben@contoso.onmicrosoft.com',
		says: 'ben@contoso.onmicrosoft.com',
	},
	{
		az: 'ad user create --display-name Eve --user-principal-name eve@contoso.onmicrosoft.com --password Ev3-password',
		account: 'ben',
		exit: 1,
		says: 'Insufficient privileges to complete the operation.',
	},
	{ az: 'ad sp create-for-rbac --name bens-app --query appId -o tsv', account: 'ben', keep: 'bensApp' },
	{
		az: 'ad app delete --id {ci}',
		account: 'ben',
		exit: 1,
		says: 'Insufficient privileges to complete the operation.',
	},
	{
		az: 'role assignment create --assignee {bensApp} --role AcrPull --scope {acr}',
		account: 'ben',
		exit: 1,
		says: 'AuthorizationFailed',
	},

	{ az: 'ad sp create-for-rbac --name acr-sp --role AcrPull --scopes {acr} --query password -o tsv', keep: 'password' },
	{ az: 'ad sp list --display-name acr-sp --query [].appId -o tsv', keep: 'appId' },
	{ az: 'ad sp show --id {appId} --query id -o tsv', keep: 'spId' },
	{ az: 'ad sp show --id {spId} --query appId -o tsv', says: '{appId}' },
	{ az: 'ad sp show --id http://acr-sp', exit: 3, says: "Service principal 'http://acr-sp' doesn't exist" },
	{ az: 'ad app list --display-name acr-sp --query [].appId -o tsv', says: '{appId}' },
	{ az: 'ad app show --id {appId} --query passwordCredentials[0].displayName -o tsv', says: 'rbac' },
	{
		az: 'login --service-principal -u {appId} -p {password} --tenant {tenant} --query [0].user.name -o tsv',
		account: 'sp1',
		says: '{appId}',
	},
	{
		az: 'ad sp create-for-rbac --name acr-sp --role AcrPull --scopes {acr} --query password -o tsv',
		keep: 'password2',
		says: 'Found an existing application instance',
	},
	{
		az: 'login --service-principal -u {appId} -p {password} --tenant {tenant}',
		account: 'sp2',
		exit: 1,
		says: wrongSecret,
	},
	{
		az: 'login --service-principal -u {appId} -p {password2} --tenant {tenant} --query [0].user.name -o tsv',
		account: 'sp3',
		says: '{appId}',
	},
	{ az: 'ad sp credential reset --id {appId} --query password -o tsv', keep: 'password3' },
	{ az: 'ad sp credential list --id {appId} --query length(@) -o tsv', says: '1' },
	{ az: 'login --service-principal -u {appId} -p {password3} --tenant {tenant} -o none', account: 'sp4' },
	{ az: 'login --service-principal -u {appId} -p {password2} --tenant {tenant} -o none', account: 'sp5' },
	{ az: 'ad sp credential reset --id {appId} --append --end-date 2020-01-01 -o none', exit: 1 },

	{ az: 'ad group create --display-name pullers --mail-nickname pullers --query id -o tsv', keep: 'group' },
	{ az: 'ad group member add -g pullers --member-id {spId}' },
	{
		az: 'ad group member add -g pullers --member-id {spId}',
		exit: 1,
		says: 'One or more added object references already exist',
	},
	{ az: 'ad group member check -g pullers --member-id {spId} --query value -o tsv', says: 'true' },
	{ az: 'ad group member list -g pullers --query [].displayName -o tsv', says: 'acr-sp' },
	{
		az: 'ad user create --display-name Eve --user-principal-name eve@contoso.onmicrosoft.com --password Ev3-password --query id -o tsv',
		keep: 'eve',
	},
	{ az: 'ad user list --display-name Eve --query [].userPrincipalName -o tsv', says: 'eve@contoso.onmicrosoft.com' },

	{ az: "role assignment list --scope {acr} --query [?principalId=='{spId}'].principalName -o tsv", says: '{appId}' },
	{ az: `role assignment create --assignee {appId} --role AcrPull ${registry} -o none` },
	{
		az: `role assignment create --assignee {spId} --role AcrPush ${registry} --query principalId -o tsv`,
		says: '{spId}',
	},
	{
		az: `role assignment create --assignee eve@contoso.onmicrosoft.com --role AcrPull ${registry} --query principalType -o tsv`,
		says: 'User',
	},
	{
		az: `role assignment create --assignee-object-id {group} --assignee-principal-type Group --role AcrPull ${registry} --query principalType -o tsv`,
		says: 'Group',
	},
	{
		az: `role assignment create --assignee nobody@contoso.onmicrosoft.com --role AcrPull ${registry}`,
		exit: 1,
		says: 'Cannot find user or service principal in graph database',
	},
	{
		az: `role assignment create --assignee 11111111-1111-4111-8111-111111111111 --role AcrPull ${registry}`,
		exit: 1,
		says: 'Cannot find user or service principal in graph database',
	},
	{
		az: `role assignment create --assignee {appId} --role NoSuchRole ${registry}`,
		exit: 1,
		says: "Role 'NoSuchRole' doesn't exist",
	},
	{ az: 'role assignment list --assignee {appId} --all --query [].roleDefinitionName -o tsv', says: 'AcrPush' },
	{
		az: `role assignment list --assignee eve@contoso.onmicrosoft.com ${registry} --query [].principalName -o tsv`,
		says: 'eve@contoso.onmicrosoft.com',
	},
	{ az: `role assignment delete --assignee {spId} --role AcrPush ${registry}` },
	{ az: `role assignment delete --assignee {appId} --role AcrPull ${registry}` },
	{ az: `role assignment delete --assignee eve@contoso.onmicrosoft.com --role AcrPull ${registry}` },
	{
		az: `role assignment delete --assignee {appId} --role AcrPull ${registry}`,
		exit: 1,
		says: 'No matched assignments were found to delete',
	},

	{
		az: 'ad app federated-credential create --id {appId} --parameters {federation} --query subject -o tsv',
		says: '{kubelet}',
	},
	{ az: 'ad app federated-credential list --id {appId} --query [].name -o tsv', says: 'node' },
	{
		az: 'login --service-principal -u {appId} --federated-token {nodeToken} --tenant {tenant} --query [0].user.name -o tsv',
		account: 'federated',
		says: '{appId}',
	},
	{
		az: 'login --service-principal -u {ci} --federated-token {nodeToken} --tenant {tenant}',
		account: 'federated',
		exit: 1,
		says: 'AADSTS70021',
	},
	{ az: 'ad app federated-credential delete --id {appId} --federated-credential-id node' },

	{ az: 'ad group member remove -g pullers --member-id {spId}' },
	{ az: 'ad group delete -g pullers' },
	{ az: 'ad user delete --id eve@contoso.onmicrosoft.com' },
	{ az: 'ad app delete --id {appId}' },
	{ az: 'ad sp show --id {appId}', exit: 3, says: 'does not exist' },
	{
		az: 'login --service-principal -u {appId} -p {password3} --tenant {tenant}',
		account: 'sp6',
		exit: 1,
		says: 'AADSTS700016',
	},
	{ az: 'logout' },
];
