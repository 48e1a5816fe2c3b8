import type { MachineSettings, WorldClock } from '@lanyard/sandbox-ground';

/** The kubelet's `registryPullQPS` and `registryBurst`: a bucket of tokens that fills on the world's clock. */
export class PullLimit {
	readonly #clock: WorldClock;
	readonly #settings: () => MachineSettings;
	#left: number | undefined;
	#filledAt: Date;

	constructor(clock: WorldClock, settings: () => MachineSettings) {
		this.#clock = clock;
		this.#settings = settings;
		this.#filledAt = clock.now();
	}

	/** Whether one more pull may begin. */
	take(): boolean {
		const { perSecond, burst } = this.#settings().pullLimit ?? aks;
		if (perSecond === 0) return true;
		const now = this.#clock.now();
		const gained = ((now.getTime() - this.#filledAt.getTime()) / this.#clock.lasting(1000)) * perSecond;
		const left = Math.min(burst, (this.#left ?? burst) + gained);
		this.#filledAt = now;
		this.#left = left >= 1 ? left - 1 : left;
		return left >= 1;
	}
}

// Kubernetes' defaults, which AKS leaves as they are and lets nobody change (Azure/AKS issues 3138, 4125, 5863).
const aks = { perSecond: 5, burst: 10 };
