/* A deployment's status (pkg/controller/deployment/sync.go and progress.go of Kubernetes 1.35). */
import { at, type Fields, listAt, numberAt, textAt } from '../json.ts';
import { conditionOf, type KubeObject, stamp } from '../kube-object.ts';
import { countOf, currentReplicaSet, limitsOf, type Rollout, sum, wantedReplicas } from './rollout.ts';

/** The world's clock, as far as a status looks at it. */
export interface Moment {
	now: Date;
	/** How long a length of Kubernetes' time lasts here. */
	lasting(ms: number): number;
}

interface Counts {
	replicas: number;
	updated: number;
	ready: number;
	available: number;
}

interface Condition {
	type: string;
	status: string;
	reason: string;
	message: string;
}

/** The deployment's status as its replica sets give it. */
export function buildDeploymentStatus(rollout: Rollout, moment: Moment): Fields {
	const { deployment, replicaSets } = rollout;
	const current = currentReplicaSet(rollout);
	const total = (field: string) => sum(replicaSets, (replicaSet) => countOf(replicaSet, field));
	const counts = {
		replicas: total('replicas'),
		updated: current ? countOf(current, 'replicas') : 0,
		ready: total('readyReplicas'),
		available: total('availableReplicas'),
	};
	const missing = Math.max(0, sum(replicaSets, wantedReplicas) - counts.available);
	return {
		observedGeneration: deployment.metadata.generation ?? 1,
		...nonZero({
			replicas: counts.replicas,
			updatedReplicas: counts.updated,
			readyReplicas: counts.ready,
			availableReplicas: counts.available,
			unavailableReplicas: missing,
		}),
		terminatingReplicas: total('terminatingReplicas'),
		conditions: conditionsOf(rollout, counts, moment),
	};
}

function nonZero(counts: Record<string, number>): Fields {
	return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function conditionsOf(rollout: Rollout, counts: Counts, moment: Moment): unknown[] {
	const { deployment } = rollout;
	const before = listAt(deployment, 'status', 'conditions');
	const paused = pauseCondition(deployment);
	const wanted = wantedReplicas(deployment);
	const isAvailable = counts.available >= wanted - limitsOf(deployment).unavailable;
	const availability: Condition = isAvailable
		? condition('Available', 'True', ['MinimumReplicasAvailable', 'Deployment has minimum availability.'])
		: condition('Available', 'False', ['MinimumReplicasUnavailable', 'Deployment does not have minimum availability.']);
	const now = stamp(moment.now);
	const conditions = setCondition(paused ? setCondition(before, paused, now) : before, availability, now);
	const progress = isPaused(deployment) ? undefined : progressOf(rollout, counts, moment);
	if (!progress) return conditions;
	const known = conditionOf(deployment, 'Progressing');
	// Progress is told again with the same reason: when it was last made is what the deadline counts from.
	if (progress.reason === 'ReplicaSetUpdated' && known !== undefined) {
		const others = conditions.filter((one) => textAt(one, 'type') !== 'Progressing');
		const since = textAt(known, 'status') === 'True' ? textAt(known, 'lastTransitionTime') : now;
		return [...others, render(progress, { updated: now, since })];
	}
	return setCondition(conditions, progress, now);
}

function condition(type: string, status: string, [reason, message]: [reason: string, message: string]): Condition {
	return { type, status, reason, message };
}

function isPaused(deployment: KubeObject): boolean {
	return at(deployment, 'spec', 'paused') === true;
}

function pauseCondition(deployment: KubeObject): Condition | undefined {
	const wasPaused = textAt(conditionOf(deployment, 'Progressing'), 'reason') === 'DeploymentPaused';
	if (isPaused(deployment) && !wasPaused) {
		return condition('Progressing', 'Unknown', ['DeploymentPaused', 'Deployment is paused']);
	}
	if (isPaused(deployment) || !wasPaused) return undefined;
	return condition('Progressing', 'Unknown', ['DeploymentResumed', 'Deployment is resumed']);
}

function progressOf(rollout: Rollout, counts: Counts, moment: Moment): Condition | undefined {
	const { deployment } = rollout;
	const known = conditionOf(deployment, 'Progressing');
	const isOver = textAt(known, 'reason') === 'NewReplicaSetAvailable' && counts.replicas === counts.updated;
	if (isOver) return undefined;
	const current = currentReplicaSet(rollout);
	const who = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
	const wanted = wantedReplicas(deployment);
	if (counts.updated === wanted && counts.replicas === wanted && counts.available === wanted) {
		return condition('Progressing', 'True', ['NewReplicaSetAvailable', `${who} has successfully progressed.`]);
	}
	if ((known === undefined || rollout.isNew === true) && current) {
		return condition('Progressing', 'True', [
			'NewReplicaSetCreated',
			`Created new replica set "${current.metadata.name}"`,
		]);
	}
	if (isProgressing(deployment, counts)) {
		return condition('Progressing', 'True', ['ReplicaSetUpdated', `${who} is progressing.`]);
	}
	if (!isTimedOut(deployment, moment)) return undefined;
	return condition('Progressing', 'False', ['ProgressDeadlineExceeded', `${who} has timed out progressing.`]);
}

function isProgressing(deployment: KubeObject, { replicas, updated, ready, available }: Counts): boolean {
	const [oldReplicas, oldUpdated] = [countOf(deployment, 'replicas'), countOf(deployment, 'updatedReplicas')];
	return (
		updated > oldUpdated ||
		replicas - updated < oldReplicas - oldUpdated ||
		ready > countOf(deployment, 'readyReplicas') ||
		available > countOf(deployment, 'availableReplicas')
	);
}

function isTimedOut(deployment: KubeObject, { now, lasting }: Moment): boolean {
	const known = conditionOf(deployment, 'Progressing');
	if (known === undefined) return false;
	if (textAt(known, 'reason') === 'ProgressDeadlineExceeded') return true;
	return now.getTime() >= deadlineOf(deployment, lasting);
}

/** When a deployment that does not move has taken too long, in milliseconds of the clock; infinity when it moves or is done. */
export function deadlineOf(deployment: KubeObject, lasting: (ms: number) => number): number {
	const known = conditionOf(deployment, 'Progressing');
	const reason = textAt(known, 'reason');
	const seconds = numberAt(deployment, 'spec', 'progressDeadlineSeconds');
	const isMoving = ['NewReplicaSetCreated', 'ReplicaSetUpdated', 'FoundNewReplicaSet', 'DeploymentResumed'].includes(
		reason,
	);
	if (seconds === undefined || !isMoving) return Infinity;
	return Date.parse(textAt(known, 'lastUpdateTime')) + lasting(seconds * 1000);
}

/** SetDeploymentCondition: what says the same stays as it was; a new word goes to the end. */
function setCondition(conditions: unknown[], wanted: Condition, now: string): unknown[] {
	const known = conditions.find((one) => textAt(one, 'type') === wanted.type);
	const isSameStatus = textAt(known, 'status') === wanted.status;
	if (isSameStatus && textAt(known, 'reason') === wanted.reason) return conditions;
	const since = isSameStatus ? textAt(known, 'lastTransitionTime') : now;
	return [...conditions.filter((one) => one !== known), render(wanted, { updated: now, since })];
}

function render(wanted: Condition, { updated, since }: { updated: string; since: string }): Fields {
	return { ...wanted, lastUpdateTime: updated, lastTransitionTime: since };
}
