import type { MachineSettings } from '@lanyard/sandbox-ground';
import type { Setting } from '../settings.ts';
import type { Edit, PodSpec, Scene } from './fault.ts';

/** Edits and what takes them back; a fault is several of these in a row. */
export interface Change {
	edits: Edit[];
	undo: Edit[];
}

/** One after the other, taken back in reverse. */
export function inOrder(...changes: Change[]): Change {
	return {
		edits: changes.flatMap(({ edits }) => edits),
		undo: changes.toReversed().flatMap(({ undo }) => undo),
	};
}

/** A method and a path. */
type Call = [method: string, path: string];

const versions = { authorization: '2022-04-01', registry: '2025-11-01' };

/** The nodes of the cluster as new, so that they pull and ask anew. */
export function nodesAsNew({ cluster }: Scene): Change {
	return {
		edits: cluster.nodes.map((machine): Edit => ({ setting: { machine, key: 'asNew', value: true } })),
		undo: [],
	};
}

/** New pods of the workload, which must pull. */
function newPods(scene: Scene): Change {
	const path = `/api/v1/namespaces/${scene.workload.namespace}/pods?labelSelector=${encodeURIComponent(scene.workload.selector)}`;
	return { edits: [toCluster(scene, ['DELETE', path])], undo: [] };
}

/** Fresh nodes and fresh pods: what was changed shows. */
export function tryAgain(scene: Scene): Change {
	return inOrder(nodesAsNew(scene), newPods(scene));
}

/** A setting of every node. */
export function onNodes<K extends keyof MachineSettings>(scene: Scene, key: K, value: MachineSettings[K]): Change {
	const set = (machine: string, to: unknown): Edit => ({ setting: { machine, key, value: to } });
	return {
		edits: scene.cluster.nodes.map((machine) => set(machine, value)),
		undo: scene.cluster.nodes.map((machine) => set(machine, null)),
	};
}

type HostMap = 'resolver' | 'routes' | 'certificates' | 'addresses';
type Entry<K extends HostMap> = Exclude<MachineSettings[K], undefined>[string];

/** A setting of every node that is about one host. */
export function forHostOnNodes<K extends HostMap>(
	scene: Scene,
	key: K,
	{ host, value }: { host: string; value: Entry<K> },
): Change {
	const set = (machine: string, to: unknown): Edit => ({ setting: { machine, key, host, value: to } });
	return {
		edits: scene.cluster.nodes.map((machine) => set(machine, value)),
		undo: scene.cluster.nodes.map((machine) => set(machine, null)),
	};
}

/** What the registry answers in place of its own. */
export function registryAnswers({ registry }: Scene, value: Extract<Setting, { registry: string }>['value']): Change {
	const set = (to: typeof value): Edit => ({ setting: { registry: registry.loginServer, key: 'answers', value: to } });
	return { edits: [set(value)], undo: [set(null)] };
}

/** Another spec for the workload's pods. */
export function withSpec(scene: Scene, change: (spec: PodSpec) => PodSpec): Change {
	const { path, spec } = scene.workload;
	const replace = (value: PodSpec): Edit =>
		toCluster(scene, ['PATCH', path], {
			contentType: 'application/json-patch+json',
			body: [{ op: 'replace', path: '/spec/template/spec', value }],
		});
	return { edits: [replace(change(structuredClone(spec)))], undo: [replace(spec)] };
}

/** Another image for the workload. */
export function withImage(scene: Scene, image: string): Change {
	return withSpec(scene, (spec) => ({
		...spec,
		containers: spec.containers.map((one, i) => (i === 0 ? { ...one, image } : one)),
	}));
}

/** The workload's pods name this pull secret. */
export function namingSecret(scene: Scene, ...names: string[]): Change {
	return withSpec(scene, (spec) => ({ ...spec, imagePullSecrets: names.map((name) => ({ name })) }));
}

interface SecretSpec {
	name: string;
	type?: string;
	/** The text of its one key. */
	text: string;
}

/** A secret in the workload's namespace. */
export function withSecret(scene: Scene, { name, type = 'kubernetes.io/dockerconfigjson', text }: SecretSpec): Change {
	const path = `/api/v1/namespaces/${scene.workload.namespace}/secrets`;
	const body = {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: { name },
		type,
		stringData: { '.dockerconfigjson': text },
	};
	return {
		edits: [toCluster(scene, ['POST', path], { body })],
		undo: [toCluster(scene, ['DELETE', `${path}/${name}`])],
	};
}

/** A docker config for one host. */
export function dockerConfig(host: string, username: string, password: string): string {
	return JSON.stringify({ auths: { [host]: { username, password } } });
}

/** Azure takes no time to replicate, so that what was taken away is away. */
const atOnce: Change = {
	edits: [{ setting: { world: 'azure', key: 'replicationDelayMs', value: 0 } }],
	undo: [{ setting: { world: 'azure', key: 'replicationDelayMs', value: null } }],
};

/** The nodes' identity without the roles that let it pull. */
export function withoutRole(scene: Scene): Change {
	const { assignments } = scene.registry;
	return inOrder(atOnce, {
		edits: assignments.map(({ id }) => toArm(scene, ['DELETE', armPath(id, versions.authorization)])),
		undo: assignments.map(({ id, properties }) =>
			toArm(scene, ['PUT', armPath(id, versions.authorization)], { properties }),
		),
	});
}

interface RoleSpec {
	roleId: string;
	principalId: string;
	principalType?: 'Group';
	scope: string;
	condition?: string;
}

