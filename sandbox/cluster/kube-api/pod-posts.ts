import { type Fields, fieldsAt, listAt, textAt } from '../json.ts';
import { conditionOf, type KubeObject, stamp } from '../kube-object.ts';
import { badRequest, conflict, internal } from './api-error.ts';
import { isDryRun, type WriteContext } from './create.ts';
import { checkPreconditions, deleteObject } from './delete.ts';
import { getObject } from './read.ts';
import type { Ask } from './request-target.ts';
import { storagePrefix } from './resource.ts';

/** POST to a pod's `binding`: the scheduler's decision. */
export function bindPod({ storage, clock }: WriteContext, { target }: Ask, body: Fields): void {
	const { resource, namespace, name = '' } = target;
	const pod = getObject(storage, target);
	const node = textAt(body, 'target', 'name');
	const current = textAt(pod, 'spec', 'nodeName');
	if (current !== '') throw conflict(resource, name, `pod ${name} is already assigned to node "${current}"`);
	const scheduled = withCondition(pod, { type: 'PodScheduled' }, clock.now());
	storage.set(storagePrefix(resource, namespace) + name, {
		...scheduled,
		spec: { ...fieldsAt(pod, 'spec'), nodeName: node },
	});
}

/**
 * POST to a pod's `eviction` (pkg/registry/core/pod/storage/eviction.go): a pod that no disruption budget holds is marked as disrupted
 * and deleted, as the options in the body say.
 */
export function evictPod(context: WriteContext, ask: Ask, body: Fields): void {
	const { storage, clock } = context;
	const { target } = ask;
	const { resource, namespace, name = '' } = target;
	checkNames(ask, body);
	const options = evictionOptions(ask, body);
	// What is wrong with these options is said as of any other deletion's.
	const request = new Request(ask.request.url, { method: 'DELETE' });
	const deletion: Ask = { ...ask, request, query: new URLSearchParams() };
	const pod = getObject(storage, target);
	checkPreconditions(target, pod, options);
	if (isDryRun(deletion, options)) return void deleteObject(context, deletion, options);
	const disrupted = { type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' };
	const marked = withCondition(pod, disrupted, clock.now());
	if (marked !== pod) storage.set(storagePrefix(resource, namespace) + name, marked);
	// The mark made a new version, so the one that was asked for has been checked.
	const { resourceVersion: _checked, ...preconditions } = fieldsAt(options, 'preconditions');
	deleteObject(context, deletion, { ...options, preconditions });
}

function checkNames({ target }: Ask, body: Fields): void {
	const namespace = textAt(body, 'metadata', 'namespace');
	if (namespace !== '' && namespace !== target.namespace)
		throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
	if (textAt(body, 'metadata', 'name') !== target.name)
		throw badRequest('name in URL does not match name in Eviction object');
}

/** The deletion's options; a dry run may be asked for in the query, in the body, or alike in both. */
function evictionOptions(ask: Ask, body: Fields): Fields {
	const options = fieldsAt(body, 'deleteOptions');
	if (!isDryRun(ask)) return options;
	const [inQuery, inBody] = [ask.query.getAll('dryRun'), listAt(options, 'dryRun').map(String)];
	if (inBody.length > 0 && inBody.join(' ') !== inQuery.join(' ')) {
		const both = `[${inQuery.join(' ')}] and [${inBody.join(' ')}]`;
		throw internal(`Non-matching dry-run options in request and content: ${both}`);
	}
	return { ...options, dryRun: inQuery };
}

/** UpdatePodCondition of pkg/api/v1/pod: the pod with this condition, which is true; the same pod where it says so already. */
function withCondition(pod: KubeObject, condition: { type: string; reason?: string; message?: string }, now: Date) {
	const before = conditionOf(pod, condition.type);
	const wasTrue = textAt(before, 'status') === 'True';
	if (wasTrue && textAt(before, 'reason') === (condition.reason ?? '')) return pod;
	const { type, ...why } = condition;
	const lastTransitionTime = wasTrue ? textAt(before, 'lastTransitionTime') : stamp(now);
	const status = fieldsAt(pod, 'status');
	const others = listAt(status, 'conditions').filter((one) => one !== before);
	const added = { type, status: 'True', lastProbeTime: null, lastTransitionTime, ...why };
	return { ...pod, status: { ...status, conditions: [...others, added] } };
}
