import { at, fieldsAt, isFields, isSame, numberAt, textAt } from '../json.ts';
import { conditionOf, type KubeObject, parseObject, stamp } from '../kube-object.ts';
import { badRequest, conflict, invalid, unsupportedMediaType } from './api-error.ts';
import { checkKind, type WriteContext } from './create.ts';
import { applyDefaults } from './defaults.ts';
import { noteManager } from './managed-fields.ts';
import { applyJsonPatch, applyMergePatch, applyStrategicPatch } from './patch.ts';
import { getObject } from './read.ts';
import { mediaTypeOf, readPatch } from './request-body.ts';
import type { Ask } from './request-target.ts';
import { storagePrefix } from './resource.ts';
import { buildScale, scaled } from './scale.ts';
import { validate, validateUpdate } from './validate.ts';

const patchers: Record<string, (target: unknown, patch: unknown) => unknown> = {
	'application/json-patch+json': applyJsonPatch,
	'application/merge-patch+json': applyMergePatch,
	'application/strategic-merge-patch+json': applyStrategicPatch,
};

/** PATCH: on the object, or on its scale. */
export async function patchObject(context: WriteContext, ask: Ask): Promise<KubeObject> {
	const patcher = patchers[mediaTypeOf(ask.request)];
	if (!patcher) throw unsupportedMediaType(Object.keys(patchers));
	const patch = await readPatch(ask.request);
	const before = getObject(context.storage, ask.target);
	const target = ask.target.subresource === 'scale' ? buildScale(before) : before;
	return replaceObject(context, ask, patcher(target, patch));
}

/** PUT, also of what a patch made: writes what may be written through this path and refuses the rest. */
export function replaceObject(context: WriteContext, ask: Ask, body: unknown): KubeObject {
	const { resource, name = '', subresource } = ask.target;
	const before = getObject(context.storage, ask.target);
	if (subresource !== 'scale') checkKind(resource, body);
	const wanted = parseObject(body);
	checkIdentity(ask, before, wanted);
	const merged = subresource === undefined ? mergeMain(before, wanted) : mergeSubresource(subresource, before, wanted);
	const after = countGeneration(before, applyDefaults(merged));
	const faults = [...validate(after), ...validateUpdate(before, after)];
	if (faults.length > 0) throw invalid(resource, name, faults);
	const stored = store(context, ask, { before, after });
	return subresource === 'scale' ? buildScale(stored) : stored;
}

// What changes nothing is not written, so it gets no new version.
function store(
	{ storage, clock }: WriteContext,
	ask: Ask,
	{ before, after }: { before: KubeObject; after: KubeObject },
): KubeObject {
	if (isSame(before, after)) return before;
	const written = noteManager(ask, after, { before, now: clock.now() });
	if (ask.query.has('dryRun')) return written;
	const { resource, namespace, name = '' } = ask.target;
	const key = storagePrefix(resource, namespace) + name;
	const stored = storage.set(key, written);
	if (isFinished(stored)) storage.delete(key);
	return stored;
}

// Marked as going, and the last finalizer is gone: so is the object. A pod waits for its kubelet besides.
function isFinished(object: KubeObject): boolean {
	const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
	if (deletionTimestamp === undefined || finalizers || hasNamespaceFinalizer(object)) return false;
	return object.kind !== 'Pod' || deletionGracePeriodSeconds === 0;
}

function hasNamespaceFinalizer(object: KubeObject): boolean {
	return object.kind === 'Namespace' && isFields(object['spec']) && !isSame(at(object, 'spec', 'finalizers') ?? [], []);
}

function checkIdentity({ target }: Ask, before: KubeObject, wanted: KubeObject): void {
	const { resource, name = '' } = target;
	if (wanted.metadata.name !== name) {
		throw badRequest(`the name of the object (${wanted.metadata.name}) does not match the name on the URL (${name})`);
	}
	const { uid, resourceVersion } = wanted.metadata;
	if (uid !== '' && uid !== before.metadata.uid) {
		const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
		throw conflict(resource, name, why);
	}
	if (resourceVersion === '' || resourceVersion === before.metadata.resourceVersion) return;
	const why = 'the object has been modified; please apply your changes to the latest version and try again';
	throw conflict(resource, name, why);
}

// The server's own fields cannot be written; status is written through its subresource only.
function mergeMain(before: KubeObject, wanted: KubeObject): KubeObject {
	const { metadata } = before;
	const { deletionTimestamp: _d, deletionGracePeriodSeconds: _g, generation: _n, ...given } = wanted.metadata;
	const { name, namespace, uid, resourceVersion, creationTimestamp, generation } = metadata;
	const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
	return {
		...wanted,
		apiVersion: before.apiVersion,
		kind: before.kind,
		metadata: {
			...given,
			name,
			uid,
			resourceVersion,
			creationTimestamp,
			...(metadata['managedFields'] !== undefined && { managedFields: metadata['managedFields'] }),
			...(namespace !== undefined && { namespace }),
			...(generation !== undefined && { generation }),
			...(deletionTimestamp !== undefined && { deletionTimestamp }),
			...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
		},
		...(before['status'] !== undefined && { status: before['status'] }),
	};
}

function mergeSubresource(subresource: string, before: KubeObject, wanted: KubeObject): KubeObject {
	if (subresource === 'status') return { ...before, status: wanted['status'] ?? {} };
	if (subresource === 'scale') return scaled(before, numberAt(wanted, 'spec', 'replicas') ?? 0);
	if (subresource === 'finalize')
		return { ...before, spec: { ...fieldsAt(before, 'spec'), ...fieldsAt(wanted, 'spec') } };
	throw badRequest(`the subresource ${subresource} cannot be updated`);
}

function countGeneration(before: KubeObject, after: KubeObject): KubeObject {
	const { generation } = before.metadata;
	if (generation === undefined || isSame(before['spec'], after['spec'])) return after;
	return { ...after, metadata: { ...after.metadata, generation: generation + 1 } };
}

/** POST to a pod's `binding`: the scheduler's decision. */
export function bindPod({ storage, clock }: WriteContext, { target }: Ask, body: unknown): void {
	const { resource, namespace, name = '' } = target;
	const pod = getObject(storage, target);
	const node = textAt(body, 'target', 'name');
	const current = textAt(pod, 'spec', 'nodeName');
	if (current !== '') throw conflict(resource, name, `pod ${name} is already assigned to node "${current}"`);
	const scheduled = conditionOf(pod, 'PodScheduled');
	const status = fieldsAt(pod, 'status');
	const others = Array.isArray(status['conditions'])
		? status['conditions'].filter((condition) => condition !== scheduled)
		: [];
	const condition = {
		type: 'PodScheduled',
		status: 'True',
		lastProbeTime: null,
		lastTransitionTime: stamp(clock.now()),
	};
	storage.set(storagePrefix(resource, namespace) + name, {
		...pod,
		spec: { ...fieldsAt(pod, 'spec'), nodeName: node },
		status: { ...status, conditions: [...others, condition] },
	});
}
