/** What a clock starts from; left out: the wall's own time, as fast as life. */
export interface ClockOptions {
	scale?: number;
	wall?: () => number;
	/** How far ahead of the wall it starts. */
	aheadMs?: number;
	/** Hears how far ahead of the wall it is from now on, before anybody is woken. */
	moved?: (aheadMs: number) => void;
}

/**
 * The world's clock. Two ways to move faster than life:
 * - jump: "now" leaps ahead; everything that was due in between happens at once;
 * - scale: every length of time (lifetimes, delays, caches, back-off) is divided, while stamps stay wall time, so that
 *   real clients with their own clocks keep agreeing with us.
 * Every length in the sandbox is written as Azure or Kubernetes has it and goes through `lasting` or `sleep`.
 */
export class WorldClock {
	readonly scale: number;
	#aheadMs: number;
	readonly #wall: () => number;
	readonly #moved: (aheadMs: number) => void;
	readonly #waiting = new Set<() => void>();

	constructor({ scale = 1, wall = Date.now, aheadMs = 0, moved = () => undefined }: ClockOptions = {}) {
		this.scale = scale;
		this.#wall = wall;
		this.#aheadMs = aheadMs;
		this.#moved = moved;
	}

	/** How far "now" has leapt ahead of the wall. */
	get aheadMs(): number {
		return this.#aheadMs;
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
		this.moveTo(this.#aheadMs + aheadMs);
	}

	/** Puts "now" this far ahead of the wall, be it forward or back: a world that is restored has the time it had. */
	moveTo(aheadMs: number): void {
		this.#moved(aheadMs);
		this.#aheadMs = aheadMs;
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
