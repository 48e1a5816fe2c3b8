import { stringify } from 'yaml';
import type { ClusterSettings } from './cluster-options.ts';

/** A kubeconfig as `az aks get-credentials` merges it: clusterUser or clusterAdmin of a cluster with local accounts. */
export function buildKubeconfig(
	{ name, fqdn, group = '' }: ClusterSettings,
	{ role, token, caPem }: { role: 'user' | 'admin'; token: string; caPem: string },
): string {
	const user = `cluster${role === 'admin' ? 'Admin' : 'User'}_${group}_${name}`;
	const context = role === 'admin' ? `${name}-admin` : name;
	const caData = Buffer.from(caPem).toString('base64');
	return stringify({
		apiVersion: 'v1',
		clusters: [{ cluster: { 'certificate-authority-data': caData, server: `https://${fqdn}:443` }, name }],
		contexts: [{ context: { cluster: name, user }, name: context }],
		'current-context': context,
		kind: 'Config',
		preferences: {},
		users: [{ name: user, user: { token } }],
	});
}
