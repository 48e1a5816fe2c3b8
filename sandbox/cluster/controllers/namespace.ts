import { type ApiClient, pathTo } from '../api-client.ts';
import { listAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { apiVersionOf, storedResources } from '../kube-api/resource.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow } from './controller.ts';

const emptyAgainMs = 1000;

/** Empties the namespaces that are being deleted, and lets them go. */
export function runNamespaces(context: ControllerContext): Promise<unknown> {
	const { api, clock, signal } = context;
	const queue = new WorkQueue({
		...context,
		work: async (name) => {
			const namespace = await api.get(pathTo('v1', 'namespaces', undefined, name));
			if (!namespace || namespace.metadata.deletionTimestamp === undefined) return;
			// Pods are ended by their kubelets first, and others wait for their finalizers: looked at again until nothing is left.
			if (!(await empty(api, namespace))) void clock.sleep(emptyAgainMs, signal).then(() => queue.add(name));
		},
	});
	return follow(context, pathTo('v1', 'namespaces'), (_type, { metadata }) => {
		if (metadata.deletionTimestamp !== undefined) queue.add(metadata.name);
	}).then(() => queue.idle());
}

/** Deletes all that lies in a namespace; whether it was empty, and was let go. */
async function empty(api: ApiClient, namespace: KubeObject): Promise<boolean> {
	const { name } = namespace.metadata;
	if (listAt(namespace, 'spec', 'finalizers').length === 0) return true;
	let left = 0;
	for (const resource of storedResources.filter(({ isNamespaced }) => isNamespaced)) {
		const path = pathTo(apiVersionOf(resource), resource.plural, name);
		const { items } = await api.list(path);
		for (const { metadata } of items) {
			if (metadata.deletionTimestamp === undefined)
				await api.delete(`${path}/${metadata.name}`, { propagationPolicy: 'Background' });
		}
		if (items.length > 0) left += (await api.list(path)).items.length;
	}
	if (left > 0) return false;
	const path = `${pathTo('v1', 'namespaces', undefined, name)}/finalize`;
	await api.replace(path, {
		...namespace,
		metadata: { ...namespace.metadata, resourceVersion: '' },
		spec: { finalizers: [] },
	});
	return true;
}
