import { at, type Fields, fieldsAt, isFields, numberAt } from '../json.ts';
import { type KubeObject, parseObject } from '../kube-object.ts';
import { ApiError, badRequest, conflict, invalid, notFound, unsupportedPatch } from './api-error.ts';
import { applyObject } from './apply-object.ts';
import { createObject, type WriteContext } from './create.ts';
import { finishUpdate, mergeMain, type Written } from './finish-update.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch, applyStrategicPatch } from './patch.ts';
import { getObject } from './read.ts';
import { decodeObject, goTypeOf, mediaTypeOf, readApplied, readPatch } from './request-body.ts';
import { type Ask, isTrue, kindAt } from './request-target.ts';
import { type Resource, storagePrefix } from './resource.ts';
import { buildScale, scaled } from './scale.ts';
import { refTo } from './schema/go-schema.ts';
import { atLeastZero } from './validate/fault.ts';

const applyType = 'application/apply-patch+yaml';
const patchTypes = [
	'application/json-patch+json',
	'application/merge-patch+json',
	'application/strategic-merge-patch+json',
	applyType,
];

/** PATCH: on the object, or on its scale. */
export async function patchObject(context: WriteContext, ask: Ask): Promise<Written> {
	const type = mediaTypeOf(ask.request);
	if (!patchTypes.includes(type)) throw unsupportedPatch();
	if (type === applyType) return applyObject(context, ask, await readApplied(ask.request));
	if (isTrue(ask.query, 'force')) throw invalidPatchOptions('may not be specified for non-apply patch');
	const { patch, duplicates } = await readPatch(ask.request);
	const before = getObject(context.storage, ask.target);
	const target = ask.target.subresource === 'scale' ? buildScale(before) : before;
	checkPatch(type, patch);
	const patched = patcherFor(ask, type)(target, patch);
	if (!isFields(patched)) throw badRequest('the patch made the object something else than a map');
	return { object: writeObject(context, ask, { before, sent: decodePatched(ask, patched, duplicates) }), isNew: false };
}

function checkPatch(type: string, patch: unknown): void {
	const isList = type === 'application/json-patch+json';
	if (isList ? Array.isArray(patch) : isFields(patch)) return;
	const [word, wanted] = [
		Array.isArray(patch) ? 'array' : typeof patch,
		isList ? '[]handlers.jsonPatchOp' : 'map[string]interface {}',
	];
	throw badRequest(`error decoding patch: json: cannot unmarshal ${word} into Go value of type ${wanted}`);
}

/** What a patch made is read like a body, and refused with the whole of it (rest/patch.go). */
function decodePatched(ask: Ask, patched: Fields, duplicates: string[]): Fields {
	try {
		return decodeObject(ask, patched, duplicates);
	} catch (error) {
		const why =
			error instanceof ApiError && /cannot be handled as a \w+: (?<why>.*)$/s.exec(error.message)?.groups?.['why'];
		if (!why) throw error;
		const sorted = Object.fromEntries(Object.entries(patched).toSorted(([a], [b]) => (a < b ? -1 : 1)));
		const message = `Invalid value: ${JSON.stringify(JSON.stringify(sorted))}: ${why}`;
		throw invalid({ group: '', kind: '' }, '', [{ field: 'patch', message, reason: 'FieldValueInvalid' }]);
	}
}

function invalidPatchOptions(why: string): ApiError {
	const message = `PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: ${why}`;
	const causes = [{ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field: 'force' }];
	const details = { group: 'meta.k8s.io', kind: 'PatchOptions', causes };
	return new ApiError(422, 'Invalid', { message, details });
}

function patcherFor(ask: Ask, type: string): (target: unknown, patch: unknown) => unknown {
	if (type === 'application/json-patch+json') return applyJsonPatch;
	if (type === 'application/merge-patch+json') return applyMergePatch;
	return (target, patch) => applyStrategicPatch(refTo(goTypeOf(kindAt(ask.target))), target, patch);
}

/** PUT: writes what may be written through this path and refuses the rest. */
export function replaceObject(context: WriteContext, ask: Ask, sent: Fields): Written {
	const { resource, namespace, name = '', subresource } = ask.target;
	const key = storagePrefix(resource, namespace) + name;
	const before = context.storage.get(key);
	if (!before) {
		if (!mayCreateByUpdate(resource) || subresource !== undefined) throw notFound(resource, name);
		return { object: createObject(context, ask, sent), isNew: true };
	}
	return { object: writeObject(context, ask, { before, sent }), isNew: false };
}

