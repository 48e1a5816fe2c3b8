/*
 * Runs the pods of each job to their end and counts them: pkg/controller/job/job_controller.go of Kubernetes 1.35.4. Every pod has a
 * finalizer until it is counted, so that none is counted twice or not at all. Policies about failures and successes, and jobs by index,
 * are not acted on; docs/fidelity.md says so.
 */
import { isRefusal, pathTo } from '../api-client.ts';
import { at, type Fields, fieldsAt, isSame, listAt, numberAt, textAt, textsAt } from '../json.ts';
import { controllerReference, type KubeObject, stamp } from '../kube-object.ts';
import { type ControllerContext, replaceStatus, splitKey } from './controller.ts';
import { countFailures, type Failures, mayMakeAt } from './job-backoff.ts';
import {
	announcedEnd,
	failedEnd,
	isFinished,
	isSuspended,
	type JobCounts,
	type JobEnd,
	succeededEnd,
	trackingFinalizer,
	uncountedOf,
	wantedActive,
	withAnnouncement,
	withCounted,
	withEnd,
	withSuspension,
	withUncounted,
} from './job-status.ts';
import { controllerKey, isActive, isGoing, isReady, type Owning, runPodOwners, worth } from './pod-owner.ts';

interface Jobs extends Owning {
	failures: Map<string, Failures>;
	/** Pods that have the finalizer, by uid. */
	tracked: Map<string, KubeObject>;
}

/** Follows jobs and their pods. */
export function runJobs(context: ControllerContext): Promise<unknown> {
	const known = { failures: new Map<string, Failures>(), tracked: new Map<string, KubeObject>() };
	const owner = {
		kind: 'Job',
		path: pathTo('batch/v1', 'jobs'),
		ownerOf: keyOfPod,
		seen: (type: string, pod: KubeObject) => {
			if (type !== 'DELETED' && isTracked(pod)) known.tracked.set(pod.metadata.uid, pod);
			else known.tracked.delete(pod.metadata.uid);
		},
	};
	return runPodOwners(context, owner, (owning, key) => reconcile({ ...owning, ...known }, key));
}

// A pod that was left behind still knows its job's name.
function keyOfPod(pod: KubeObject): string | undefined {
	const { namespace = '', labels = {} } = pod.metadata;
	const name = labels['batch.kubernetes.io/job-name'];
	return controllerKey(pod, 'Job') ?? (isTracked(pod) && name !== undefined ? `${namespace}/${name}` : undefined);
}

function isTracked({ metadata }: KubeObject): boolean {
	return metadata.finalizers?.includes(trackingFinalizer) === true;
}

async function reconcile(jobs: Jobs, key: string): Promise<Date | undefined> {
	const { namespace, name } = splitKey(key);
	const job = await jobs.api.get(pathTo('batch/v1', 'jobs', namespace, name));
	const isOwn = (pod: KubeObject) =>
		pod.metadata.ownerReferences?.some(({ uid }) => uid === job?.metadata.uid) === true;
	const orphans = [...jobs.tracked.values()].filter((pod) => keyOfPod(pod) === key && !isOwn(pod));
	for (const pod of orphans) await release(jobs, pod);
	if (!job || isFinished(job)) {
		jobs.failures.delete(key);
		return undefined;
	}
	if (textAt(job, 'spec', 'completionMode') === 'Indexed') return undefined;
	return new JobSync(jobs, key, job).run();
}

async function release({ api, owned }: Jobs, { metadata }: KubeObject): Promise<void> {
	const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== trackingFinalizer);
	try {
		// Known without it at once; and where it was the last thing that held the pod, not known at all.
		await owned.make(() =>
			api.patch(pathTo('v1', 'pods', metadata.namespace, metadata.name), { metadata: { finalizers } }),
		);
	} catch (error) {
		if (!isRefusal(error, 404)) throw error;
	}
}

/** One look at a job. */
class JobSync {
	readonly #jobs: Jobs;
	readonly #key: string;
	readonly #job: KubeObject;
	readonly #now: Date;

	constructor(jobs: Jobs, key: string, job: KubeObject) {
		this.#jobs = jobs;
		this.#key = key;
		this.#job = job;
		this.#now = jobs.clock.now();
	}