/** A role for a principal; `name` is the assignment's, so that it can be taken back. */
export function withRole(scene: Scene, o: RoleSpec): Change {
	const name = assignmentName([o.roleId, o.principalId, o.scope].join());
	const path = armPath(`${o.scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, versions.authorization);
	const subscription = /^\/subscriptions\/[^/]+/.exec(scene.registry.id)?.[0] ?? '';
	const properties = {
		roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${o.roleId}`,
		principalId: o.principalId,
		principalType: o.principalType ?? 'ServicePrincipal',
		...(o.condition !== undefined && { condition: o.condition, conditionVersion: '2.0' }),
	};
	return { edits: [toArm(scene, ['PUT', path], { properties })], undo: [toArm(scene, ['DELETE', path])] };
}

// Azure takes any UUID for a name; one made of what it says makes breaking again the same request.
function assignmentName(of: string): string {
	let hash = 0n;
	for (const letter of of) hash = (hash * 1_000_003n + BigInt(letter.codePointAt(0) ?? 0)) % (1n << 128n);
	const hex = hash.toString(16).padStart(32, '0');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** The registry with other properties; `before` is how they were. */
export function withRegistry(
	scene: Scene,
	properties: Record<string, unknown>,
	before: Record<string, unknown>,
): Change {
	const patch = (to: Record<string, unknown>): Edit =>
		toArm(scene, ['PATCH', armPath(scene.registry.id, versions.registry)], { properties: to });
	return { edits: [patch(properties)], undo: [patch(before)] };
}

/** An action of the registry's, with what is kept of its answer. */
export function registryAction(
	scene: Scene,
	action: string,
	o: { body?: unknown; keep: Record<string, string> },
): Edit {
	return {
		...toArm(scene, ['POST', armPath(`${scene.registry.id}/${action}`, versions.registry)], o.body ?? {}),
		keep: o.keep,
	};
}

/** Something below the registry: a token, a scope map. */
export function registryChild(scene: Scene, path: string, properties: Record<string, unknown>): Change {
	const at = armPath(`${scene.registry.id}/${path}`, versions.registry);
	return { edits: [toArm(scene, ['PUT', at], { properties })], undo: [toArm(scene, ['DELETE', at])] };
}

/** A manifest under a tag or digest of the workload's repository. */
export function putManifest(
	scene: Scene,
	reference: string,
	{ mediaType, body }: { mediaType: string; body: string },
): Edit {
	const { loginServer, repository } = scene.registry;
	const path = `/v2/${repository}/manifests/${reference}`;
	return { request: { as: scene.user, host: loginServer, method: 'PUT', path, body, contentType: mediaType } };
}

/** Takes a manifest away, as a clean-up does. */
export function deleteManifest({ user, registry }: Scene, digest: string): Edit {
	const path = `/v2/${registry.repository}/manifests/${digest}`;
	return { request: { as: user, host: registry.loginServer, method: 'DELETE', path } };
}

const graph = 'graph.microsoft.com';

function toGraph({ user }: Scene, [method, path]: Call, body?: unknown) {
	return { request: { as: user, host: graph, method, path: `/v1.0${path}`, ...(body !== undefined && { body }) } };
}

/** A group, kept as `group`. */
export function newGroup(scene: Scene): Change {
	const name = 'pullers-too-late';
	const body = { displayName: name, mailNickname: name, mailEnabled: false, securityEnabled: true };
	return {
		edits: [{ ...toGraph(scene, ['POST', '/groups'], body), keep: { group: 'id' } }],
		undo: [toGraph(scene, ['DELETE', '/groups/{group}'])],
	};
}

/** The nodes' identity in the group that was kept. */
export function joinGroup(scene: Scene): Change {
	const member = { '@odata.id': `https://${graph}/v1.0/directoryObjects/${scene.cluster.kubeletObjectId ?? ''}` };
	return { edits: [toGraph(scene, ['POST', '/groups/{group}/members/$ref'], member)], undo: [] };
}

/** An application with a service principal and a password, kept as `app`, `client`, `principal` and `password`. */
export function newServicePrincipal(scene: Scene): Change {
	const made = toGraph(scene, ['POST', '/applications'], { displayName: 'puller-of-a-pull-secret' });
	return {
		edits: [
			{ ...made, keep: { app: 'id', client: 'appId' } },
			{ ...toGraph(scene, ['POST', '/servicePrincipals'], { appId: '{client}' }), keep: { principal: 'id' } },
			{
				...toGraph(scene, ['POST', '/applications/{app}/addPassword'], {}),
				keep: { password: 'secretText', key: 'keyId' },
			},
		],
		undo: [toGraph(scene, ['DELETE', '/applications/{app}'])],
	};
}

/** Takes the password away that was kept, as a rotation does. */
export function withoutPassword(scene: Scene): Change {
	return { edits: [toGraph(scene, ['POST', '/applications/{app}/removePassword'], { keyId: '{key}' })], undo: [] };
}

function armPath(id: string, version: string): string {
	return `${id}?api-version=${version}`;
}

function toArm({ user }: Scene, [method, path]: Call, body?: unknown): Edit & { request: object } {
	return { request: { as: user, host: 'management.azure.com', method, path, ...(body !== undefined && { body }) } };
}

/** A request to the cluster's API server. */
export function toCluster(
	{ user, cluster }: Scene,
	[method, path]: Call,
	more: { body?: unknown; contentType?: string } = {},
): Edit {
	return { request: { as: user, host: cluster.host, method, path, ...more } };
}
