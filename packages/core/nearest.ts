/**
 * The candidate that was most likely meant, or undefined when none is near: at most a third of the letters may differ, or it is the only one
 * that begins so.
 */
export function nearest(typed: string, candidates: Iterable<string>): string | undefined {
	const all = [...candidates].map((candidate) => ({
		candidate,
		...editDistance(typed.toLowerCase(), candidate.toLowerCase()),
	}));
	const allowed = Math.floor(Math.max(typed.length, 3) / 3);
	const near = all.filter(({ whole }) => whole <= allowed);
	if (near.length > 0) return near.reduce((best, one) => (one.whole < best.whole ? one : best)).candidate;
	const [only, another] = all.filter(({ begun }) => typed.length >= 3 && begun <= Math.floor(typed.length / 6));
	return another === undefined ? only?.candidate : undefined;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours between two words (Damerau-Levenshtein, optimal string alignment):
 * to the whole of the second, and to that beginning of it which is nearest.
 */
export function editDistance(from: string, to: string): { whole: number; begun: number } {
	let above: number[] = [];
	let row = Array.from({ length: to.length + 1 }, (_, at) => at);
	for (const [line, letter] of from.split('').entries()) {
		const next = [line + 1];
		for (let at = 1; at <= to.length; at++) {
			const replaced = (row[at - 1] ?? 0) + (letter === to[at - 1] ? 0 : 1);
			const isSwapped = letter === to[at - 2] && from[line - 1] === to[at - 1];
			const swapped = isSwapped ? (above[at - 2] ?? 0) + 1 : Infinity;
			next.push(Math.min(replaced, swapped, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
		}
		[above, row] = [row, next];
	}
	return { whole: row.at(-1) ?? 0, begun: Math.min(...row) };
}
