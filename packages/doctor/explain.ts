import type { Chain, Finding } from '@lanyard/core';
import type { Facts, ReadRow } from './facts.ts';
import type { Target } from './target.ts';

/** Pods of the target that cannot pull one image. */
export interface Failing {
	pods: number;
	of: number;
	/** RFC 3339: when the oldest of them was made. */
	since?: string;
	image: string;
}

/** The cause of one target's failing pulls, with everything it rests on. `findings` is empty when nothing fails. */
export interface Explanation {
	schema: 'lanyard.dev/explanation/v1';
	world: string;
	cluster: string;
	namespace: string;
	target: Target;
	failing: Failing[];
	findings: Finding[];
	chains: Chain[];
	read: ReadRow[];
}

/** Puts the walk's findings first and what was read behind them. */
export function explain(_facts: Facts): Explanation {
	throw new Error('issue 3');
}