	async run(): Promise<Date | undefined> {
		const job = this.#job;
		const started = isSuspended(job) ? {} : { startTime: stamp(this.#now), ...fieldsAt(job, 'status') };
		const status = { uncountedTerminatedPods: {}, ...fieldsAt(job, 'status'), ...started };
		const failures = this.#countFailures(status);
		const counts = this.#count(status);
		const deadlineAt = this.#deadlineOf(status);
		const announced = announcedEnd(job) ?? failedEnd(job, counts, this.#now.getTime() >= deadlineAt);
		if (announced) await this.#end(this.#pods().filter(isActive));
		else if (!isGoing(job)) await this.#balance(counts, failures);
		const active = this.#pods().filter(isActive).length;
		const end = announced ?? succeededEnd(job, { ...counts, active });
		await this.#track(status, end);
		if (end) return undefined;
		const mayMake = mayMakeAt(failures, (ms) => this.#jobs.clock.lasting(ms));
		const due = [deadlineAt, ...(mayMake > this.#now.getTime() ? [mayMake] : [])].filter((moment) => moment < Infinity);
		return due.length > 0 ? new Date(Math.min(...due)) : undefined;
	}

	#pods(): KubeObject[] {
		return this.#jobs.owned.of(this.#job);
	}

	/** Whether a pod is only replaced once it has ended. */
	#waitsForEnds(): boolean {
		return textAt(this.#job, 'spec', 'podReplacementPolicy') === 'Failed';
	}

	// IsPodFailed: as a rule, one that was told to go before its end counts as failed.
	readonly #isFailed = (pod: KubeObject): boolean =>
		textAt(pod, 'status', 'phase') === 'Failed' || (!this.#waitsForEnds() && isGoing(pod) && !isSucceeded(pod));

	/** Pods that have ended one way and are in no count yet. */
	#newly(status: Fields, outcome: 'succeeded' | 'failed'): KubeObject[] {
		const isEnded = outcome === 'succeeded' ? isSucceeded : this.#isFailed;
		const noted = uncountedOf(status, outcome);
		return this.#pods().filter((pod) => isTracked(pod) && isEnded(pod) && !noted.includes(pod.metadata.uid));
	}

	#countFailures(status: Fields): Failures {
		const ended = { succeeded: this.#newly(status, 'succeeded'), failed: this.#newly(status, 'failed') };
		const failures = countFailures(this.#jobs.failures.get(this.#key), ended);
		this.#jobs.failures.set(this.#key, failures);
		return failures;
	}

	#count(status: Fields): JobCounts {
		const all = (outcome: 'succeeded' | 'failed') =>
			(numberAt(status, outcome) ?? 0) + uncountedOf(status, outcome).length + this.#newly(status, outcome).length;
		const present = this.#pods().filter((pod) => ['Running', 'Pending'].includes(textAt(pod, 'status', 'phase')));
		return {
			active: this.#pods().filter(isActive).length,
			succeeded: all('succeeded'),
			failed: all('failed'),
			restarts: present.reduce((total, pod) => total + restartsOf(pod), 0),
		};
	}

	#deadlineOf(status: Fields): number {
		const seconds = numberAt(this.#job, 'spec', 'activeDeadlineSeconds');
		const startedAt = textAt(status, 'startTime');
		if (seconds === undefined || startedAt === '' || isSuspended(this.#job)) return Infinity;
		return Date.parse(startedAt) + this.#jobs.clock.lasting(1000 * seconds);
	}

	async #balance(counts: JobCounts, failures: Failures): Promise<void> {
		const active = this.#pods().filter(isActive);
		const wanted = isSuspended(this.#job) ? 0 : wantedActive(this.#job, counts);
		const surplus = active.toSorted((a, b) => worth(a) - worth(b)).slice(0, Math.max(0, active.length - wanted));
		// Surplus is not counted: it is let go of before it goes.
		for (const pod of surplus) await release(this.#jobs, pod);
		if (surplus.length > 0) return this.#end(surplus);
		const waits = this.#waitsForEnds() ? this.#pods().filter((pod) => isGoing(pod) && !isTerminal(pod)).length : 0;
		if (mayMakeAt(failures, (ms) => this.#jobs.clock.lasting(ms)) > this.#now.getTime()) return;
		for (let made = active.length + waits; made < wanted; made += 1) await this.#make();
	}

	async #make(): Promise<void> {
		const { api, events, owned } = this.#jobs;
		const { namespace } = this.#job.metadata;
		try {
			const pod = await owned.make(() => api.create(pathTo('v1', 'pods', namespace), buildPod(this.#job)));
			const message = `Created pod: ${pod.metadata.name}`;
			events.record(this.#job, { type: 'Normal', reason: 'SuccessfulCreate', message });
		} catch (error) {
			if (isRefusal(error, 403, 422)) {
				const message = `Error creating: ${error.message}`;
				events.record(this.#job, { type: 'Warning', reason: 'FailedCreate', message });
			}
			throw error;
		}
	}

	async #end(pods: KubeObject[]): Promise<void> {
		const { api, events, owned, clock } = this.#jobs;
		for (const pod of pods) {
			await api.delete(pathTo('v1', 'pods', pod.metadata.namespace, pod.metadata.name));
			owned.markGoing(pod, stamp(clock.now()));
			const message = `Deleted pod: ${pod.metadata.name}`;
			events.record(this.#job, { type: 'Normal', reason: 'SuccessfulDelete', message });
		}
	}

	/** Notes what has ended, lets go of it, counts it, and has the last word when nothing is left. */
	async #track(before: Fields, end: JobEnd | undefined): Promise<void> {
		const now = stamp(this.#now);
		const pods = this.#pods();
		const ending = pods.filter((pod) => isTracked(pod) && (end || isSucceeded(pod) || this.#isFailed(pod)));
		const ended = {
			succeeded: ending.filter(isSucceeded).map(uidOf),
			// Who is still there when a job has failed has failed with it.
			failed: ending.filter((pod) => this.#isFailed(pod) || (end?.type === 'Failed' && !isSucceeded(pod))).map(uidOf),
		};
		const { status: suspended, isNews } = end
			? { status: before, isNews: false }
			: withSuspension(this.#job, before, now);
		const noted = withUncounted({ ...suspended, ...this.#present() }, ended);
		const told = end ? withAnnouncement(noted, end, now) : noted;
		await this.#write(told);
		if (isNews)
			this.#say('Normal', isSuspended(this.#job) ? ['Suspended', 'Job suspended'] : ['Resumed', 'Job resumed']);
		for (const pod of ending) await release(this.#jobs, pod);
		const counted = withCounted(told, this.#pods().filter(isTracked).map(uidOf));
		const isOver = end !== undefined && this.#present()['terminating'] === 0 && isAllCounted(counted);
		await this.#write(isOver ? withEnd(counted, end, now) : counted);
		if (!isOver) return;
		if (end.type === 'Complete') this.#say('Normal', ['Completed', 'Job completed']);
		else this.#say('Warning', [end.reason, end.message]);
	}

	#present(): Fields {
		const active = this.#pods().filter(isActive);
		return {
			active: active.length,
			ready: active.filter(isReady).length,
			terminating: this.#pods().filter((pod) => isGoing(pod) && !isTerminal(pod)).length,
		};
	}

	#say(type: 'Normal' | 'Warning', [reason, message]: [reason: string, message: string]): void {
		this.#jobs.events.record(this.#job, { type, reason, message });
	}

	async #write(status: Fields): Promise<void> {
		const { active, ...rest } = status;
		const wanted = active === 0 ? rest : status;
		const { namespace, name } = this.#job.metadata;
		const path = pathTo('batch/v1', 'jobs', namespace, name);
		const current = await this.#jobs.api.get(path);
		if (!current || isSame(current['status'], wanted)) return;
		await replaceStatus(this.#jobs.api, path, wanted);
	}
}

function buildPod(job: KubeObject): Fields {
	const template = fieldsAt(job, 'spec', 'template');
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			generateName: `${job.metadata.name}-`,
			labels: textsAt(template, 'metadata', 'labels'),
			annotations: textsAt(template, 'metadata', 'annotations'),
			finalizers: [trackingFinalizer],
			ownerReferences: [controllerReference(job)],
		},
		spec: at(template, 'spec'),
	};
}

function isSucceeded(pod: KubeObject): boolean {
	return textAt(pod, 'status', 'phase') === 'Succeeded';
}

function isTerminal(pod: KubeObject): boolean {
	return ['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase'));
}

function isAllCounted(status: Fields): boolean {
	return [...uncountedOf(status, 'succeeded'), ...uncountedOf(status, 'failed')].length === 0;
}

function restartsOf(pod: KubeObject): number {
	const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
	return statuses.reduce<number>((total, one) => total + (numberAt(one, 'restartCount') ?? 0), 0);
}

function uidOf({ metadata }: KubeObject): string {
	return metadata.uid;
}
