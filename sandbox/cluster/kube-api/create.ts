import { randomInt, randomUUID } from 'node:crypto';
import type { WorldClock } from '@lanyard/sandbox-ground';
import { type Fields, textAt } from '../json.ts';
import { type KubeObject, parseObject, stamp } from '../kube-object.ts';
import { admit } from './admission.ts';
import { checkEscalation } from './auth/escalation.ts';
import { alreadyExists, badRequest, internal, invalid, invalidOptions } from './api-error.ts';
import { applyDefaults } from './defaults.ts';
import { noteManager } from './managed-fields.ts';
import type { Ask } from './request-target.ts';
import { apiVersionOf, hasSubresource, type Resource, storagePrefix } from './resource.ts';
import { decodeAs } from './schema/decode.ts';
import type { Storage } from './storage.ts';
import { validate } from './validate/kinds.ts';

/** What every write needs. */
export interface WriteContext {
	storage: Storage;
	clock: WorldClock;
}

/** Stores a new object: defaults, its manager, admission, validation, in the order of a real server. */
export function createObject(context: WriteContext, ask: Ask, body: Fields): KubeObject {
	const prepared = prepareNew(context, ask, body);
	const tracked = noteManager(ask, prepared, { now: context.clock.now() });
	return storeNew(context, ask, admitNew(context, ask, tracked));
}

/** A new object with its name and its defaults. */
export function prepareNew({ clock }: WriteContext, ask: Ask, body: Fields): KubeObject {
	const { resource } = ask.target;
	if (textAt(body, 'metadata', 'resourceVersion') !== '')
		throw internal('resourceVersion should not be set on objects to be created');
	return applyDefaults(resource, withIdentity(nameObject(ask, parseObject(body)), resource, clock.now()));
}

/** A new object as admission leaves it, checked. */
export function admitNew(context: WriteContext, ask: Ask, object: KubeObject): KubeObject {
	const admitted = admit(context, ask, object);
	checkEscalation(context.storage, ask, { object: admitted });
	const faults = validate(admitted);
	if (faults.length > 0) throw invalid(ask.target.resource, admitted.metadata.name, faults);
	return admitted;
}

/** Writes a new object, unless there is one of its name or nothing is to be written. */
export function storeNew({ storage }: WriteContext, ask: Ask, object: KubeObject): KubeObject {
	const { resource, namespace } = ask.target;
	const key = storagePrefix(resource, namespace) + object.metadata.name;
	if (storage.get(key)) throw alreadyExists(resource, object.metadata.name);
	return isDryRun(ask) ? object : storage.set(key, object);
}

/** Whether a request only asks what would be. */
export function isDryRun({ query, request }: Ask, options: Fields = {}): boolean {
	const inBody = options['dryRun'];
	const given = [...query.getAll('dryRun'), ...(Array.isArray(inBody) ? inBody.map(String) : [])];
	if (given.every((value) => value === 'All')) return given.length > 0;
	const kinds: Record<string, string> = { POST: 'Create', PUT: 'Update', PATCH: 'Patch', DELETE: 'Delete' };
	const message = `Unsupported value: ${JSON.stringify(given)}: supported values: "All"`;
	throw invalidOptions(`${kinds[request.method] ?? ''}Options`, [
		{ field: 'dryRun', message, reason: 'FieldValueNotSupported' },
	]);
}

function nameObject({ target }: Ask, object: KubeObject): KubeObject {
	const { namespace, name, ...metadata } = object.metadata;
	if (namespace !== undefined && target.namespace !== undefined && namespace !== target.namespace) {
		throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
	}
	const prefix = textAt(metadata, 'generateName');
	const given = name === '' && prefix !== '' ? prefix.slice(0, 58) + randomSuffix() : name;
	return {
		...object,
		metadata: { name: given, ...metadata, ...(target.namespace !== undefined && { namespace: target.namespace }) },
	};
}

// apimachinery's rand.SafeEncodeString leaves out vowels and look-alikes.
const safe = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters as Kubernetes appends them to generated names. */
function randomSuffix(): string {
	return Array.from({ length: 5 }, () => safe[randomInt(safe.length)]).join('');
}

function withIdentity({ metadata, ...object }: KubeObject, resource: Resource, now: Date): KubeObject {
	const { deletionTimestamp: _deleted, deletionGracePeriodSeconds: _grace, generation: _counted, ...given } = metadata;
	return {
		...object,
		apiVersion: apiVersionOf(resource),
		kind: resource.kind,
		metadata: {
			...given,
			name: metadata.name,
			uid: randomUUID(),
			resourceVersion: '',
			creationTimestamp: stamp(now),
			...(isCounted(resource) && { generation: 1 }),
		},
		...(hasSubresource(resource, 'status') && { status: firstStatus(resource, object['status']) }),
	};
}

/** Whether objects of a kind carry a `generation`. */
function isCounted({ group, plural }: Resource): boolean {
	return counted.has(`${group}/${plural}`);
}

// Those whose strategies set it (pkg/registry).
const counted = new Set([
	'/pods',
	'apps/daemonsets',
	'apps/deployments',
	'apps/replicasets',
	'apps/statefulsets',
	'batch/jobs',
	'discovery.k8s.io/endpointslices',
	'networking.k8s.io/ingressclasses',
	'networking.k8s.io/ingresses',
	'networking.k8s.io/networkpolicies',
	'policy/poddisruptionbudgets',
]);

// A node's status comes with it; everything else starts without one.
function firstStatus(resource: Resource, given: unknown): unknown {
	if (resource.kind === 'Node') return given ?? {};
	return initialStatus[resource.kind] ?? decodeAs(resource.type, {})['status'] ?? {};
}

const initialStatus: Record<string, Fields> = {
	Pod: { phase: 'Pending', qosClass: 'BestEffort' },
	Namespace: { phase: 'Active' },
};
