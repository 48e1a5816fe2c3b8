import type { WorldClock } from '@lanyard/sandbox-ground';

const firstMs = 10_000;
const longestMs = 300_000;

/** client-go's flowcontrol.Backoff with the kubelet's numbers: 10 s, doubling to 5 min, forgotten after twice the longest. */
export class BackOff {
	readonly #clock: WorldClock;
	readonly #entries = new Map<string, { delayMs: number; at: Date }>();

	constructor(clock: WorldClock) {
		this.#clock = clock;
	}

	/** Whether the last failure is too fresh to try again. */
	isWaiting(key: string): boolean {
		const entry = this.#fresh(key);
		return entry !== undefined && this.#clock.now() < this.#clock.after(entry.delayMs, entry.at);
	}

	/** Notes one more failure. */
	failed(key: string): void {
		const entry = this.#fresh(key);
		const delayMs = entry ? Math.min(entry.delayMs * 2, longestMs) : firstMs;
		this.#entries.set(key, { delayMs, at: this.#clock.now() });
	}

	/** How long the present wait is in all, in Kubernetes' time. */
	delayMs(key: string): number {
		return this.#entries.get(key)?.delayMs ?? 0;
	}

	forget(key: string): void {
		this.#entries.delete(key);
	}

	#fresh(key: string) {
		const entry = this.#entries.get(key);
		return entry && this.#clock.now() <= this.#clock.after(2 * longestMs, entry.at) ? entry : undefined;
	}
}
