import type { Step } from '@lanyard/core';

/** A step before it has its number. */
export type Draft = Omit<Step, 'id' | 'state' | 'before' | 'result'> & Partial<Pick<Step, 'before'>>;

/** Steps as they are planned one after the other: later ones refer to earlier ones by their ids. */
export interface StepList {
	steps: Step[];
	/** The id that the step got. */
	add(draft: Draft): string;
	/** The id that the next step will get. */
	next(): string;
}

/** An empty list. */
export function stepList(): StepList {
	const steps: Step[] = [];
	const next = () => String(steps.length + 1);
	return {
		steps,
		next,
		add({ before = null, ...draft }) {
			const id = next();
			steps.push({ id, ...draft, before, state: 'planned' });
			return id;
		},
	};
}

/** The inverse of what needs none, or has none. */
export function noInverse(says: string): Step['inverse'] {
	return { do: 'nothing', says, change: {} };
}
