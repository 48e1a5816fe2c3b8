import { stringify } from 'yaml';
import type { ClientCertificate, ClusterSettings } from './cluster-options.ts';

/** A kubeconfig as `az aks get-credentials` merges it: clusterUser or clusterAdmin of a cluster with local accounts. */
export function buildKubeconfig(
	{ name, fqdn, group = '' }: ClusterSettings,
	{ role, token, client, caPem }: { role: 'user' | 'admin'; token: string; client: ClientCertificate; caPem: string },
): string {
	const user = `cluster${role === 'admin' ? 'Admin' : 'User'}_${group}_${name}`;
	const context = role === 'admin' ? `${name}-admin` : name;
	const base64 = (pem: string) => Buffer.from(pem).toString('base64');
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
				user: {
					'client-certificate-data': base64(client.certificate),
					'client-key-data': base64(client.key),
					token,
				},
			},
		],
	});
}
