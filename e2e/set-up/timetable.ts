import process from 'node:process';

/** What took how long: one row for each thing the suite made ready or checked. */
export class Timetable {
	readonly #rows: [what: string, ms: number][] = [];

	/** Does the work and notes how long it took, also when it fails; says what is being waited for when it takes its time. */
	async time<T>(what: string, work: () => Promise<T>): Promise<T> {
		const startedAt = performance.now();
		// A build takes minutes, and says nothing.
		const slow = setTimeout(() => process.stderr.write(`${what} …\n`), slowMs);
		try {
			return await work();
		} finally {
			clearTimeout(slow);
			this.#rows.push([what, performance.now() - startedAt]);
		}
	}

	/** Adds rows that were measured elsewhere. */
	add(what: string, ms: number): void {
		this.#rows.push([what, ms]);
	}

	render(): string {
		const width = Math.max(...this.#rows.map(([what]) => what.length), 0);
		return this.#rows.map(([what, ms]) => `${what.padEnd(width)}  ${seconds(ms).padStart(8)}`).join('\n');
	}
}

const slowMs = 10_000;

function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}
