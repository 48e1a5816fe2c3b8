/** What tests compare a world with itself by: everything that connect can change, asked from outside like anyone would. */
import { createHash } from 'node:crypto';

import type { Kube } from '@lanyard/clients';
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

/** Kinds of a cluster that connect writes, and those that it could leave something in. */
const kinds = [
	'/api/v1/secrets',
	'/api/v1/serviceaccounts',
	'/api/v1/namespaces',
	'/apis/apps/v1/deployments',
	'/apis/apps/v1/statefulsets',
	'/apis/apps/v1/daemonsets',
	'/apis/batch/v1/cronjobs',
];

/** The state of Azure, of the directory and of all clusters, without what changes by itself; `contexts` are clusters off AKS. */
export async function dumpWorld(session: Session, contexts: string[] = []): Promise<Record<string, unknown>> {
	const ask: Ask = async (url, { method = 'GET' } = {}) => {
		const audience = url.startsWith(session.cloud.graph) ? session.cloud.graph : session.cloud.armAudience;
		// Asked for each time: in a world whose time is scaled a token lives for seconds, and on a slow machine a dump takes as long.
		const token = (await session.signIn.token(audience)).value;
		const headers = { authorization: `Bearer ${token.reveal()}` };
		const response = await session.send(new Request(url, { method, headers }));
		return stripped(await response.json());
	};
	const subscriptions = await session.subscriptions();
	const parts = await Promise.all([
		...subscriptions.map(({ id }) => dumpSubscription(session, ask, id)),
		dumpDirectory(session, ask),
		...contexts.map((name) => dumpCluster(name, session.kubeBy(`context:${name}`))),
	]);
	return Object.assign({}, ...parts);
}

type Ask = (url: string, request?: { method?: 'GET' | 'POST' }) => Promise<unknown>;

async function dumpSubscription(session: Session, ask: Ask, id: string): Promise<object> {
	const base = `/subscriptions/${id}`;
	const [registries, clusters] = await Promise.all([session.arm.registries(id), session.arm.clusters(id)]);
	const paths = [
		`${base}/providers/Microsoft.ContainerRegistry/registries?api-version=2025-11-01`,
		`${base}/providers/Microsoft.ContainerService/managedClusters?api-version=2025-03-01`,
		`${base}/providers/Microsoft.ManagedIdentity/userAssignedIdentities?api-version=2023-01-31`,
		`${base}/resourcegroups?api-version=2024-11-01`,
		`${base}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`,
		...registries.flatMap((registry) => [
			`${registry.id}/tokens?api-version=2025-11-01`,
			`${registry.id}/scopeMaps?api-version=2025-11-01`,
			`${registry.id}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`,
		]),
	];
	const entries = await Promise.all(
		paths.map(async (path) => [path.split('?')[0], await ask(`${session.cloud.arm}${path}`)] as const),
	);
	const more = await Promise.all([
		...registries.map(({ loginServer }) => dumpContent(session, loginServer)),
		...registries.map((registry) => dumpAdminUser(session, ask, registry.id)),
		...clusters.map((cluster) => dumpCluster(cluster.name, session.kubeOf(cluster))),
	]);
	return Object.assign(Object.fromEntries(entries), ...more);
}

/** Its passwords by their digests: a failing comparison prints what it compares. */
async function dumpAdminUser(session: Session, ask: Ask, registryId: string): Promise<object> {
	const url = `${session.cloud.arm}${registryId}/listCredentials?api-version=2025-11-01`;
	const text = JSON.stringify(await ask(url, { method: 'POST' }));
	return { [`${registryId}/listCredentials`]: createHash('sha256').update(text).digest('hex') };
}

