/*
 * Keeps the pods of each StatefulSet, by their names and in their order: pkg/controller/statefulset of Kubernetes 1.35.4. A set whose
 * newest pod never gets ready stays as it is, also when its template is mended: the pod has to be deleted by hand, as there.
 */
import { isRefusal, pathTo } from '../api-client.ts';
import { type Fields, fieldsAt, isSame, numberAt, textAt, textsAt } from '../json.ts';
import { conditionOf, controllerReference, type KubeObject, stamp } from '../kube-object.ts';
import { type ControllerContext, replaceStatus, splitKey } from './controller.ts';
import { isGoing, isReady, type Owning, runPodOwners } from './pod-owner.ts';
import { wantedReplicas } from './rollout.ts';
import { forgetRevisions, reviseSet, type Revisions, templateOf } from './stateful-revision.ts';
import { decideSteps, ordinalOf, revisionLabel, type StatefulStep } from './stateful-steps.ts';

/** Follows StatefulSets and their pods. */
export function runStatefulSets(context: ControllerContext): Promise<unknown> {
	return runPodOwners(context, { kind: 'StatefulSet', path: pathTo('apps/v1', 'statefulsets') }, reconcile);
}

async function reconcile(context: Owning, key: string): Promise<Date | undefined> {
	const { namespace, name } = splitKey(key);
	const set = await context.api.get(pathTo('apps/v1', 'statefulsets', namespace, name));
	if (!set || isGoing(set)) return undefined;
	const revisions = await reviseSet(context, set);
	const now = context.clock.now();
	const isAvailable = (pod: KubeObject) => isReady(pod) && availableAt(context, set, pod) <= now.getTime();
	const [current, update] = [revisions.current.metadata.name, revisions.update.metadata.name];
	const steps = decideSteps({ set, pods: context.owned.of(set), current, update, isAvailable });
	for (const step of steps) await take(context, { set, revisions, step });
	const pods = context.owned.of(set);
	await writeStatus(context, set, buildStatus({ set, pods, current, update, isAvailable }));
	await forgetRevisions(context, { set, pods, revisions });
	const awaited = pods.filter((pod) => isReady(pod) && !isAvailable(pod)).map((pod) => availableAt(context, set, pod));
	return awaited.length > 0 ? new Date(Math.min(...awaited)) : undefined;
}

function availableAt({ clock }: ControllerContext, set: KubeObject, pod: KubeObject): number {
	const readyAt = Date.parse(textAt(conditionOf(pod, 'Ready'), 'lastTransitionTime'));
	return readyAt + clock.lasting(1000 * (numberAt(set, 'spec', 'minReadySeconds') ?? 0));
}

interface Taking {
	set: KubeObject;
	revisions: Revisions;
	step: StatefulStep;
}

async function take(context: Owning, { set, revisions, step }: Taking): Promise<void> {
	const { api, events, owned, clock } = context;
	const { namespace, name } = set.metadata;
	if ('delete' in step) {
		const pod = step.delete;
		await api.delete(pathTo('v1', 'pods', namespace, pod.metadata.name));
		owned.markGoing(pod, stamp(clock.now()));
		const message = `Delete Pod ${pod.metadata.name} in StatefulSet ${name} successful`;
		events.record(set, { type: 'Normal', reason: 'SuccessfulDelete', message });
		return;
	}
	const { current, update } = revisions;
	const pod = buildPod(set, step.create, step.revision === current.metadata.name ? current : update);
	const what = `Create Pod ${name}-${step.create} in StatefulSet ${name}`;
	try {
		await owned.make(() => api.create(pathTo('v1', 'pods', namespace), pod));
		events.record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `${what} successful` });
	} catch (error) {
		if (isRefusal(error, 403, 422)) {
			events.record(set, {
				type: 'Warning',
				reason: 'FailedCreate',
				message: `${what} failed error: ${error.message}`,
			});
		}
		throw error;
	}
}

function buildPod(set: KubeObject, ordinal: number, revision: KubeObject): Fields {
	const template = templateOf(revision);
	const name = `${set.metadata.name}-${ordinal}`;
	const subdomain = textAt(set, 'spec', 'serviceName');
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			name,
			generateName: `${set.metadata.name}-`,
			labels: {
				...textsAt(template, 'metadata', 'labels'),
				'statefulset.kubernetes.io/pod-name': name,
				'apps.kubernetes.io/pod-index': String(ordinal),
				[revisionLabel]: revision.metadata.name,
			},
			annotations: textsAt(template, 'metadata', 'annotations'),
			ownerReferences: [controllerReference(set)],
		},
		spec: { ...fieldsAt(template, 'spec'), hostname: name, ...(subdomain !== '' && { subdomain }) },
	};
}

interface Counted {
	set: KubeObject;
	pods: KubeObject[];
	current: string;
	update: string;
	isAvailable: (pod: KubeObject) => boolean;
}

function buildStatus({ set, pods, current, update, isAvailable }: Counted): Fields {
	const members = pods.filter((pod) => ordinalOf(pod) >= 0);
	const ready = members.filter((pod) => textAt(pod, 'status', 'phase') === 'Running' && isReady(pod));
	const at = (revision: string) =>
		members.filter((pod) => !isGoing(pod) && pod.metadata.labels?.[revisionLabel] === revision).length;
	const wanted = wantedReplicas(set);
	const isRolling = textAt(set, 'spec', 'updateStrategy', 'type') === 'RollingUpdate';
	const isDone = isRolling && [at(update), ready.length, members.length].every((count) => count === wanted);
	const counts = {
		readyReplicas: ready.length,
		currentReplicas: at(isDone ? update : current),
		updatedReplicas: at(update),
	};
	return {
		observedGeneration: set.metadata.generation ?? 1,
		replicas: members.length,
		...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
		currentRevision: isDone ? update : current,
		updateRevision: update,
		collisionCount: numberAt(set, 'status', 'collisionCount') ?? 0,
		availableReplicas: ready.filter(isAvailable).length,
	};
}

async function writeStatus({ api }: ControllerContext, set: KubeObject, status: Fields): Promise<void> {
	if (isSame(set['status'], status)) return;
	await replaceStatus(api, pathTo('apps/v1', 'statefulsets', set.metadata.namespace, set.metadata.name), status);
}
