import type { Plan } from '@lanyard/core';
import { noteAnnotation, planAnnotation } from '../secret-note.ts';

/**
 * The objects that a plan puts into clusters, as a list that becomes YAML for `kubectl apply`. Values of credentials are left
 * to be filled in: a plan has none. Undefined where the plan puts nothing into a cluster.
 */
export function buildKubernetesList(plan: Plan): object | undefined {
	const items = [...secretsOf(plan), ...serviceAccountsOf(plan)];
	return items.length === 0 ? undefined : { apiVersion: 'v1', kind: 'List', items };
}

function secretsOf(plan: Plan): object[] {
	return plan.steps
		.filter(({ do: verb }) => verb === 'write-secret')
		.map(({ change: { namespace, name, credentials = '' } }) => {
			const sources = credentials.split(',').flatMap((id) => plan.steps.find((step) => step.id === id) ?? []);
			const servers = sources.flatMap(({ change }) => change['servers']?.split(',') ?? []);
			const auths = Object.fromEntries(servers.map((server) => [server, { username: 'FILL-IN', password: 'FILL-IN' }]));
			const notes = sources.flatMap(({ change: { servers: keys = '', source = '' } }) =>
				keys.split(',').map((server) => ({ server, source })),
			);
			return {
				apiVersion: 'v1',
				kind: 'Secret',
				metadata: {
					name,
					namespace,
					labels: { 'app.kubernetes.io/managed-by': 'lanyard' },
					annotations: { [planAnnotation]: plan.id, [noteAnnotation]: JSON.stringify(notes) },
				},
				type: 'kubernetes.io/dockerconfigjson',
				stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
			};
		});
}

function serviceAccountsOf(plan: Plan): object[] {
	return plan.steps
		.filter(({ do: verb, change }) => verb === 'name-secret' && change['kind'] === 'serviceaccount')
		.map(({ change: { namespace, name, secret, beside } }) => ({
			apiVersion: 'v1',
			kind: 'ServiceAccount',
			metadata: { name, namespace },
			// The API knows this list as one value: what is left out here would be taken away.
			imagePullSecrets: [...(beside?.split(',') ?? []), secret].map((one) => ({ name: one })),
		}));
}
