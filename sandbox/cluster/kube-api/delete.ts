import { type Fields, fieldsAt, listAt, numberAt, textAt } from '../json.ts';
import { type KubeObject, stamp } from '../kube-object.ts';
import { conflict, invalidOptions } from './api-error.ts';
import { isDryRun, type WriteContext } from './create.ts';
import { getObject, selectorOf } from './read.ts';
import type { Ask, Target } from './request-target.ts';
import { type Resource, storagePrefix } from './resource.ts';

/**
 * DELETE of one object: at once, or marked as going where something must still happen first: a kubelet that ends the pod, a
 * finalizer, the contents of a namespace, dependents that are to go first or to stay.
 */
export function deleteObject(context: WriteContext, ask: Ask, options: Fields): Fields {
	const { target, query } = ask;
	const object = getObject(context.storage, target);
	checkPreconditions(target, object, options);
	const wanted = withPolicy(ask, { ...Object.fromEntries(query), ...options });
	checkOptions(wanted);
	const isDry = isDryRun(ask, options);
	return removeObject(context, target, { object, options: wanted, isDry });
}

// pkg/registry/batch/job/storage: a job leaves its pods behind where nobody says what becomes of them.
function withPolicy({ target, warnings }: Ask, options: Fields): Fields {
	const isSaid = options['propagationPolicy'] !== undefined || options['orphanDependents'] !== undefined;
	if (isSaid || target.resource.kind !== 'Job') return options;
	warnings.push(
		'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
	);
	return { ...options, propagationPolicy: 'Orphan' };
}

function checkOptions(options: Fields): void {
	const policy = textAt(options, 'propagationPolicy');
	if (['', 'Background', 'Foreground', 'Orphan'].includes(policy)) return;
	const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`;
	throw invalidOptions('DeleteOptions', [{ field: 'propagationPolicy', message, reason: 'FieldValueNotSupported' }]);
}

/** DELETE of a collection; answers what it took. */
export function deleteObjects(context: WriteContext, ask: Ask, options: Fields): KubeObject[] {
	const { target, query } = ask;
	const isSelected = selectorOf(target.resource, query);
	const wanted = withPolicy(ask, { ...Object.fromEntries(query), ...options });
	checkOptions(wanted);
	const isDry = isDryRun(ask, options);
	const found = context.storage
		.list(storagePrefix(target.resource, target.namespace))
		.filter(([, object]) => isSelected(object));
	for (const [, object] of found) {
		const { name, namespace } = object.metadata;
		const one: Target = { resource: target.resource, name, ...(namespace !== undefined && { namespace }) };
		removeObject(context, one, { object, options: wanted, isDry });
	}
	return found.map(([, object]) => object);
}

/** Refuses where the caller meant another object, or another version of it. */
export function checkPreconditions({ resource, name = '' }: Target, { metadata }: KubeObject, options: Fields): void {
	// registry/rest/delete.go names the kind, not the resource.
	const named = { ...resource, plural: resource.kind };
	const uid = textAt(options, 'preconditions', 'uid');
	if (uid !== '' && uid !== metadata.uid) {
		const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
		throw conflict(named, name, why);
	}
	const version = textAt(options, 'preconditions', 'resourceVersion');
	if (version !== '' && version !== metadata.resourceVersion) {
		const why = `the ResourceVersion in the precondition (${version}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
		throw conflict(named, name, why);
	}
}

interface Removal {
	object: KubeObject;
	options: Fields;
	isDry: boolean;
}

function removeObject({ storage, clock }: WriteContext, target: Target, { object, options, isDry }: Removal): Fields {
	const { resource, namespace, name = '' } = target;
	const key = storagePrefix(resource, namespace) + name;
	const finalizers = wantedFinalizers(object.metadata.finalizers ?? [], options);
	const grace = graceOf(resource, object, options);
	if (finalizers.length === 0 && grace === 0 && !waitsForContents(object)) {
		if (!isDry) storage.delete(key);
		return returnsObject(resource) ? markGone(object, grace) : deleted(resource, object);
	}
	const marked = markGoing(object, { finalizers, grace, end: stamp(new Date(clock.after(grace * 1000))) });
	return isDry || marked === object ? marked : storage.set(key, marked);
}

interface Going {
	finalizers: string[];
	grace: number;
	/** When its time is over. */
	end: string;
}

/** An object that is to go, with what it still waits for; the same object when it is known to be going. */
function markGoing(object: KubeObject, { finalizers, grace, end }: Going): KubeObject {
	const {
		deletionTimestamp,
		deletionGracePeriodSeconds = 0,
		generation,
		finalizers: before = [],
		...rest
	} = object.metadata;
	const isNamespace = object.kind === 'Namespace';
	const isFirst = deletionTimestamp === undefined;
	const isSooner = isFirst || grace < deletionGracePeriodSeconds;
	if (!isSooner && finalizers.length === before.length) return object;
	const metadata = {
		...rest,
		...(finalizers.length > 0 && { finalizers }),
		...(generation !== undefined && { generation: isFirst ? generation + 1 : generation }),
		deletionTimestamp: isSooner ? end : deletionTimestamp,
		...(!isNamespace && { deletionGracePeriodSeconds: isSooner ? grace : deletionGracePeriodSeconds }),
	};
	return {
		...object,
		metadata,
		...(isNamespace && { status: { ...fieldsAt(object, 'status'), phase: 'Terminating' } }),
	};
}

// A namespace goes when its contents are gone, which its own finalizer says.
function waitsForContents(object: KubeObject): boolean {
	return object.kind === 'Namespace' && listAt(object, 'spec', 'finalizers').length > 0;
}

// The kinds whose stores say `ReturnDeletedObject` (pkg/registry).
function returnsObject({ group, plural }: Resource): boolean {
	return ['/serviceaccounts', '/namespaces', '/pods', '/services', 'storage.k8s.io/storageclasses'].includes(
		`${group}/${plural}`,
	);
}

function markGone(object: KubeObject, grace: number): KubeObject {
	if (object.kind !== 'Pod') return object;
	return markGoing(object, { finalizers: [], grace, end: stamp(new Date()) });
}

function wantedFinalizers(present: string[], options: Fields): string[] {
	const policy = textAt(options, 'propagationPolicy');
	const orphans = options['orphanDependents'] === true || options['orphanDependents'] === 'true';
	if (policy === '' && !orphans) return present;
	const others = present.filter((finalizer) => !['foregroundDeletion', 'orphan'].includes(finalizer));
	if (policy === 'Foreground') return [...others, 'foregroundDeletion'];
	return policy === 'Orphan' || orphans ? [...others, 'orphan'] : others;
}

// pkg/registry/core/pod strategy CheckGracefulDelete: only a pod that a kubelet has is given time.
function graceOf(resource: Resource, object: KubeObject, options: Fields): number {
	if (resource.kind !== 'Pod' || textAt(object, 'spec', 'nodeName') === '') return 0;
	if (['Failed', 'Succeeded'].includes(textAt(object, 'status', 'phase'))) return 0;
	const asked = numberAt(options, 'gracePeriodSeconds') ?? Number.parseInt(textAt(options, 'gracePeriodSeconds'), 10);
	return Number.isNaN(asked) ? (numberAt(object, 'spec', 'terminationGracePeriodSeconds') ?? 30) : asked;
}

function deleted(resource: Resource, { metadata }: KubeObject): Fields {
	const details = {
		name: metadata.name,
		...(resource.group !== '' && { group: resource.group }),
		kind: resource.plural,
		uid: metadata.uid,
	};
	return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
