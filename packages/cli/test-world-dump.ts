/** What tests compare a world with itself by: everything that connect can change, asked from outside like anyone would. */
import { Problem } from '@lanyard/core';

import type { Session } from './session/session.ts';

/** Changes with every write, or with the moment; says nothing of what there is. */
const volatile = new Set([
	'resourceVersion',
	'managedFields',
	'creationTimestamp',
	'uid',
	'generation',
	'status',
	'systemData',
	'etag',
	'deployment.kubernetes.io/revision',
	'updatedOn',
	'updatedBy',
	'createdOn',
]);

/** The state of Azure, of the directory and of a cluster's objects, without what changes by itself. */
export async function dumpWorld(session: Session): Promise<Record<string, unknown>> {
	const [subscription] = await session.subscriptions();
	const base = `/subscriptions/${subscription?.id}`;
	const registries = await session.arm.registries(subscription?.id ?? '');
	const arm = [
		`${base}/providers/Microsoft.ContainerRegistry/registries?api-version=2025-11-01`,
		`${base}/providers/Microsoft.ContainerService/managedClusters?api-version=2025-03-01`,
		`${base}/providers/Microsoft.ManagedIdentity/userAssignedIdentities?api-version=2023-01-31`,
		`${base}/resourcegroups?api-version=2024-11-01`,
		`${base}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`,
		...registries.flatMap(({ id }) => [
			`${id}/tokens?api-version=2025-11-01`,
			`${id}/scopeMaps?api-version=2025-11-01`,
			`${id}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`,
		]),
	];
	const graph = ['applications', 'servicePrincipals', 'groups', 'directory/deletedItems/microsoft.graph.application'];
	const kube = await session.kube();
	const kinds = ['/api/v1/secrets', '/api/v1/serviceaccounts', '/apis/apps/v1/deployments', '/api/v1/namespaces'];
	const armToken = (await session.signIn.token(session.cloud.armAudience)).value;
	const graphToken = (await session.signIn.token(session.cloud.graph)).value;
	const ask = async (url: string, token: { reveal(): string }) => {
		const headers = { authorization: `Bearer ${token.reveal()}` };
		const response = await session.send(new Request(url, { headers }));
		return stripped(await response.json());
	};
	const entries = await Promise.all([
		...arm.map(async (path) => [path.split('?')[0], await ask(`${session.cloud.arm}${path}`, armToken)] as const),
		...graph.map(async (path) => [path, await ask(`${session.cloud.graph}/v1.0/${path}`, graphToken)] as const),
		...kinds.map(async (path) => [path, await kube.list(path, stripped)] as const),
	]);
	const groups = await membersOf(session, entries.find(([name]) => name === 'groups')?.[1], (url) =>
		ask(url, graphToken),
	);
	const tags = await tagsOf(session, registries);
	return { ...Object.fromEntries(entries), ...groups, tags };
}

/** What can be pulled; what Ana may not list is left out. */
async function tagsOf(session: Session, registries: { loginServer: string }[]) {
	const pairs = registries.map(async ({ loginServer }) => {
		const registry = session.registry(loginServer);
		const refused = (problem: unknown) => {
			if (problem instanceof Problem) return [];
			throw problem;
		};
		const names = await registry.repositories().catch(refused);
		const all = await Promise.all(names.map(async (name) => [name, await registry.tags(name).catch(refused)] as const));
		return [loginServer, Object.fromEntries(all.filter(([, tags]) => tags.length > 0))] as const;
	});
	return Object.fromEntries(await Promise.all(pairs));
}

async function membersOf(session: Session, groups: unknown, ask: (url: string) => Promise<unknown>) {
	const list: { id: string }[] = Object(groups).value ?? [];
	const entries = await Promise.all(
		list.map(
			async ({ id }) => [`members/${id}`, await ask(`${session.cloud.graph}/v1.0/groups/${id}/members`)] as const,
		),
	);
	return Object.fromEntries(entries);
}

function stripped(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(stripped);
	if (typeof value !== 'object' || value === null) return value;
	const kept = Object.entries(value).filter(([key]) => !volatile.has(key));
	// An empty map and none are the same to whoever reads it.
	const inner = kept.map(([key, one]) => [key, stripped(one)] as const);
	return Object.fromEntries(inner.filter(([, one]) => !isEmpty(one)));
}

function isEmpty(value: unknown): boolean {
	return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
