import { at, type Fields, fieldsAt, isFields, isSame, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { checkEscalation } from './auth/escalation.ts';
import { invalid } from './api-error.ts';
import { isDryRun, type WriteContext } from './create.ts';
import { applyDefaults } from './defaults.ts';
import { noteManager } from './managed-fields.ts';
import type { Ask } from './request-target.ts';
import { storagePrefix } from './resource.ts';
import { allocateService } from './service-addresses.ts';
import { validate, validateUpdate } from './validate/kinds.ts';

/** What a write through the API left, and whether it made it. */
export interface Written {
	object: KubeObject;
	isNew: boolean;
}

interface Finishing {
	before: KubeObject;
	after: KubeObject;
	sent?: KubeObject;
	/** Managers are known already: they came from applying. */
	isTracked?: boolean;
}

/** Defaults, checks and stores an object that is to take another's place. */
export function finishUpdate(
	context: WriteContext,
	ask: Ask,
	{ before, after, sent, isTracked = false }: Finishing,
): KubeObject {
	const { resource, name = '' } = ask.target;
	const now = context.clock.now();
	const complete = applyDefaults(resource, after);
	const tracked = isTracked ? complete : noteManager(ask, complete, { before, now, ...(sent && { sent }) });
	const allocated = resource.kind === 'Service' ? keepAddresses(context, before, tracked) : tracked;
	const counted = countGeneration(before, allocated);
	checkEscalation(context.storage, ask, { object: counted, before });
	const faults = [...validate(counted), ...validateUpdate(before, counted)];
	if (faults.length > 0) throw invalid(resource, name, faults);
	return store(context, ask, { before, after: counted });
}

// A service that is not told to keep its addresses keeps them.
function keepAddresses({ storage }: WriteContext, before: KubeObject, after: KubeObject): KubeObject {
	const [old, spec] = [fieldsAt(before, 'spec'), fieldsAt(after, 'spec')];
	const isMoved = textAt(spec, 'type') === 'ExternalName' || textAt(old, 'type') === 'ExternalName';
	const kept = isMoved ? {} : { clusterIP: old['clusterIP'], clusterIPs: old['clusterIPs'] };
	const own = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined && value !== ''));
	return allocateService(storage, { ...after, spec: { ...kept, ...own } });
}

// What changes nothing is not written, so it gets no new version.
function store(
	{ storage }: WriteContext,
	ask: Ask,
	{ before, after }: { before: KubeObject; after: KubeObject },
): KubeObject {
	if (isSame(withoutTimes(before), withoutTimes(after))) return before;
	if (isDryRun(ask)) return after;
	const { resource, namespace, name = '' } = ask.target;
	const key = storagePrefix(resource, namespace) + name;
	if (isFinished(after)) {
		storage.delete(key);
		return after;
	}
	return storage.set(key, after);
}

/** An object without the times of its managers: they alone are no change. */
function withoutTimes(object: KubeObject): Fields {
	const { managedFields } = object.metadata;
	if (!Array.isArray(managedFields)) return object;
	const entries = managedFields.filter(isFields).map(({ time: _time, ...entry }) => entry);
	return { ...object, metadata: { ...object.metadata, managedFields: entries } };
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

/** The server's own fields cannot be written; status is written through its subresource only. */
export function mergeMain(before: KubeObject, wanted: KubeObject): KubeObject {
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
			...(namespace !== undefined && { namespace }),
			...(generation !== undefined && { generation }),
			...(deletionTimestamp !== undefined && { deletionTimestamp }),
			...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
		},
		...(before['status'] !== undefined && { status: before['status'] }),
		// What a namespace waits for is written through `finalize` only.
		...(before.kind === 'Namespace' && before['spec'] !== undefined && { spec: before['spec'] }),
	};
}

function countGeneration(before: KubeObject, after: KubeObject): KubeObject {
	const { generation } = before.metadata;
	if (generation === undefined || isSame(before['spec'], after['spec'])) return after;
	return { ...after, metadata: { ...after.metadata, generation: generation + 1 } };
}