async function dumpDirectory(session: Session, ask: Ask): Promise<object> {
	const bin = 'directory/deletedItems/microsoft.graph.';
	const lists = ['applications', 'servicePrincipals', 'groups', `${bin}application`, `${bin}servicePrincipal`];
	const entries = await Promise.all(
		lists.map(async (path) => [path, await ask(`${session.cloud.graph}/v1.0/${path}`)] as const),
	);
	const groups: { id: string }[] = Object(entries.find(([name]) => name === 'groups')?.[1]).value ?? [];
	const members = await Promise.all(
		groups.map(
			async ({ id }) => [`members/${id}`, await ask(`${session.cloud.graph}/v1.0/groups/${id}/members`)] as const,
		),
	);
	return Object.fromEntries([...entries, ...members]);
}

/** Its objects, and the pods that nothing makes anew; what the caller may not read is left out. */
async function dumpCluster(name: string, opening: Promise<Kube>): Promise<object> {
	const kube = await unlessRefused(opening);
	if (!kube) return {};
	const entries = await Promise.all(
		kinds.map(async (path) => [`${name}${path}`, await unlessRefused(kube.list(path, stripped))] as const),
	);
	const pods = await unlessRefused(kube.list('/api/v1/pods', (pod) => Object(pod).metadata));
	const staying = pods?.filter((pod) => !pod.ownerReferences && !pod.deletionTimestamp);
	return { ...Object.fromEntries(entries), [`${name}/pods`]: staying?.map((pod) => `${pod.namespace}/${pod.name}`) };
}

/** What can be pulled, and how much lies there; what the caller may not list is left out. */
async function dumpContent(session: Session, loginServer: string): Promise<object> {
	const registry = session.registry(loginServer);
	const names = (await unlessRefused(registry.repositories())) ?? [];
	const all = await Promise.all(
		names.map(async (name) => {
			const [tags, size] = await Promise.all([
				unlessRefused(registry.tags(name)),
				unlessRefused(registry.repositorySize(name)),
			]);
			const digests = await Promise.all(
				(tags ?? []).map(
					async (tag) => [tag, (await unlessRefused(registry.manifest({ repository: name, tag })))?.digest] as const,
				),
			);
			return [name, { tags: Object.fromEntries(digests), size }] as const;
		}),
	);
	return { [loginServer]: Object.fromEntries(all) };
}

async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
	return asked.catch((problem: unknown) => {
		if (problem instanceof Problem) return undefined;
		throw problem;
	});
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

/** What one world has and another has not, in words: ``application `x` ``, `role assignment`; what both have and differs is `(changed)`. */
export function leftIn(world: Record<string, unknown>, before: Record<string, unknown>): string[] {
	const keys = [...new Set([...Object.keys(world), ...Object.keys(before)])];
	const words = keys.flatMap((key) => differences(key, entriesOf(world[key]), entriesOf(before[key])));
	return [...new Set(words)].toSorted();
}

function differences(key: string, now: Map<string, string>, before: Map<string, string>): string[] {
	const kind = key.split('/').at(-1)?.replace(/ies$/, 'y').replace(/s$/, '') ?? key;
	return [...new Set([...now.keys(), ...before.keys()])].flatMap((name) => {
		if (now.get(name) === before.get(name)) return [];
		const how = !before.has(name) ? '' : now.has(name) ? ' (changed)' : ' (gone)';
		// An id says nothing to people.
		const called = name === '' || /^[0-9a-f]{8}-/.test(name) ? '' : ` \`${name}\``;
		return [`${inWords(kind)}${called}${how}`];
	});
}

/** `roleAssignment` is a role assignment. */
function inWords(kind: string): string {
	return kind.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The things of a list by what people call them; what is no list, whole. */
function entriesOf(part: unknown): Map<string, string> {
	const list: unknown = Array.isArray(part) ? part : Object(part).value;
	if (Array.isArray(list)) return new Map(list.map((entry) => [nameOf(entry), JSON.stringify(entry)]));
	const isNothing = part === undefined || isEmpty(part);
	return new Map(isNothing ? [] : [['', JSON.stringify(part)]]);
}

function nameOf(entry: unknown): string {
	const { displayName, name, metadata } = Object(entry);
	return String(displayName ?? name ?? Object(metadata).name ?? entry);
}
