/*
 * JSON from outside is unknown until it was looked at. These readers look: what is absent or of another kind reads as empty, which
 * is how Kubernetes takes a missing field.
 */

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What lies at a path of field names, or undefined. */
export function at(value: unknown, ...path: string[]): unknown {
	let found = value;
	for (const name of path) found = isFields(found) && Object.hasOwn(found, name) ? found[name] : undefined;
	return found;
}

export function fieldsAt(value: unknown, ...path: string[]): Fields {
	const found = at(value, ...path);
	return isFields(found) ? found : {};
}

export function textAt(value: unknown, ...path: string[]): string {
	const found = at(value, ...path);
	return typeof found === 'string' ? found : '';
}

export function numberAt(value: unknown, ...path: string[]): number | undefined {
	const found = at(value, ...path);
	return typeof found === 'number' ? found : undefined;
}

export function listAt(value: unknown, ...path: string[]): unknown[] {
	const found = at(value, ...path);
	return Array.isArray(found) ? found : [];
}

/** The text values of a map, such as labels. */
export function textsAt(value: unknown, ...path: string[]): Record<string, string> {
	const texts = Object.entries(fieldsAt(value, ...path)).filter((entry) => typeof entry[1] === 'string');
	return Object.fromEntries(texts.map(([name, text]) => [name, String(text)]));
}

/** Whether two JSON values say the same; the order of fields does not count, absent and undefined are one. */
export function isSame(one: unknown, other: unknown): boolean {
	if (Array.isArray(one)) {
		return Array.isArray(other) && one.length === other.length && one.every((item, i) => isSame(item, other[i]));
	}
	if (!isFields(one) || !isFields(other)) return one === other;
	return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) =>
		isSame(at(one, name), at(other, name)),
	);
}
