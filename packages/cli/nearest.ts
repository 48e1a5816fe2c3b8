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

/** Insertions, deletions and replacements between two words (Levenshtein). */
function editDistance(from: string, to: string): number {
	let row = Array.from({ length: to.length + 1 }, (_, at) => at);
	for (const [line, letter] of from.split('').entries()) {
		const next = [line + 1];
		for (let at = 1; at <= to.length; at++) {
			const replaced = (row[at - 1] ?? 0) + (letter === to[at - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[to.length] ?? 0;
}
