import { isRefusal, pathTo } from '../api-client.ts';
import { at, type Fields, fieldsAt, isSame, textAt, textsAt } from '../json.ts';
import { conditionOf, controllerReference, type KubeObject, stamp } from '../kube-object.ts';
import { WorkQueue } from '../work-queue.ts';
import type { Seen } from '../reflector.ts';
import { type ControllerContext, follow, followed, keyOf, replaceStatus, splitKey } from './controller.ts';
import { OwnedPods } from './owned-pods.ts';
import { wantedReplicas } from './rollout.ts';

/** Keeps as many pods as each replica set asks for. */
export function runReplicaSets(context: ControllerContext): Promise<unknown> {
	const owned = new OwnedPods();
	const queue = new WorkQueue({ ...context, work: (key) => reconcile({ ...context, owned }, key) });
	const ofOwner: Seen = (type, pod) => {
		owned.see(type, pod);
		const owner = pod.metadata.ownerReferences?.find(
			(reference) => reference.controller && reference.kind === 'ReplicaSet',
		);
		if (owner) queue.add(`${pod.metadata.namespace ?? ''}/${owner.name}`);
	};
	// Pods first: who does not know what it has would make it again.
	const pods = followed(context, pathTo('v1', 'pods'), ofOwner);
	const sets = pods.listed.then(() =>
		follow(context, pathTo('apps/v1', 'replicasets'), (_type, replicaSet) => queue.add(keyOf(replicaSet))),
	);
	return Promise.all([pods.ended, sets]).then(() => queue.idle());
}

interface Replicating extends ControllerContext {
	owned: OwnedPods;
}

async function reconcile(context: Replicating, key: string): Promise<void> {
	const { namespace, name } = splitKey(key);
	const replicaSet = await context.api.get(pathTo('apps/v1', 'replicasets', namespace, name));
	if (!replicaSet) return;
	const isGoing = replicaSet.metadata.deletionTimestamp !== undefined;
	if (!isGoing) await balance(context, replicaSet);
	await writeStatus(context, replicaSet, context.owned.of(replicaSet));
}

// pkg/controller IsPodActive
function isActive(pod: KubeObject): boolean {
	return (
		pod.metadata.deletionTimestamp === undefined && !['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase'))
	);
}

async function balance(context: Replicating, replicaSet: KubeObject): Promise<void> {
	const pods = context.owned.of(replicaSet).filter(isActive);
	const missing = wantedReplicas(replicaSet) - pods.length;
	for (let made = 0; made < missing; made += 1) await createPod(context, replicaSet);
	const surplus = pods.toSorted((a, b) => worth(a) - worth(b)).slice(0, Math.max(0, -missing));
	for (const pod of surplus) {
		await context.api.delete(pathTo('v1', 'pods', pod.metadata.namespace, pod.metadata.name));
		context.owned.markGoing(pod, stamp(context.clock.now()));
		const message = `Deleted pod: ${pod.metadata.name}`;
		context.events.record(replicaSet, { type: 'Normal', reason: 'SuccessfulDelete', message });
	}
}

// Which goes first: without a node, then not ready, then ready (controller.ActivePods).
function worth(pod: KubeObject): number {
	if (textAt(pod, 'spec', 'nodeName') === '') return 0;
	return isReady(pod) ? 2 : 1;
}

function isReady(pod: KubeObject): boolean {
	return textAt(conditionOf(pod, 'Ready'), 'status') === 'True';
}

async function createPod(context: Replicating, replicaSet: KubeObject): Promise<void> {
	const { namespace, name } = replicaSet.metadata;
	const template = fieldsAt(replicaSet, 'spec', 'template');
	const body: Fields = {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			generateName: `${name}-`,
			labels: textsAt(template, 'metadata', 'labels'),
			annotations: textsAt(template, 'metadata', 'annotations'),
			ownerReferences: [controllerReference(replicaSet)],
		},
		spec: at(template, 'spec'),
	};
	try {
		const pod = await context.owned.make(() => context.api.create(pathTo('v1', 'pods', namespace), body));
		context.events.record(replicaSet, {
			type: 'Normal',
			reason: 'SuccessfulCreate',
			message: `Created pod: ${pod.metadata.name}`,
		});
	} catch (error) {
		if (isRefusal(error, 403, 422)) {
			context.events.record(replicaSet, {
				type: 'Warning',
				reason: 'FailedCreate',
				message: `Error creating: ${error.message}`,
			});
		}
		throw error;
	}
}

async function writeStatus({ api }: ControllerContext, replicaSet: KubeObject, all: KubeObject[]): Promise<void> {
	const pods = all.filter(isActive);
	const { namespace, name, generation = 1 } = replicaSet.metadata;
	const ready = pods.filter(isReady).length;
	const status: Fields = {
		replicas: pods.length,
		...(pods.length > 0 && { fullyLabeledReplicas: pods.length }),
		...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
		observedGeneration: generation,
		terminatingReplicas: all.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length,
	};
	if (isSame(replicaSet['status'], status)) return;
	await replaceStatus(api, pathTo('apps/v1', 'replicasets', namespace, name), status);
}
