import type { WordExplanation } from './explain-words.ts';

/** Reports that have one cause. */
export interface CauseGroup {
	/** The report that is surest of it. */
	surest: WordExplanation;
	all: WordExplanation[];
}

/** The reports by cause, the most frequent first; those of which nothing is known last. */
export function groupByCause(explanations: WordExplanation[]): CauseGroup[] {
	const groups = Map.groupBy(explanations, ({ code, fine, fix }) => `${fine ?? code ?? ''} ${fix}`);
	return [...groups.values()]
		.flatMap((all) => {
			const [surest] = all.toSorted((one, other) => confidenceOf(other) - confidenceOf(one));
			return surest === undefined ? [] : [{ surest, all }];
		})
		.toSorted((one, other) => rank(one) - rank(other));
}

function confidenceOf({ candidates }: WordExplanation): number {
	return candidates[0]?.confidence ?? 0;
}

function rank({ surest, all }: CauseGroup): number {
	return surest.code === null ? Number.MAX_SAFE_INTEGER : -all.length;
}
