import { listAt, textAt } from '../json.ts';
import { conditionOf, type KubeObject } from '../kube-object.ts';

/** How often the pods of a job failed since one succeeded, and when the last one did. */
export interface Failures {
	count: number;
	lastAt: number;
}

const noFailures: Failures = { count: 0, lastAt: 0 };

const [firstMs, longestMs] = [10_000, 600_000];

/** The failures once more pods have ended (pkg/controller/job/backoff_utils.go). */
export function countFailures(
	before: Failures = noFailures,
	{ succeeded, failed }: { succeeded: KubeObject[]; failed: KubeObject[] },
): Failures {
	const lastSuccess = succeeded.length > 0 ? Math.max(...succeeded.map(finishedAt)) : undefined;
	const ends = failed.map(finishedAt).filter((end) => lastSuccess === undefined || end > lastSuccess);
	const kept = lastSuccess === undefined ? before : noFailures;
	return ends.length === 0 ? kept : { count: kept.count + ends.length, lastAt: Math.max(...ends) };
}

/** The moment from which a job may make pods again. */
export function mayMakeAt({ count, lastAt }: Failures, lasting: (ms: number) => number): number {
	return count === 0 ? 0 : lastAt + lasting(Math.min(longestMs, firstMs * 2 ** (count - 1)));
}

function finishedAt(pod: KubeObject): number {
	const ends = listAt(pod, 'status', 'containerStatuses').map((one) =>
		textAt(one, 'state', 'terminated', 'finishedAt'),
	);
	if (ends.length > 0 && ends.every((end) => end !== '')) return Math.max(...ends.map((end) => Date.parse(end)));
	const ready = conditionOf(pod, 'Ready');
	const unreadyAt = textAt(ready, 'status') === 'False' ? textAt(ready, 'lastTransitionTime') : '';
	return Date.parse(unreadyAt || pod.metadata.creationTimestamp);
}
