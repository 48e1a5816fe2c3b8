/** A field in which two values differ: where it is, and what is there; `undefined` where nothing is. */
export interface FieldDifference {
	path: string;
	before: unknown;
	after: unknown;
}

/** Names every field in which two values differ; of lists of unlike length the length, and the first item that differs. */
export function fieldDifferences(before: unknown, after: unknown, path = ''): FieldDifference[] {
	if (Array.isArray(before) && Array.isArray(after)) return listDifferences(before, after, path);
	if (isMap(before) && isMap(after)) {
		const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
		return names.flatMap((name) => fieldDifferences(before[name], after[name], path === '' ? name : `${path}.${name}`));
	}
	return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function listDifferences(before: unknown[], after: unknown[], path: string): FieldDifference[] {
	const items = [...before, ...after.slice(before.length)].map((_item, at) =>
		fieldDifferences(before[at], after[at], `${path}[${at}]`),
	);
	if (before.length === after.length) return items.flat();
	const first = items.find((found) => found.length > 0) ?? [];
	return [{ path: `${path}.length`, before: before.length, after: after.length }, ...first];
}

function isMap(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as text, cut where nobody reads on. */
export function showValue(value: unknown): string {
	const text = value === undefined ? 'nothing' : JSON.stringify(value);
	return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
