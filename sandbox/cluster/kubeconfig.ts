import { stringify } from 'yaml';
import type { ClientCertificate, ClusterSettings } from './cluster-options.ts';

interface Credentials {
	role: 'user' | 'admin';
	format?: 'azure' | undefined;
	token: string;
	client: ClientCertificate;
	caPem: string;
}

/** A kubeconfig as `az aks get-credentials` merges it: clusterUser or clusterAdmin of a cluster with local accounts. */
export function buildKubeconfig(
	{ name, fqdn, group = '', entra, plain }: ClusterSettings,
	{ role, format, token, client, caPem }: Credentials,
): string {
	const ofAks = `cluster${role === 'admin' ? 'Admin' : 'User'}_${group}_${name}`;
	const user = plain ? `kubernetes-admin@${name}` : ofAks;
	// `az aks get-credentials --admin` itself calls the administrator's context otherwise (azure-cli, acs/custom.py).
	const context = name;
	const base64 = (pem: string) => Buffer.from(pem).toString('base64');
	const kept = {
		'client-certificate-data': base64(client.certificate),
		'client-key-data': base64(client.key),
		token,
	};
	return stringify({
		apiVersion: 'v1',
		clusters: [{ cluster: { 'certificate-authority-data': base64(caPem), server: `https://${fqdn}:443` }, name }],
		contexts: [{ context: { cluster: name, user }, name: context }],
		'current-context': context,
		kind: 'Config',
		preferences: {},
		users: [
			{
				name: user,
				user: role === 'user' && entra ? signInWith(entra.tenantId, format) : kept,
			},
		],
	});
}

/** AKS's own applications in every tenant: the API servers', and that of kubelogin. */
const serverId = '6dae42f8-4368-4678-94ff-3960e28e3630';
const clientId = '80faf920-1908-4b52-b5ef-a8e7bedfc67a';

const installHint = `
kubelogin is not installed which is required to connect to AAD enabled cluster.

To learn more, please go to https://aka.ms/aks/kubelogin
`;

/** How kubectl gets a token of Entra: by kubelogin, or in the way that Kubernetes gave up in 1.26. */
function signInWith(tenantId: string, format: 'azure' | undefined): object {
	if (format === 'azure') {
		const config = {
			'apiserver-id': serverId,
			'client-id': clientId,
			'config-mode': '1',
			environment: 'AzurePublicCloud',
			'tenant-id': tenantId,
		};
		return { 'auth-provider': { name: 'azure', config } };
	}
	const told = { environment: 'AzurePublicCloud', 'server-id': serverId, 'client-id': clientId, 'tenant-id': tenantId };
	const flags = Object.entries({ ...told, login: 'devicecode' }).flatMap(([flag, value]) => [`--${flag}`, value]);
	return {
		exec: {
			apiVersion: 'client.authentication.k8s.io/v1beta1',
			args: ['get-token', ...flags],
			command: 'kubelogin',
			env: null,
			installHint,
			provideClusterInfo: false,
		},
	};
}
