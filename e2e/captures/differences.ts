/** A case whose two vectors differ, and the words that say how. */
export interface Difference {
	name: string;
	words: string;
}

/** Finds the cases in which two vector files differ; source and date do not count. */
export function differences(kept: string, captured: string): Difference[] {
	const [before, after] = [parseCases(kept), parseCases(captured)];
	const names = new Set([...before.keys(), ...after.keys()]);
	return [...names].flatMap((name) => {
		const [old, now] = [before.get(name) ?? {}, after.get(name) ?? {}];
		const fields = ['given', 'expect'].filter((field) => JSON.stringify(old[field]) !== JSON.stringify(now[field]));
		const words = fields.map((field) => `${name}: ${field}\n${firstDifference(old[field], now[field])}`);
		return fields.length > 0 ? [{ name, words: words.join('\n') }] : [];
	});
}

function parseCases(text: string): Map<string, Record<string, unknown>> {
	const { cases }: { cases: ({ name: string } & Record<string, unknown>)[] } = JSON.parse(text);
	return new Map(cases.map((one) => [one.name, one]));
}

function firstDifference(old: unknown, now: unknown): string {
	const [before, after] = [lines(old), lines(now)];
	const at = before.findIndex((line, index) => line !== after[index]);
	const from = at === -1 ? before.length : at;
	const show = (sign: string, text: string[]) => text.slice(from, from + 8).map((line) => `  ${sign} ${line.trim()}`);
	return [...show('-', before), ...show('+', after)].join('\n');
}

function lines(value: unknown): string[] {
	return JSON.stringify(value ?? null, null, '\t').split('\n');
}
