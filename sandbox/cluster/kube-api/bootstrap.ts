import { type Fields, isFields, textAt } from '../json.ts';
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

/** Makes the namespaces, roles and bindings that every cluster has (the API server's rbac/bootstrap-roles hook), unless they are there. */
export function bootstrap(context: WriteContext): void {
	for (const name of systemNamespaces) create(context, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
	const objects = bootstrapPolicy.map((line): unknown => JSON.parse(line)).filter(isFields);
	for (const object of objects) create(context, object);
	for (const object of priorityClasses) create(context, object);
	create(context, {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
		spec: { clusterIP: '10.0.0.1', ports: [{ name: 'https', port: 443, targetPort: 443 }] },
	});
}

function create(context: WriteContext, object: Fields): void {
	const resource = resources.find(
		({ kind, group }) => kind === object['kind'] && textAt(object, 'apiVersion').startsWith(group),
	);
	if (!resource) throw new RangeError(`no kind ${textAt(object, 'kind')} is served`);
	const namespace = textAt(object, 'metadata', 'namespace');
	const name = textAt(object, 'metadata', 'name');
	const where = resource.isNamespaced ? { namespace } : {};
	if (context.storage.get(storagePrefix(resource, where.namespace) + name)) return;
	const ask: Ask = {
		target: { resource, ...where },
		query: new URLSearchParams(),
		request,
		user: server,
		warnings: [],
	};
	createObject(context, ask, object);
}
