import { listAt, textAt } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import { findResource, storagePrefix } from '../resource.ts';
import type { Storage } from '../storage.ts';

/** Something that a pod needs of its namespace. */
export interface Needed {
	resource: string;
	namespace?: string | undefined;
	name?: string | undefined;
}

/**
 * Which node needs what, by the pods that are bound to it (plugin/pkg/auth/authorizer/node/graph.go). It follows the pods as they change, so
 * that a question costs the same however many there are.
 */
export class NodeGraph {
	/** How many pods of a node need a thing. */
	readonly #needs = new Map<string, number>();

	constructor(storage: Storage) {
		const pods = storagePrefix(findResource('', 'pods'));
		for (const [, pod] of storage.list(pods)) this.#count(pod, 1);
		storage.subscribe(pods, ({ type, object, previous }) => {
			if (previous) this.#count(previous, -1);
			if (type !== 'DELETED') this.#count(object, 1);
		});
	}

	/** Whether a pod on this node refers to it. */
	needs(node: string, needed: Needed): boolean {
		return this.#needs.has(edge(node, needed));
	}

	#count(pod: KubeObject, one: 1 | -1): void {
		const node = textAt(pod, 'spec', 'nodeName');
		if (node === '') return;
		const { namespace } = pod.metadata;
		for (const needed of referencesOf(pod)) {
			const key = edge(node, { ...needed, namespace });
			const count = (this.#needs.get(key) ?? 0) + one;
			if (count > 0) this.#needs.set(key, count);
			else this.#needs.delete(key);
		}
	}
}

function edge(node: string, { resource, namespace = '', name = '' }: Needed): string {
	return `${node}/${resource}/${namespace}/${name}`;
}

// A node must never be able to make a pod that gives it rights: what mirrors a static pod refers to nothing.
const mirror = 'kubernetes.io/config.mirror';

function referencesOf(pod: KubeObject): Needed[] {
	if (pod.metadata.annotations?.[mirror] !== undefined) return [];
	const named = (resource: string, names: string[]) =>
		names.filter((name) => name !== '').map((name) => ({ resource, name }));
	return [
		...named('serviceaccounts', [textAt(pod, 'spec', 'serviceAccountName')]),
		...named('secrets', secretsOf(pod)),
		...named('configmaps', configMapsOf(pod)),
	];
}

// VisitPodSecretNames (pkg/api/v1/pod/util.go).
function secretsOf(pod: KubeObject): string[] {
	return [
		...listAt(pod, 'spec', 'imagePullSecrets').map((secret) => textAt(secret, 'name')),
		...fromEnvironment(pod, 'secretRef', 'secretKeyRef'),
		...fromVolumes(pod, secretFields, 'secret'),
	];
}

const secretFields = [
	['azureFile', 'secretName'],
	['cephfs', 'secretRef', 'name'],
	['cinder', 'secretRef', 'name'],
	['csi', 'nodePublishSecretRef', 'name'],
	['flexVolume', 'secretRef', 'name'],
	['iscsi', 'secretRef', 'name'],
	['rbd', 'secretRef', 'name'],
	['scaleIO', 'secretRef', 'name'],
	['secret', 'secretName'],
	['storageos', 'secretRef', 'name'],
];

// VisitPodConfigmapNames.
function configMapsOf(pod: KubeObject): string[] {
	return [
		...fromEnvironment(pod, 'configMapRef', 'configMapKeyRef'),
		...fromVolumes(pod, [['configMap', 'name']], 'configMap'),
	];
}

function fromEnvironment(pod: KubeObject, whole: string, oneKey: string): string[] {
	const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((kind) =>
		listAt(pod, 'spec', kind),
	);
	return containers.flatMap((container) => [
		...listAt(container, 'envFrom').map((source) => textAt(source, whole, 'name')),
		...listAt(container, 'env').map((variable) => textAt(variable, 'valueFrom', oneKey, 'name')),
	]);
}

function fromVolumes(pod: KubeObject, fields: string[][], projected: string): string[] {
	return listAt(pod, 'spec', 'volumes').flatMap((volume) => [
		...fields.map((path) => textAt(volume, ...path)),
		...listAt(volume, 'projected', 'sources').map((source) => textAt(source, projected, 'name')),
	]);
}
