import { at, type Fields, fieldsAt, isSame, numberAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';

/** What a deployment and its replica sets look like at one moment. */
export interface Rollout {
	deployment: KubeObject;
	replicaSets: KubeObject[];
	/** The current replica set has just been made: a rollout begins, however the one before went. */
	isNew?: boolean;
}

export interface Scaling {
	replicaSet: KubeObject;
	replicas: number;
}

/** The replica set that has the deployment's present template, if it was made already. */
export function currentReplicaSet({ deployment, replicaSets }: Rollout): KubeObject | undefined {
	const template = comparableTemplate(deployment);
	return replicaSets.find((replicaSet) => isSame(comparableTemplate(replicaSet), template));
}

function comparableTemplate(workload: KubeObject): Fields {
	const template = fieldsAt(workload, 'spec', 'template');
	const { creationTimestamp: _made, ...metadata } = fieldsAt(template, 'metadata');
	const { 'pod-template-hash': _hash, ...labels } = fieldsAt(metadata, 'labels');
	return { ...template, metadata: { ...metadata, labels } };
}

export function wantedReplicas(workload: KubeObject): number {
	return numberAt(workload, 'spec', 'replicas') ?? 1;
}

/** How many replicas a new replica set starts with, and which replica sets are to be scaled now (pkg/controller/deployment). */
export function firstReplicas(rollout: Rollout): number {
	if (isRecreate(rollout.deployment)) return 0;
	const { surge } = limitsOf(rollout.deployment);
	const wanted = wantedReplicas(rollout.deployment);
	const room = wanted + surge - sum(rollout.replicaSets, wantedReplicas);
	return Math.max(0, Math.min(wanted, room));
}

/** The scaling that brings a rollout one step on; empty when there is nothing to do now. */
export function decideScaling(rollout: Rollout): Scaling[] {
	const current = currentReplicaSet(rollout);
	if (!current) return [];
	const old = rollout.replicaSets.filter((replicaSet) => replicaSet !== current && wantedReplicas(replicaSet) > 0);
	const wanted = wantedReplicas(rollout.deployment);
	if (isRecreate(rollout.deployment)) return decideRecreate(rollout, { current, old });
	if (old.length === 0) return wantedReplicas(current) === wanted ? [] : [{ replicaSet: current, replicas: wanted }];
	const up = scaleUp(rollout, current);
	return up ? [up] : scaleDown(rollout, { current, old });
}

function decideRecreate(
	{ deployment, replicaSets }: Rollout,
	{ current, old }: { current: KubeObject; old: KubeObject[] },
): Scaling[] {
	if (old.length > 0) return old.map((replicaSet) => ({ replicaSet, replicas: 0 }));
	const isOldGone = replicaSets.every((replicaSet) => replicaSet === current || countOf(replicaSet, 'replicas') === 0);
	const wanted = wantedReplicas(deployment);
	return isOldGone && wantedReplicas(current) !== wanted ? [{ replicaSet: current, replicas: wanted }] : [];
}

function scaleUp({ deployment, replicaSets }: Rollout, current: KubeObject): Scaling | undefined {
	const wanted = wantedReplicas(deployment);
	const has = wantedReplicas(current);
	if (has > wanted) return { replicaSet: current, replicas: wanted };
	const room = wanted + limitsOf(deployment).surge - sum(replicaSets, wantedReplicas);
	const replicas = Math.min(wanted, has + Math.max(0, room));
	return replicas > has ? { replicaSet: current, replicas } : undefined;
}

// Old replicas that are not available go first: they cost nothing.
function scaleDown(
	{ deployment, replicaSets }: Rollout,
	{ current, old }: { current: KubeObject; old: KubeObject[] },
): Scaling[] {
	const least = wantedReplicas(deployment) - limitsOf(deployment).unavailable;
	const missingNew = wantedReplicas(current) - countOf(current, 'availableReplicas');
	let spare = sum(replicaSets, wantedReplicas) - least - missingNew;
	const scalings: Scaling[] = [];
	for (const replicaSet of old.toSorted((a, b) => countOf(a, 'availableReplicas') - countOf(b, 'availableReplicas'))) {
		const cut = Math.min(Math.max(0, spare), wantedReplicas(replicaSet));
		if (cut > 0) scalings.push({ replicaSet, replicas: wantedReplicas(replicaSet) - cut });
		spare -= cut;
	}
	return scalings;
}

function isRecreate(deployment: KubeObject): boolean {
	return textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate';
}

/** How many more and how many fewer pods than wanted there may be. */
export function limitsOf(deployment: KubeObject): { surge: number; unavailable: number } {
	const wanted = wantedReplicas(deployment);
	const surge = portion(at(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxSurge'), wanted, Math.ceil);
	const unavailable = portion(
		at(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable'),
		wanted,
		Math.floor,
	);
	return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function portion(value: unknown, whole: number, round: (x: number) => number): number {
	if (typeof value === 'number') return value;
	return round((whole * Number.parseInt(typeof value === 'string' ? value : '25%', 10)) / 100);
}

/** A count of a workload's status. */
export function countOf(workload: unknown, field: string): number {
	return numberAt(workload, 'status', field) ?? 0;
}

/** A total over objects. */
export function sum(items: KubeObject[], count: (item: KubeObject) => number): number {
	return items.reduce((total, item) => total + count(item), 0);
}
