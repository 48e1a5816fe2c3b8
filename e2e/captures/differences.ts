import { type FieldDifference, fieldDifferences, showValue } from '../field-differences.ts';

/** A case whose two vectors differ, and the words that say in which fields. */
export interface Difference {
	name: string;
	words: string;
}

/** Finds the cases in which two vector files differ; source and date do not count. */
export function differences(kept: string, captured: string): Difference[] {
	const [before, after] = [parseCases(kept), parseCases(captured)];
	const names = new Set([...before.keys(), ...after.keys()]);
	return [...names].flatMap((name) => {
		const found = fieldDifferences(before.get(name), after.get(name));
		return found.length > 0 ? [{ name, words: found.map((one) => tell(name, one)).join('\n') }] : [];
	});
}

function parseCases(text: string): Map<string, { given?: unknown; expect?: unknown }> {
	const { cases }: { cases: { name: string; given?: unknown; expect?: unknown }[] } = JSON.parse(text);
	return new Map(cases.map(({ name, given, expect }) => [name, { given, expect }]));
}

function tell(name: string, { path, before, after }: FieldDifference): string {
	return `${name}: ${path || 'the whole case'}\n  - ${showValue(before)}\n  + ${showValue(after)}`;
}
