import { type Fields, numberAt, textAt } from '../json.ts';
import { type KubeObject, stamp } from '../kube-object.ts';
import { conflict } from './api-error.ts';
import type { WriteContext } from './create.ts';
import { getObject, selectorOf } from './read.ts';
import type { Ask, Target } from './request-target.ts';
import { type Resource, storagePrefix } from './resource.ts';

/**
 * DELETE of one object: at once, or marked as going where something must still happen first: a kubelet that ends the pod, a
 * finalizer, the contents of a namespace, dependents that are to go first or to stay.
 */
export function deleteObject(context: WriteContext, { target, query }: Ask, options: Fields): Record<string, unknown> {
	const object = getObject(context.storage, target);
	checkPreconditions(target, object, options);
	if (query.has('dryRun')) return object;
	return removeObject(context, target, { object, options: { ...Object.fromEntries(query), ...options } });
}

/** DELETE of a collection; answers what it took. */
export function deleteObjects(context: WriteContext, { target, query }: Ask, options: Fields): KubeObject[] {
	const isSelected = selectorOf(query);
	const found = context.storage
		.list(storagePrefix(target.resource, target.namespace))
		.filter(([, object]) => isSelected(object));
	for (const [, object] of found) {
		const { name, namespace } = object.metadata;
		const one: Target = { resource: target.resource, name, ...(namespace !== undefined && { namespace }) };
		removeObject(context, one, { object, options });
	}
	return found.map(([, object]) => object);
}

function checkPreconditions({ resource, name = '' }: Target, { metadata }: KubeObject, options: Fields): void {
	const uid = textAt(options, 'preconditions', 'uid');
	if (uid !== '' && uid !== metadata.uid) {
		throw conflict(
			resource,
			name,
			`Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
		);
	}
	const version = textAt(options, 'preconditions', 'resourceVersion');
	if (version !== '' && version !== metadata.resourceVersion) {
		const why = `Precondition failed: ResourceVersion in precondition: ${version}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
		throw conflict(resource, name, why);
	}
}

function removeObject(
	{ storage, clock }: WriteContext,
	{ resource, namespace, name = '' }: Target,
	{ object, options }: { object: KubeObject; options: Fields },
): Record<string, unknown> {
	const key = storagePrefix(resource, namespace) + name;
	const finalizers = [...new Set([...(object.metadata.finalizers ?? []), ...policyFinalizers(options)])];
	const grace = graceOf(resource, object, options);
	if (finalizers.length === 0 && grace === 0 && resource.kind !== 'Namespace') {
		storage.delete(key);
		return deleted(resource, object);
	}
	const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
	const isSooner = deletionTimestamp === undefined || grace < (deletionGracePeriodSeconds ?? 0);
	const end = new Date(clock.after(grace * 1000));
	return storage.set(key, {
		...object,
		metadata: {
			...object.metadata,
			...(finalizers.length > 0 && { finalizers }),
			deletionTimestamp: isSooner ? stamp(end) : deletionTimestamp,
			deletionGracePeriodSeconds: isSooner ? grace : (deletionGracePeriodSeconds ?? 0),
		},
		...(resource.kind === 'Namespace' && { status: { phase: 'Terminating' } }),
	});
}

function policyFinalizers(options: Fields): string[] {
	const policy = textAt(options, 'propagationPolicy');
	if (policy === 'Foreground') return ['foregroundDeletion'];
	return policy === 'Orphan' ? ['orphan'] : [];
}

// pkg/registry/core/pod strategy CheckGracefulDelete: only a pod that a kubelet has is given time.
function graceOf(resource: Resource, object: KubeObject, options: Fields): number {
	if (resource.kind !== 'Pod' || textAt(object, 'spec', 'nodeName') === '') return 0;
	if (['Failed', 'Succeeded'].includes(textAt(object, 'status', 'phase'))) return 0;
	const asked = numberAt(options, 'gracePeriodSeconds') ?? Number.parseInt(textAt(options, 'gracePeriodSeconds'), 10);
	return Number.isNaN(asked) ? (numberAt(object, 'spec', 'terminationGracePeriodSeconds') ?? 30) : asked;
}

function deleted(resource: Resource, { metadata }: KubeObject): Record<string, unknown> {
	const details = {
		name: metadata.name,
		...(resource.group !== '' && { group: resource.group }),
		kind: resource.plural,
		uid: metadata.uid,
	};
	return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