// AllowCreateOnUpdate of the kinds' strategies.
function mayCreateByUpdate({ group, plural }: Resource): boolean {
	return ['/endpoints', '/events', '/services', 'coordination.k8s.io/leases', 'rbac.authorization.k8s.io/'].some(
		(one) => `${group}/${plural}`.startsWith(one),
	);
}

// Kinds that cannot be updated blindly (AllowUnconditionalUpdate).
function needsVersion({ kind }: Resource): boolean {
	return kind === 'Lease' || kind === 'PodDisruptionBudget';
}

interface Change {
	before: KubeObject;
	/** What the client sent, read as its kind. */
	sent: Fields;
}

/** Writes a changed object, or one of its parts. */
function writeObject(context: WriteContext, ask: Ask, { before, sent }: Change): KubeObject {
	const { subresource } = ask.target;
	const wanted = parseObject(sent);
	checkIdentity(ask, before, wanted);
	const merged = subresource === undefined ? mergeMain(before, wanted) : mergeSubresource(subresource, before, wanted);
	const stored = finishUpdate(context, ask, { before, after: merged, sent: wanted });
	return subresource === 'scale' ? buildScale(stored) : stored;
}

function checkIdentity({ target }: Ask, before: KubeObject, wanted: KubeObject): void {
	const { resource, name = '' } = target;
	if (wanted.metadata.name !== name && wanted.metadata.name !== '') {
		throw badRequest(`the name of the object (${wanted.metadata.name}) does not match the name on the URL (${name})`);
	}
	const { namespace } = wanted.metadata;
	if (namespace !== undefined && namespace !== target.namespace) {
		throw badRequest(
			`the namespace of the object (${namespace}) does not match the namespace on the URL (${target.namespace ?? ''})`,
		);
	}
	const { uid, resourceVersion } = wanted.metadata;
	if (uid !== '' && uid !== before.metadata.uid) {
		const failed = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
		const key = `/registry/${resource.plural}/${target.namespace === undefined ? '' : `${target.namespace}/`}${name}`;
		const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`;
		throw conflict(resource, name, why);
	}
	if (resourceVersion === '' && needsVersion(resource)) {
		const message = 'Invalid value: 0: must be specified for an update';
		const fault = { field: 'metadata.resourceVersion', message, reason: 'FieldValueInvalid' } as const;
		throw invalid({ group: resource.group, kind: resource.plural }, name, [fault]);
	}
	if (resourceVersion === '' || resourceVersion === before.metadata.resourceVersion) return;
	const why = 'the object has been modified; please apply your changes to the latest version and try again';
	throw conflict(resource, name, why);
}

function mergeSubresource(subresource: string, before: KubeObject, wanted: KubeObject): KubeObject {
	if (subresource === 'status') return { ...before, ...statusMetadata(before, wanted), status: wanted['status'] ?? {} };
	if (subresource === 'scale') return scaled(before, readScale(wanted));
	if (subresource === 'finalize') return { ...before, spec: wanted['spec'] ?? {} };
	if (subresource === 'ephemeralcontainers') {
		const ephemeralContainers = at(wanted, 'spec', 'ephemeralContainers');
		return { ...before, spec: { ...fieldsAt(before, 'spec'), ephemeralContainers } };
	}
	throw badRequest(`the subresource ${subresource} cannot be updated`);
}

function readScale(wanted: KubeObject): number {
	const replicas = numberAt(wanted, 'spec', 'replicas') ?? 0;
	const faults = atLeastZero('spec.replicas', replicas);
	if (faults.length > 0) throw invalid({ group: 'autoscaling', kind: 'Scale' }, wanted.metadata.name, faults);
	return replicas;
}

// Labels, annotations and finalizers may come with a status: the strategies of all kinds put back the spec alone, a deployment's its labels
// as well (registry/apps/deployment/strategy.go).
function statusMetadata(before: KubeObject, wanted: KubeObject): Fields {
	const { annotations, finalizers } = wanted.metadata;
	const { labels: had, annotations: _a, finalizers: _f, ...rest } = before.metadata;
	const labels = before.kind === 'Deployment' ? had : wanted.metadata.labels;
	return {
		metadata: {
			...rest,
			...(labels && { labels }),
			...(annotations && { annotations }),
			...(finalizers && { finalizers }),
		},
	};
}
