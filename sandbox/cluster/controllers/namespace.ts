import { type ApiClient, isRefusal, pathTo } from '../api-client.ts';
import { listAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { apiVersionOf, storedResources } from '../kube-api/resource.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow } from './controller.ts';

/** Gives each namespace its default service account, and empties the ones that are being deleted. */
export function runNamespaces(context: ControllerContext): Promise<unknown> {
	const queue = new WorkQueue({ ...context, work: (name) => reconcile(context, name) });
	return Promise.all([
		follow(context, pathTo('v1', 'namespaces'), (_type, namespace) => queue.add(namespace.metadata.name)),
		follow(context, pathTo('v1', 'serviceaccounts'), (type, { metadata }) => {
			if (type === 'DELETED') queue.add(metadata.namespace ?? '');
		}),
		follow(context, pathTo('v1', 'pods'), (type, { metadata }) => {
			if (type === 'DELETED') queue.add(metadata.namespace ?? '');
		}),
	]).then(() => queue.idle());
}

async function reconcile({ api }: ControllerContext, name: string): Promise<void> {
	const namespace = await api.get(pathTo('v1', 'namespaces', undefined, name));
	if (!namespace) return;
	if (namespace.metadata.deletionTimestamp === undefined) await ensureServiceAccount(api, name);
	else await empty(api, namespace);
}

/** Makes a namespace, unless there is one. */
export async function ensureNamespace(api: ApiClient, name: string): Promise<void> {
	if (await api.get(pathTo('v1', 'namespaces', undefined, name))) return;
	await api.create(pathTo('v1', 'namespaces'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** Makes the `default` service account of a namespace, unless there is one. */
export async function ensureServiceAccount(api: ApiClient, namespace: string): Promise<void> {
	const path = pathTo('v1', 'serviceaccounts', namespace);
	if (await api.get(`${path}/default`)) return;
	try {
		await api.create(path, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
	} catch (error) {
		if (!isRefusal(error, 409)) throw error;
	}
}

async function empty(api: ApiClient, namespace: KubeObject): Promise<void> {
	const { name } = namespace.metadata;
	let left = 0;
	for (const resource of storedResources.filter(({ isNamespaced }) => isNamespaced)) {
		const path = pathTo(apiVersionOf(resource), resource.plural, name);
		const { items } = await api.list(path);
		for (const { metadata } of items) {
			if (metadata.deletionTimestamp === undefined) await api.delete(`${path}/${metadata.name}`);
		}
		left += (await api.list(path)).items.length;
	}
	// Pods are ended by their kubelets first; their deletion brings us back here.
	if (left > 0 || listAt(namespace, 'spec', 'finalizers').length === 0) return;
	const path = `${pathTo('v1', 'namespaces', undefined, name)}/finalize`;
	await api.replace(path, {
		...namespace,
		metadata: { ...namespace.metadata, resourceVersion: '' },
		spec: { finalizers: [] },
	});
}
