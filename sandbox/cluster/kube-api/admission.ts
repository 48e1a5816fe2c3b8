import { fieldsAt, listAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { forbidden, notFound } from './api-error.ts';
import { findResource, type Resource, storagePrefix } from './resource.ts';
import type { Storage } from './storage.ts';

/** What the built-in admission plugins make of a new object: NamespaceLifecycle, then ServiceAccount. */
export function admit(storage: Storage, resource: Resource, object: KubeObject): KubeObject {
	if (resource.isNamespaced) admitNamespace(storage, resource, object);
	return resource.kind === 'Pod' ? admitServiceAccount(storage, resource, object) : object;
}

function admitNamespace(storage: Storage, resource: Resource, { metadata }: KubeObject): void {
	const name = metadata.namespace ?? '';
	const namespaces = findResource('', 'namespaces');
	const namespace = storage.get(storagePrefix(namespaces) + name);
	if (!namespace) throw notFound(namespaces, name);
	if (namespace.metadata.deletionTimestamp === undefined) return;
	const why = `unable to create new content in namespace ${name} because it is being terminated`;
	throw forbidden(resource, metadata.name, why);
}

// plugin/pkg/admission/serviceaccount: pull secrets are copied only into a pod that names none.
function admitServiceAccount(storage: Storage, resource: Resource, pod: KubeObject): KubeObject {
	const { name: podName, namespace = '' } = pod.metadata;
	const name = textAt(pod, 'spec', 'serviceAccountName') || 'default';
	const account = storage.get(storagePrefix(findResource('', 'serviceaccounts'), namespace) + name);
	if (!account) {
		throw forbidden(
			resource,
			podName,
			`error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
		);
	}
	const spec = fieldsAt(pod, 'spec');
	const own = listAt(spec, 'imagePullSecrets');
	const imagePullSecrets = own.length > 0 ? own : listAt(account, 'imagePullSecrets');
	return {
		...pod,
		spec: {
			...spec,
			serviceAccountName: name,
			serviceAccount: name,
			...(imagePullSecrets.length > 0 && { imagePullSecrets }),
		},
	};
}
