import type { WorldClock } from '@lanyard/sandbox-ground';
import { isRefusal } from './api-client.ts';

interface WorkQueueOptions {
	clock: WorldClock;
	signal: AbortSignal;
	/** Brings one thing to where it should be. Called for one key at a time; what it throws by refusal is tried again. */
	work(key: string): Promise<void>;
}

const firstRetryMs = 100;
const longestRetryMs = 30_000;

/** Keys to be worked on, each once however often it was asked for, until the signal. */
export class WorkQueue {
	readonly #options: WorkQueueOptions;
	readonly #waiting = new Set<string>();
	readonly #failures = new Map<string, number>();
	#running: Promise<void> | undefined;

	constructor(options: WorkQueueOptions) {
		this.#options = options;
	}

	add(key: string): void {
		if (this.#options.signal.aborted) return;
		this.#waiting.add(key);
		this.#running ??= this.#run();
	}

	/** Resolves when nothing is under way. */
	async idle(): Promise<void> {
		await this.#running;
	}

	async #run(): Promise<void> {
		// Whoever adds a key is in the middle of something: let it finish first, and others add theirs.
		await Promise.resolve();
		for (const key of this.#waiting) {
			this.#waiting.delete(key);
			if (!this.#options.signal.aborted) await this.#workOn(key);
		}
		this.#running = undefined;
	}

	async #workOn(key: string): Promise<void> {
		try {
			await this.#options.work(key);
			this.#failures.delete(key);
		} catch (error) {
			if (!isRefusal(error, 403, 404, 409, 422, 429, 500, 503)) throw error;
			this.#retry(key);
		}
	}

	#retry(key: string): void {
		const failures = this.#failures.get(key) ?? 0;
		this.#failures.set(key, failures + 1);
		const { clock, signal } = this.#options;
		void clock.sleep(Math.min(firstRetryMs * 2 ** failures, longestRetryMs), signal).then(() => this.add(key));
	}
}
