import { randomInt, randomUUID } from 'node:crypto';
import type { WorldClock } from '@lanyard/sandbox-ground';
import { textAt } from '../json.ts';
import { type KubeObject, parseObject, stamp } from '../kube-object.ts';
import { admit } from './admission.ts';
import { alreadyExists, badRequest, invalid } from './api-error.ts';
import { applyDefaults } from './defaults.ts';
import { noteManager } from './managed-fields.ts';
import type { Ask } from './request-target.ts';
import { apiVersionOf, type Resource, storagePrefix } from './resource.ts';
import type { Storage } from './storage.ts';
import { validate } from './validate.ts';

/** What every write needs. */
export interface WriteContext {
	storage: Storage;
	clock: WorldClock;
}

/** Stores a new object: defaults, admission, validation, in the order of a real server. */
export function createObject({ storage, clock }: WriteContext, ask: Ask, body: unknown): KubeObject {
	const { resource, namespace } = ask.target;
	checkKind(resource, body);
	const named = nameObject(ask, parseObject(body));
	const admitted = admit(storage, resource, applyDefaults(withIdentity(named, resource, clock.now())));
	const faults = validate(admitted);
	if (faults.length > 0) throw invalid(resource, admitted.metadata.name, faults);
	const key = storagePrefix(resource, namespace) + admitted.metadata.name;
	if (storage.get(key)) throw alreadyExists(resource, admitted.metadata.name);
	const object = noteManager(ask, admitted, { now: clock.now() });
	return ask.query.has('dryRun') ? object : storage.set(key, object);
}

/** Refuses a body of another kind than the path's. */
export function checkKind(resource: Resource, body: unknown): void {
	const wanted = apiVersionOf(resource);
	const [apiVersion, kind] = [textAt(body, 'apiVersion') || wanted, textAt(body, 'kind') || resource.kind];
	if (apiVersion === wanted && kind === resource.kind) return;
	throw badRequest(
		`${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: the body is a ${kind} of "${apiVersion}", expected "${wanted}"`,
	);
}

function nameObject({ target }: Ask, object: KubeObject): KubeObject {
	const { namespace, name, ...metadata } = object.metadata;
	if (namespace !== undefined && namespace !== target.namespace) {
		throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
	}
	const prefix = textAt(metadata, 'generateName');
	const given = name === '' && prefix !== '' ? prefix + randomSuffix() : name;
	return {
		...object,
		metadata: { ...metadata, name: given, ...(target.namespace !== undefined && { namespace: target.namespace }) },
	};
}

// apimachinery's rand.SafeEncodeString leaves out vowels and look-alikes.
const safe = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters as Kubernetes appends them to generated names. */
function randomSuffix(): string {
	return Array.from({ length: 5 }, () => safe[randomInt(safe.length)]).join('');
}

function withIdentity({ metadata, ...object }: KubeObject, resource: Resource, now: Date): KubeObject {
	const { deletionTimestamp: _deleted, deletionGracePeriodSeconds: _grace, ...given } = metadata;
	const isCounted = !uncounted.includes(resource.kind);
	const status = resource.subresources.includes('status') ? (initialStatus[resource.kind] ?? {}) : undefined;
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
			...(isCounted && { generation: 1 }),
		},
		...(status && { status: resource.kind === 'Node' ? (object['status'] ?? {}) : status }),
	};
}

/** Kinds without a `generation`. */
const uncounted = ['ConfigMap', 'Event', 'Namespace', 'Node', 'Secret', 'ServiceAccount'];

const initialStatus: Record<string, Record<string, unknown>> = {
	Pod: { phase: 'Pending', qosClass: 'BestEffort' },
	Namespace: { phase: 'Active' },
};
