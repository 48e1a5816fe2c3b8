/** The names that a person who typed `name` may have meant, nearest first; at most three. */
export function nearestTo(name: string, names: readonly string[]): string[] {
	const wanted = name.toLowerCase();
	const allowed = Math.max(1, Math.floor(wanted.length / 4));
	return [...new Set(names)]
		.map((one) => ({ one, away: distance(wanted, one.toLowerCase()) }))
		.filter(({ one, away }) => one !== name && (away <= allowed || one.toLowerCase().endsWith(`/${wanted}`)))
		.toSorted((a, b) => a.away - b.away || a.one.localeCompare(b.one))
		.slice(0, 3)
		.map(({ one }) => one);
}

/** Levenshtein's distance, row by row. */
function distance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, at) => at);
	for (const [at, letter] of Array.from(a).entries()) {
		const next = [at + 1];
		for (const [column, other] of Array.from(b).entries()) {
			const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
			next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}
