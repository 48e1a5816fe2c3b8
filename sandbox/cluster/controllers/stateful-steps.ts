/* What a StatefulSet does next: pkg/controller/statefulset/stateful_set_control.go of Kubernetes 1.35.4, updateStatefulSet. */
import { numberAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { isGoing } from './pod-owner.ts';
import { wantedReplicas } from './rollout.ts';

/** The label that says of which revision of its set a pod is. */
export const revisionLabel = 'controller-revision-hash';

/** A StatefulSet, its pods, and the names of the revisions that it is at and that it goes to. */
export interface StatefulView {
	set: KubeObject;
	pods: KubeObject[];
	current: string;
	update: string;
	isAvailable: (pod: KubeObject) => boolean;
}

export type StatefulStep = { create: number; revision: string } | { delete: KubeObject };

/** The steps that may be taken now: one at a time, unless the set makes and ends its pods in parallel. */
export function decideSteps(view: StatefulView): StatefulStep[] {
	const { set } = view;
	const isParallel = textAt(set, 'spec', 'podManagementPolicy') === 'Parallel';
	const living = stepsOfLiving(view, isParallel);
	if (living.isBlocked) return living.steps;
	const surplus = stepsOfSurplus(view, isParallel);
	const steps = [...living.steps, ...surplus.steps];
	return surplus.isBlocked ? steps : [...steps, ...stepsOfUpdate(view)];
}

interface Steps {
	steps: StatefulStep[];
	/** Nothing else may happen before these are done, or before something that they wait for. */
	isBlocked: boolean;
}

interface Place {
	ordinal: number;
	pod: KubeObject | undefined;
}

/** The places of a set, each with its pod if there is one. */
function placesOf({ set, pods }: Pick<StatefulView, 'set' | 'pods'>): Place[] {
	const start = startOf(set);
	return Array.from({ length: wantedReplicas(set) }, (_, i) => ({
		ordinal: start + i,
		pod: pods.find((pod) => ordinalOf(pod) === start + i),
	}));
}

// processReplica: in order, no pod is made before the one in front of it can be used.
function stepsOfLiving(view: StatefulView, isParallel: boolean): Steps {
	const steps: StatefulStep[] = [];
	for (const place of placesOf(view)) {
		const step = stepAt(view, place);
		if (step) steps.push(step);
		if (!isParallel && (step || !isUsable(view, place.pod))) return { steps, isBlocked: true };
	}
	return { steps, isBlocked: false };
}

function stepAt({ set, current, update }: StatefulView, { ordinal, pod }: Place): StatefulStep | undefined {
	if (!pod) return { create: ordinal, revision: ordinal < firstUpdated(set) ? current : update };
	const isOver = ['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase'));
	return isOver && !isGoing(pod) ? { delete: pod } : undefined;
}

// processCondemned: from the last, and only one that cannot be used may go before the others are well.
function stepsOfSurplus(view: StatefulView, isParallel: boolean): Steps {
	const steps: StatefulStep[] = [];
	const places = placesOf(view);
	const surplus = view.pods
		.filter((pod) => ordinalOf(pod) >= 0 && !places.some(({ ordinal }) => ordinal === ordinalOf(pod)))
		.toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
	const firstBad = [...places.map(({ pod }) => pod), ...surplus.toReversed()].find((pod) => !isUsable(view, pod));
	for (const pod of surplus) {
		const mayGo = !isGoing(pod) && (isParallel || view.isAvailable(pod) || pod === firstBad);
		if (mayGo) steps.push({ delete: pod });
		if (!isParallel) return { steps, isBlocked: true };
	}
	return { steps, isBlocked: false };
}

// From the last: the first one of another revision goes, unless one behind it is not back yet.
function stepsOfUpdate(view: StatefulView): StatefulStep[] {
	const { set, update } = view;
	if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return [];
	const places = placesOf(view).slice(numberAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0);
	for (const { pod } of places.toReversed()) {
		if (pod && !isGoing(pod) && pod.metadata.labels?.[revisionLabel] !== update) return [{ delete: pod }];
		if (!isUsable(view, pod)) return [];
	}
	return [];
}

function isUsable({ isAvailable }: StatefulView, pod: KubeObject | undefined): boolean {
	return pod !== undefined && !isGoing(pod) && isAvailable(pod);
}

/** Ordinals from here on are of the newest revision, those before it of the current one. */
function firstUpdated(set: KubeObject): number {
	if (textAt(set, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') return 0;
	return startOf(set) + (numberAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0);
}

function startOf(set: KubeObject): number {
	return numberAt(set, 'spec', 'ordinals', 'start') ?? 0;
}

/** The number at the end of a pod's name; -1 where there is none. */
export function ordinalOf({ metadata }: KubeObject): number {
	return Number(/-(?<ordinal>\d+)$/.exec(metadata.name)?.groups?.['ordinal'] ?? -1);
}
