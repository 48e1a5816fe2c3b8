import { editDistance } from '@lanyard/core';

/** The names that a person who typed `name` may have meant, nearest first; at most three. */
export function nearestTo(name: string, names: readonly string[]): string[] {
	const wanted = name.toLowerCase();
	const allowed = Math.max(1, Math.floor(wanted.length / 4));
	return [...new Set(names)]
		.map((one) => ({ one, away: editDistance(wanted, one.toLowerCase()).whole }))
		.filter(({ one, away }) => one !== name && (away <= allowed || one.toLowerCase().endsWith(`/${wanted}`)))
		.toSorted((a, b) => a.away - b.away || a.one.localeCompare(b.one))
		.slice(0, 3)
		.map(({ one }) => one);
}
