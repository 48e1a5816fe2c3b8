/** The candidate that was most likely meant, or undefined when none is near: at most a third of the letters may differ. */
export function nearest(typed: string, candidates: Iterable<string>): string | undefined {
	let best: string | undefined;
	let least = Math.floor(Math.max(typed.length, 3) / 3) + 1;
	for (const candidate of candidates) {
		const distance = editDistance(typed.toLowerCase(), candidate.toLowerCase());
		if (distance < least) [best, least] = [candidate, distance];
	}
	return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (Damerau-Levenshtein, optimal string alignment). */
function editDistance(from: string, to: string): number {
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
	return row[to.length] ?? 0;
}
