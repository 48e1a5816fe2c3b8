/**
 * The world's clock. Two ways to move faster than life:
 * - jump: "now" leaps ahead; everything that was due in between happens at once;
 * - scale: every length of time (lifetimes, delays, caches, back-off) is divided, while stamps stay wall time, so that
 *   real clients with their own clocks keep agreeing with us.
 * Every length in the sandbox is written as Azure or Kubernetes has it and goes through `lasting` or `sleep`.
 */
export class WorldClock {
	readonly scale: number;
	#aheadMs = 0;
	readonly #wall: () => number;
	readonly #waiting = new Set<() => void>();

	constructor({ scale = 1, wall = Date.now }: { scale?: number; wall?: () => number } = {}) {
		this.scale = scale;
		this.#wall = wall;
	}

	now(): Date {
		return new Date(this.#wall() + this.#aheadMs);
	}

	/** How long a length of Azure's time lasts here, in milliseconds of this clock. */
	lasting(azureMs: number): number {
		return azureMs / this.scale;
	}

	/** The moment that lies a length of Azure's time after `from` (default: now). */
	after(azureMs: number, from: Date = this.now()): Date {
		return new Date(from.getTime() + this.lasting(azureMs));
	}

	/** Moves "now" ahead by this many milliseconds, unscaled, and wakes whoever is due. */
	jump(aheadMs: number): void {
		if (!(aheadMs >= 0)) throw new RangeError(`the clock only goes forward, not by ${aheadMs} ms`);
		this.#aheadMs += aheadMs;
		for (const look of this.#waiting) look();
	}

	/** Resolves once a length of Azure's time has passed on this clock, or at once when `signal` aborts. */
	async sleep(azureMs: number, signal?: AbortSignal): Promise<void> {
		await this.until(this.after(azureMs), signal);
	}

	/** Resolves once "now" has reached `moment`, or at once when `signal` aborts. */
	until(moment: Date, signal?: AbortSignal): Promise<void> {
		return new Promise((resolve) => {
			let timer: NodeJS.Timeout | undefined;
			const done = () => {
				clearTimeout(timer);
				this.#waiting.delete(look);
				signal?.removeEventListener('abort', done);
				resolve();
			};
			const look = () => {
				clearTimeout(timer);
				const leftMs = moment.getTime() - this.now().getTime();
				if (leftMs <= 0 || signal?.aborted) done();
				// A timer may fire a little early; a long one overflows past 2^31 ms.
				else timer = setTimeout(look, Math.min(leftMs, 2 ** 30));
			};
			signal?.addEventListener('abort', done);
			this.#waiting.add(look);
			look();
		});
	}
}
