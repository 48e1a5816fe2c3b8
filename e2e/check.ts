import type { Timetable } from './set-up/timetable.ts';

/** One thing the suite finds out; it fails by throwing. */
export interface Check {
	name: string;
	/** What it compares, a busy machine could change: nothing else runs meanwhile. */
	isAlone?: boolean;
	/** It kills what it started: such checks are the last. */
	kills?: boolean;
	run(): Promise<void>;
}

/** A part of the suite that runs alone: `npm run test:interop -- NAME`. */
export interface Part {
	name: string;
	/** Makes ready what its checks need, from the cache or by building and installing; throws `Lacking` when it cannot. */
	prepare(timetable: Timetable): Promise<Check[]>;
}

/** Fails with the words, unless the claim holds. */
export function expectThat(claim: boolean, otherwise: string): asserts claim {
	if (!claim) throw new Error(otherwise);
}
