import { type ApiClient, isRefusal, pathTo } from '../api-client.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { isSame, listAt, textAt } from '../json.ts';
import { type KubeObject, stamp } from '../kube-object.ts';
import { stepContainer, type StarterOptions, type StepOutcome } from './container-starter.ts';
import { adoptRuns, containerOf, type ContainerRun, isInitDone, isRunning } from './container-run.ts';
import { buildPodStatus } from './pod-status.ts';

export interface PodWorkerOptions extends StarterOptions {
	api: ApiClient;
	events: EventRecorder;
	signal: AbortSignal;
	hostIp: string;
	podIp: string;
	/** 0 to 1: spreads the retries of many pods. */
	random: () => number;
	/** Called after the node got an image it had not. */
	pulled: () => Promise<void>;
}

// The runtime's change is seen within a second (PLEG); after a failure a pod is looked at again after 10 s and up to half more.
const relistMs = 1000;
const retryMs = 10_000;
const retryJitter = 0.5;

/** Runs one pod on its node, from the moment it is bound until it is gone. */
export class PodWorker {
	readonly #options: PodWorkerOptions;
	readonly #runs: ContainerRun[];
	readonly #startedAt: string;
	#pod: KubeObject;
	#wake = new AbortController();
	#isGone = false;

	constructor(pod: KubeObject, options: PodWorkerOptions) {
		this.#pod = pod;
		this.#options = options;
		this.#runs = adoptRuns(pod, (reference) => options.store.find(reference));
		this.#startedAt = textAt(pod, 'status', 'startTime') || stamp(options.clock.now());
	}

	/** Tells the worker of the pod's newest state; only a new spec or a deletion makes it look again. */
	update(pod: KubeObject): void {
		const isNews =
			pod.metadata.generation !== this.#pod.metadata.generation ||
			pod.metadata.deletionTimestamp !== this.#pod.metadata.deletionTimestamp;
		this.#pod = pod;
		if (isNews) this.#wake.abort();
	}

	/** The pod is no longer there. */
	gone(): void {
		this.#isGone = true;
		this.#wake.abort();
	}

	async run(): Promise<void> {
		let isFirst = true;
		while (!this.#isOver()) {
			this.#wake = new AbortController();
			if (this.#pod.metadata.deletionTimestamp !== undefined) return this.#end();
			const outcome = await this.#sync();
			await this.#pause(outcome, isFirst);
			isFirst = false;
		}
	}

	#isOver(): boolean {
		return this.#isGone || this.#options.signal.aborted;
	}

	async #pause(outcome: StepOutcome, isFirst: boolean): Promise<void> {
		const { clock, random, signal } = this.#options;
		const either = AbortSignal.any([signal, this.#wake.signal]);
		if (either.aborted) return;
		if (outcome === 'settled') {
			await new Promise<void>((resolve) => either.addEventListener('abort', () => resolve(), { once: true }));
			return;
		}
		const ms = isFirst || outcome === 'crashed' ? relistMs : retryMs * (1 + retryJitter * random());
		await clock.sleep(ms, either);
	}

	async #sync(): Promise<StepOutcome> {
		this.#takeSpec();
		await this.#writeStatus();
		const secrets = await this.#readPullSecrets();
		const before = this.#options.store.all().length;
		const outcomes: StepOutcome[] = [];
		for (const run of this.#runs) {
			if (this.#isOver() || (!run.isInit && !this.#runs.filter((one) => one.isInit).every(isInitDone))) break;
			const isNewlyFree = 'waiting' in run.state && run.state.waiting.reason === 'PodInitializing';
			if (isNewlyFree && !run.isInit) run.state = { waiting: { reason: 'ContainerCreating' } };
			outcomes.push(await this.#step(run, secrets));
			if (run.isInit && !isInitDone(run)) break;
		}
		await this.#writeStatus();
		if (this.#options.store.all().length !== before) await this.#options.pulled();
		return (
			outcomes.find((outcome) => outcome === 'crashed') ??
			outcomes.find((outcome) => outcome === 'waiting') ??
			'settled'
		);
	}

	#step(run: ContainerRun, secrets: KubeObject[]): Promise<StepOutcome> {
		const part = run.isInit ? 'spec.initContainers' : 'spec.containers';
		const pod = this.#pod;
		return stepContainer(
			this.#options,
			{
				pod,
				secrets,
				note: (_run, note) => this.#options.events.record(pod, { ...note, fieldPath: `${part}{${run.name}}` }),
			},
			run,
		);
	}

	// A pod's image may be changed while it waits.
	#takeSpec(): void {
		for (const run of this.#runs) {
			const image = textAt(containerOf(this.#pod, run.name), 'image');
			if (image === run.image) continue;
			run.image = image;
			if (isRunning(run)) run.state = { waiting: { reason: 'ContainerCreating' } };
		}
	}

	async #readPullSecrets(): Promise<KubeObject[]> {
		if (this.#runs.every(isRunning)) return [];
		const { namespace } = this.#pod.metadata;
		const names = listAt(this.#pod, 'spec', 'imagePullSecrets')
			.map((secret) => textAt(secret, 'name'))
			.filter(Boolean);
		const found = await Promise.all(names.map((name) => this.#readSecret(pathTo('v1', 'secrets', namespace, name))));
		const missing = names.filter((_name, i) => found[i] === undefined);
		if (missing.length > 0) {
			const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
			this.#options.events.record(this.#pod, { type: 'Warning', reason: 'FailedToRetrieveImagePullSecret', message });
		}
		return found.filter((secret) => secret !== undefined);
	}

	async #readSecret(path: string): Promise<KubeObject | undefined> {
		try {
			return await this.#options.api.get(path);
		} catch (error) {
			if (isRefusal(error, 403)) return undefined;
			throw error;
		}
	}

	async #writeStatus(): Promise<void> {
		const { api, clock, hostIp, podIp } = this.#options;
		const { namespace, name, uid } = this.#pod.metadata;
		const place = { hostIp, podIp, startedAt: this.#startedAt, now: stamp(clock.now()) };
		const status = buildPodStatus(this.#pod, this.#runs, place);
		if (isSame(status, this.#pod['status'])) return;
		try {
			const written = await api.patch(`${pathTo('v1', 'pods', namespace, name)}/status`, { metadata: { uid }, status });
			this.#pod = { ...this.#pod, status: written['status'] };
		} catch (error) {
			// Deleted, or replaced by another pod of the same name.
			if (!isRefusal(error, 403, 404, 409)) throw error;
			this.#isGone = true;
		}
	}

	/** Ends the containers, which takes no time here, and takes the pod away. */
	async #end(): Promise<void> {
		const { api, events } = this.#options;
		const { namespace, name, uid } = this.#pod.metadata;
		for (const run of this.#runs.filter(isRunning)) {
			const message = `Stopping container ${run.name}`;
			events.record(this.#pod, {
				type: 'Normal',
				reason: 'Killing',
				message,
				fieldPath: `spec.containers{${run.name}}`,
			});
		}
		try {
			await api.delete(pathTo('v1', 'pods', namespace, name), { gracePeriodSeconds: 0, preconditions: { uid } });
		} catch (error) {
			if (!isRefusal(error, 403, 409)) throw error;
		}
	}
}
