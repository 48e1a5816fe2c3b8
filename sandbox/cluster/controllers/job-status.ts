/* What a job's status says: pkg/controller/job/job_controller.go of Kubernetes 1.35.4. */
import { at, type Fields, fieldsAt, listAt, numberAt, textAt } from '../json.ts';
import { conditionOf, type KubeObject } from '../kube-object.ts';

/** The finalizer that keeps a job's pods until they are counted. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

/** How a job is to end. */
export interface JobEnd {
	type: 'Complete' | 'Failed';
	reason: string;
	message: string;
}

// Said at once, while the last word waits until all pods have ended and are counted.
const interim = { Complete: 'SuccessCriteriaMet', Failed: 'FailureTarget' };

const completed: JobEnd = {
	type: 'Complete',
	reason: 'CompletionsReached',
	message: 'Reached expected number of succeeded pods',
};

/** Whether the last word about a job is said. */
export function isFinished(job: KubeObject): boolean {
	return isTrue(job, 'Complete') || isTrue(job, 'Failed');
}

/** The end that a status has announced already. */
export function announcedEnd(job: KubeObject): JobEnd | undefined {
	for (const type of ['Complete', 'Failed'] as const) {
		const condition = conditionOf(job, interim[type]);
		if (textAt(condition, 'status') !== 'True') continue;
		return { type, reason: textAt(condition, 'reason'), message: textAt(condition, 'message') };
	}
	return undefined;
}

/** What a job has come to, all pods counted that have ended. */
export interface JobCounts {
	active: number;
	succeeded: number;
	failed: number;
	/** Restarts of containers in pods that are still there. */
	restarts: number;
}

/** The end that a job has failed to, if it has. */
export function failedEnd(job: KubeObject, { failed, restarts }: JobCounts, isTooLate: boolean): JobEnd | undefined {
	const limit = numberAt(job, 'spec', 'backoffLimit') ?? 6;
	const restartsInPlace = textAt(job, 'spec', 'template', 'spec', 'restartPolicy') === 'OnFailure';
	if (failed > limit || (restartsInPlace && restarts >= Math.max(1, limit))) {
		return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
	}
	if (!isTooLate) return undefined;
	return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
}

/** The end that a job has succeeded to, if it has. */
export function succeededEnd(job: KubeObject, { active, succeeded }: JobCounts): JobEnd | undefined {
	const wanted = numberAt(job, 'spec', 'completions') ?? 1;
	return succeeded >= wanted && active === 0 ? completed : undefined;
}

/** How many pods a job is to have at work. */
export function wantedActive(job: KubeObject, { active, succeeded }: JobCounts): number {
	const parallelism = numberAt(job, 'spec', 'parallelism') ?? 1;
	const completions = numberAt(job, 'spec', 'completions');
	// Without a number, the first success says that there is nothing more to do.
	if (completions === undefined) return succeeded > 0 ? active : parallelism;
	return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** Whether a job is told to wait. */
export function isSuspended(job: KubeObject): boolean {
	return at(job, 'spec', 'suspend') === true;
}

/** A status in which a job is suspended, or goes on; whether that is news. */
export function withSuspension(job: KubeObject, status: Fields, now: string): { status: Fields; isNews: boolean } {
	const wanted = isSuspended(job);
	const known = conditionOf({ status }, 'Suspended');
	const isNews = wanted ? textAt(known, 'status') !== 'True' : textAt(known, 'status') === 'True';
	if (!isNews) return { status, isNews };
	const [reason, message] = wanted ? ['JobSuspended', 'Job suspended'] : ['JobResumed', 'Job resumed'];
	const said = withCondition(status, { type: 'Suspended', reason, message }, { now, is: wanted ? 'True' : 'False' });
	return { status: { ...said, ...(!wanted && { startTime: now }) }, isNews };
}

/** A status that announces how the job will end. */
export function withAnnouncement(status: Fields, { type, ...words }: JobEnd, now: string): Fields {
	const announced = interim[type];
	if (conditionOf({ status }, announced) !== undefined) return status;
	return withCondition(status, { type: announced, ...words }, { now, is: 'True' });
}

/** A status that says how the job has ended. */
export function withEnd(status: Fields, end: JobEnd, now: string): Fields {
	return {
		...withCondition(status, end, { now, is: 'True' }),
		...(end.type === 'Complete' && { completionTime: now }),
	};
}

function withCondition(
	status: Fields,
	{ type, reason, message }: { type: string; reason: string | undefined; message: string | undefined },
	{ now, is }: { now: string; is: string },
): Fields {
	const condition = { type, status: is, lastProbeTime: now, lastTransitionTime: now, reason, message };
	const conditions = listAt(status, 'conditions');
	const isKnown = conditions.some((one) => textAt(one, 'type') === type);
	const replaced = conditions.map((one) => (textAt(one, 'type') === type ? condition : one));
	return { ...status, conditions: isKnown ? replaced : [...conditions, condition] };
}

function isTrue(job: KubeObject, type: string): boolean {
	return textAt(conditionOf(job, type), 'status') === 'True';
}

type Outcome = 'succeeded' | 'failed';

/** Pods that have ended and are not in the job's counts yet, by their uids. */
export function uncountedOf(status: unknown, outcome: Outcome): string[] {
	return listAt(status, 'uncountedTerminatedPods', outcome).map(String);
}

/** A status with these pods noted as ended, before anything lets go of them. */
export function withUncounted(status: Fields, ended: Record<Outcome, string[]>): Fields {
	const noted = (outcome: Outcome) => [...new Set([...uncountedOf(status, outcome), ...ended[outcome]])];
	return { ...status, uncountedTerminatedPods: uncounted(noted('succeeded'), noted('failed')) };
}

/** A status in which those of the noted pods are counted that nothing holds any longer. */
export function withCounted(status: Fields, held: string[]): Fields {
	const left = (outcome: Outcome) => uncountedOf(status, outcome).filter((uid) => held.includes(uid));
	const count = (outcome: Outcome) =>
		(numberAt(status, outcome) ?? 0) + uncountedOf(status, outcome).length - left(outcome).length;
	const counts = { succeeded: count('succeeded'), failed: count('failed') };
	return {
		...fieldsAt({ status }, 'status'),
		...Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0)),
		uncountedTerminatedPods: uncounted(left('succeeded'), left('failed')),
	};
}

function uncounted(succeeded: string[], failed: string[]): Fields {
	return { ...(succeeded.length > 0 && { succeeded }), ...(failed.length > 0 && { failed }) };
}
