import { isRefusal, pathTo } from '../api-client.ts';
import { at, type Fields, fieldsAt, isSame, textsAt } from '../json.ts';
import { controllerReference, type KubeObject, stamp } from '../kube-object.ts';
import { type ControllerContext, replaceStatus, splitKey } from './controller.ts';
import { isActive, isGoing, isReady, type Owning, runPodOwners, worth } from './pod-owner.ts';
import { wantedReplicas } from './rollout.ts';

/** Keeps as many pods as each replica set asks for. */
export function runReplicaSets(context: ControllerContext): Promise<unknown> {
	return runPodOwners(context, { kind: 'ReplicaSet', path: pathTo('apps/v1', 'replicasets') }, reconcile);
}

async function reconcile(context: Owning, key: string): Promise<undefined> {
	const { namespace, name } = splitKey(key);
	const replicaSet = await context.api.get(pathTo('apps/v1', 'replicasets', namespace, name));
	if (!replicaSet) return;
	if (!isGoing(replicaSet)) await balance(context, replicaSet);
	await writeStatus(context, replicaSet, context.owned.of(replicaSet));
}

async function balance(context: Owning, replicaSet: KubeObject): Promise<void> {
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

async function createPod(context: Owning, replicaSet: KubeObject): Promise<void> {
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
		terminatingReplicas: all.filter(isGoing).length,
	};
	if (isSame(replicaSet['status'], status)) return;
	await replaceStatus(api, pathTo('apps/v1', 'replicasets', namespace, name), status);
}
