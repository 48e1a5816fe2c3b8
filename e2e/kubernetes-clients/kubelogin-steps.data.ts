/** One command of somebody who signs in to a cluster with Entra, and what it must say. */
export interface SignInStep {
	program: 'az' | 'kubelogin' | 'kubectl';
	/** Words, quoted where they have spaces; `{name}` stands for what an earlier step kept. */
	args: string;
	env?: Record<string, string>;
	exit?: number;
	says?: RegExp;
	/** Keeps the output under this name. */
	keep?: string;
}

const az = (args: string, more: Partial<SignInStep> = {}): SignInStep => ({ program: 'az', args, ...more });
const kubectl = (args: string, more: Partial<SignInStep> = {}): SignInStep => ({ program: 'kubectl', args, ...more });
const kubelogin = (args: string, more: Partial<SignInStep> = {}): SignInStep => ({
	program: 'kubelogin',
	args,
	...more,
});

const ci = (secret: string) => ({
	AAD_SERVICE_PRINCIPAL_CLIENT_ID: '{app}',
	AAD_SERVICE_PRINCIPAL_CLIENT_SECRET: secret,
});
const right = ci('of-this-test');
const refused = /User does not have access to the resource in Azure\. Update role assignment to allow access/;
const give = (who: string, role: string) =>
	az(
		`role assignment create --assignee-object-id ${who} --assignee-principal-type ServicePrincipal --role "${role}" --scope {cluster} -o none`,
	);

/** A cluster whose users are Entra's, and each way in which kubelogin gets a token without a browser. */
export const signInSteps: readonly SignInStep[] = [
	az('login -u ana@contoso.onmicrosoft.com -p Horse-11 -o none'),
	az('group create -n shop -l westeurope -o none'),
	az('aks create -g shop -n shop --enable-aad --enable-azure-rbac --node-count 1 --no-ssh-key --query id -o tsv', {
		keep: 'cluster',
	}),
	az(
		'role assignment create --assignee ana@contoso.onmicrosoft.com --role "Azure Kubernetes Service RBAC Cluster Admin" --scope {cluster} -o none',
	),
	az('ad sp list --display-name ci --query [0].appId -o tsv', { keep: 'app' }),
	az('ad sp list --display-name ci --query [0].id -o tsv', { keep: 'ci' }),
	give('{ci}', 'Azure Kubernetes Service RBAC Reader'),
	az('identity create -g shop -n deployer --query principalId -o tsv', { keep: 'deployer' }),
	give('{deployer}', 'Azure Kubernetes Service RBAC Writer'),
	az('account show --query tenantId -o tsv', { keep: 'tenant' }),
	az('aks get-credentials -g shop -n shop', { says: /Converted kubeconfig to use Azure CLI authentication/ }),
	kubectl('auth whoami', { says: /Username +ana@contoso\.onmicrosoft\.com/ }),
	kubectl('get nodes', { says: /aks-nodepool1-\d+-vmss000000 +Ready/ }),

	// The conversion to the Azure CLI has left out what other ways need.
	kubelogin('convert-kubeconfig -l spn --client-id {app} --tenant-id {tenant}'),
	// The wrong secret first: what the right one gets is kept.
	kubectl('get configmaps', { env: ci('wrong'), exit: 1, says: /AADSTS7000215: Invalid client secret provided/ }),
	kubectl('auth whoami', { env: right, says: /Username +\S+[^]*oid +\[/ }),
	kubectl('get configmaps', { env: right, says: /kube-root-ca\.crt/ }),
	kubectl('get secrets', { env: right, exit: 1, says: refused }),

	kubelogin('convert-kubeconfig -l msi'),
	kubectl('create secret generic kept --from-literal=a=b', { says: /secret\/kept created/ }),
	kubectl('get nodes', { exit: 1, says: refused }),
];
