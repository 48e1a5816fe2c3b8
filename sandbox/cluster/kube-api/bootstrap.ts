import { randomUUID } from 'node:crypto';
import { type Fields, isFields, listAt, textAt } from '../json.ts';
import { type KubeObject, stamp } from '../kube-object.ts';
import { bootstrapPolicy } from './data/bootstrap-policy.data.ts';
import { createObject, type WriteContext } from './create.ts';
import type { Ask } from './request-target.ts';
import { resources, storagePrefix } from './resource.ts';

const server = { name: 'system:apiserver', groups: ['system:masters'] };
const request = new Request('https://localhost/', { headers: { 'user-agent': 'kube-apiserver' } });

/** The namespaces that a server makes for itself. */
export const systemNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** The two that every cluster has (pkg/apis/scheduling/v1/helpers.go). */
const priorityClasses = [
	priorityClass(
		'system-node-critical',
		2_000_001_000,
		'system critical pods that must not be moved from their current node.',
	),
	priorityClass(
		'system-cluster-critical',
		2_000_000_000,
		'system critical pods that must run in the cluster, but can be moved to another node if necessary.',
	),
];

function priorityClass(name: string, value: number, use: string): Fields {
	const description = `Used for ${use}`;
	return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, description };
}

/** Where each of them lies, and how the first server of this process stored it: those of others have other ids and times only. */
let first: Map<string, KubeObject> | undefined;

/** Makes the namespaces, roles and bindings that every cluster has (the API server's rbac/bootstrap-roles hook), unless they are there. */
export function bootstrap(context: WriteContext): void {
	const isEmpty = context.storage.version === emptyVersion;
	if (first && isEmpty) return repeat(context, first);
	const made = new Map<string, KubeObject>();
	for (const object of bootstrapObjects()) create(context, object, made);
	if (isEmpty) first = made;
}

/** The version of a storage in which nothing ever was. */
const emptyVersion = 1;

function repeat({ storage, clock }: WriteContext, made: Map<string, KubeObject>): void {
	const time = stamp(clock.now());
	for (const [key, object] of made) {
		const managers = listAt(object, 'metadata', 'managedFields').filter(isFields);
		const managedFields = managers.map((entry) => ({ ...entry, time }));
		const metadata = { ...object.metadata, uid: randomUUID(), creationTimestamp: time, managedFields };
		storage.set(key, { ...object, metadata });
	}
}

function bootstrapObjects(): Fields[] {
	const namespaces = systemNamespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
	const policy = bootstrapPolicy.map((line): unknown => JSON.parse(line)).filter(isFields);
	return [...namespaces, ...policy, ...priorityClasses, ownService];
}

const ownService: Fields = {
	apiVersion: 'v1',
	kind: 'Service',
	metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
	spec: { clusterIP: '10.0.0.1', ports: [{ name: 'https', port: 443, targetPort: 443 }] },
};

function create(context: WriteContext, object: Fields, made: Map<string, KubeObject>): void {
	const resource = resources.find(
		({ kind, group }) => kind === object['kind'] && textAt(object, 'apiVersion').startsWith(group),
	);
	if (!resource) throw new RangeError(`no kind ${textAt(object, 'kind')} is served`);
	const namespace = textAt(object, 'metadata', 'namespace');
	const name = textAt(object, 'metadata', 'name');
	const where = resource.isNamespaced ? { namespace } : {};
	const key = storagePrefix(resource, where.namespace) + name;
	if (context.storage.get(key)) return;
	const ask: Ask = {
		target: { resource, ...where },
		query: new URLSearchParams(),
		request,
		user: server,
		warnings: [],
	};
	made.set(key, createObject(context, ask, object));
}
