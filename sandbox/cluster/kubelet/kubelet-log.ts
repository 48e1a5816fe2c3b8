import type { WorldClock } from '@lanyard/sandbox-ground';

const keptLines = 500;

/** What a kubelet writes to its node's journal: the only place that says why a credential provider gave nothing. */
export class KubeletLog {
	readonly #clock: WorldClock;
	readonly #lines: string[] = [];

	constructor(clock: WorldClock) {
		this.#clock = clock;
	}

	info(text: string): void {
		this.#write('I', text);
	}

	error(text: string): void {
		this.#write('E', text);
	}

	/** The newest lines, oldest first. */
	lines(): readonly string[] {
		return this.#lines;
	}

	// klog's header: level, month, day and time.
	#write(level: string, text: string): void {
		const now = this.#clock.now().toISOString();
		this.#lines.push(`${level}${now.slice(5, 7)}${now.slice(8, 10)} ${now.slice(11, 23)}000 kubelet] ${text}`);
		if (this.#lines.length > keptLines) this.#lines.shift();
	}
}
