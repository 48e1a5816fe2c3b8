import { Problem } from '@lanyard/core';

/*
 * Reading JSON that came from outside. A path such as `properties.sku.name` walks objects. What is missing or of another
 * type throws `unexpected-answer` and names the path and the type that was found, never the content: it may be a secret.
 * Azure and Kubernetes both write an absent thing as no field or as null, so the two are the same here.
 */

/** The text at `path`. */
export function stringField(from: unknown, path: string): string {
	return optionalString(from, path) ?? missing(path, 'a text');
}

/** The text at `path`, if there is one. */
export function optionalString(from: unknown, path: string): string | undefined {
	const value = valueAt(from, path);
	if (value === undefined || typeof value === 'string') return value;
	return unexpected({ path, wanted: 'a text', value });
}

/** The first text that is there and not empty: for fields that were renamed. */
export function firstString(from: unknown, paths: readonly string[]): string | undefined {
	for (const path of paths) {
		const text = optionalString(from, path);
		if (text) return text;
	}
	return undefined;
}

/** The first moment that is there: for fields that were renamed. */
export function firstDate(from: unknown, paths: readonly string[]): Date | undefined {
	for (const path of paths) {
		const at = optionalDate(from, path);
		if (at) return at;
	}
	return undefined;
}

/** The number at `path`, also when it is written as text, as IMDS and `az` do. */
export function optionalNumber(from: unknown, path: string): number | undefined {
	const value = valueAt(from, path);
	if (value === undefined || typeof value === 'number') return value;
	if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
	return unexpected({ path, wanted: 'a number', value });
}

/** The number at `path`. */
export function numberField(from: unknown, path: string): number {
	return optionalNumber(from, path) ?? missing(path, 'a number');
}

/** Whether `path` says true; absent is false. */
export function flagField(from: unknown, path: string): boolean {
	const value = valueAt(from, path) ?? false;
	return typeof value === 'boolean' ? value : unexpected({ path, wanted: 'true or false', value });
}

/** The moment at `path`, if there is one. */
export function optionalDate(from: unknown, path: string): Date | undefined {
	const text = optionalString(from, path);
	if (text === undefined) return undefined;
	const at = new Date(text);
	return Number.isNaN(at.getTime()) ? unexpected({ path, wanted: 'a date', value: text }) : at;
}

/** The list at `path`, each entry read by `parse`. */
export function arrayField<T>(from: unknown, path: string, parse: (entry: unknown) => T): T[] {
	const value = valueAt(from, path) ?? missing(path, 'a list');
	if (!Array.isArray(value)) return unexpected({ path, wanted: 'a list', value });
	return value.map((entry: unknown) => parse(entry));
}

/** The list at `path`; empty where there is none. */
export function optionalArray<T>(from: unknown, path: string, parse: (entry: unknown) => T): T[] {
	return valueAt(from, path) === undefined ? [] : arrayField(from, path, parse);
}

/** The list of texts at `path`; empty where there is none. */
export function stringList(from: unknown, path: string): string[] {
	return optionalArray(from, path, (value) =>
		typeof value === 'string' ? value : unexpected({ path: `${path}[]`, wanted: 'a text', value }),
	);
}

/** The map of texts at `path`, such as labels; empty where there is none. */
export function stringMap(from: unknown, path: string): Record<string, string> {
	const value = optionalField(from, path);
	return Object.fromEntries(
		Object.entries(value ?? {}).map(([key, text]: [string, unknown]) =>
			typeof text === 'string' ? [key, text] : unexpected({ path: `${path}.*`, wanted: 'a text', value: text }),
		),
	);
}

/** The object at `path`, to be read further, if there is one. */
export function optionalField(from: unknown, path: string): object | undefined {
	const value = valueAt(from, path);
	if (value === undefined || isObject(value)) return value;
	return unexpected({ path, wanted: 'an object', value });
}

function valueAt(from: unknown, path: string): unknown {
	let value = from;
	for (const name of path.split('.')) {
		if (!isObject(value)) return value === undefined || value === null ? undefined : notAnObject(path, value);
		// `hasOwn`: a field called `constructor` that is not there must not be found on the prototype.
		value = Object.hasOwn(value, name) ? value[name] : undefined;
	}
	return value ?? undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notAnObject(path: string, value: unknown): never {
	return unexpected({ path, wanted: 'an object around it', value });
}

function missing(path: string, wanted: string): never {
	throw new Problem('unexpected-answer', { wanted: `${wanted} at "${path}"`, found: 'nothing there' });
}

function unexpected({ path, wanted, value }: { path: string; wanted: string; value: unknown }): never {
	throw new Problem('unexpected-answer', { wanted: `${wanted} at "${path}"`, found: kindOf(value) });
}

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (value === null) return 'null';
	return typeof value === 'string' ? 'another text' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
