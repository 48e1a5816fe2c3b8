/**
 * `$filter` of Microsoft Graph, as far as clients use it (OData 4.01 section 5.1.1; Graph, "filter query parameter"):
 * - `and`, `or`, `not`, brackets; `eq`, `ne`, `in`; `startswith`, `endswith`; `list/any(x:x eq 'y')`, also with startswith;
 * - texts compare in any case, as Graph's do; `''` inside a text is one quote;
 * - anything else is no filter here, which Graph would say of what it does not support, too.
 */
import type { Body } from './body.ts';

export type Predicate = (body: Body) => boolean;
type Value = string | boolean | null;

/** What a filter asks; undefined if it is none that this Graph supports. */
export function parseFilter(text: string): Predicate | undefined {
	const tokens = tokensOf(text);
	if (!tokens || tokens.length > 400) return undefined;
	const reader = { tokens, at: 0, depth: 0 };
	const found = either(reader);
	return found && reader.at === tokens.length ? found : undefined;
}

interface Reader {
	tokens: string[];
	at: number;
	depth: number;
}

/** Words, quoted texts, and the signs between them. */
function tokensOf(text: string): string[] | undefined {
	const pattern = /\s*('(?:[^']|'')*'|[\w./$@-]+|[(),:])/y;
	const tokens: string[] = [];
	const trimmed = text.trimEnd();
	while (pattern.lastIndex < trimmed.length) {
		const found = pattern.exec(trimmed);
		if (!found) return undefined;
		tokens.push(found[1] ?? '');
	}
	return tokens;
}

function take(reader: Reader, ...wanted: string[]): boolean {
	const coming = reader.tokens.slice(reader.at, reader.at + wanted.length);
	const isThere = wanted.every((word, index) => coming[index]?.toLowerCase() === word);
	if (isThere) reader.at += wanted.length;
	return isThere;
}

function next(reader: Reader): string {
	return reader.tokens[reader.at++] ?? '';
}

function either(reader: Reader): Predicate | undefined {
	const parts = separated(reader, 'or', both);
	return parts && ((body) => parts.some((part) => part(body)));
}

function both(reader: Reader): Predicate | undefined {
	const parts = separated(reader, 'and', term);
	return parts && ((body) => parts.every((part) => part(body)));
}

function separated(
	reader: Reader,
	word: string,
	read: (from: Reader) => Predicate | undefined,
): Predicate[] | undefined {
	const parts: Predicate[] = [];
	do {
		const part = read(reader);
		if (!part) return undefined;
		parts.push(part);
	} while (take(reader, word));
	return parts;
}

function term(reader: Reader): Predicate | undefined {
	// Whoever nests deeper wants to break something.
	if (reader.depth > 20) return undefined;
	reader.depth += 1;
	const found = termInside(reader);
	reader.depth -= 1;
	return found;
}

function termInside(reader: Reader): Predicate | undefined {
	if (take(reader, 'not')) {
		const denied = term(reader);
		return denied && ((body) => !denied(body));
	}
	if (take(reader, '(')) {
		const inner = either(reader);
		return take(reader, ')') ? inner : undefined;
	}
	const test = comparison(reader);
	return test && ((body) => test.holds(valueAt(body, test.property)));
}

interface Test {
	property: string;
	holds: (value: unknown) => boolean;
}

function comparison(reader: Reader): Test | undefined {
	for (const name of ['startswith', 'endswith'] as const) {
		if (take(reader, name, '(')) return affix(reader, name);
	}
	const property = next(reader);
	if (!/^[A-Za-z][\w/]*$/.test(property)) return undefined;
	if (property.endsWith('/any') && take(reader, '(')) return anyOf(reader, property.slice(0, -'/any'.length));
	if (take(reader, 'in', '(')) return oneOf(reader, property);
	const sign = next(reader).toLowerCase();
	const value = literal(next(reader));
	if (value === undefined || (sign !== 'eq' && sign !== 'ne')) return undefined;
	return { property, holds: (found) => isSame(found, value) === (sign === 'eq') };
}

function affix(reader: Reader, name: 'startswith' | 'endswith'): Test | undefined {
	const property = next(reader);
	if (!take(reader, ',')) return undefined;
	const value = literal(next(reader));
	if (typeof value !== 'string' || !take(reader, ')')) return undefined;
	const wanted = value.toLowerCase();
	const fits = (text: string) => (name === 'startswith' ? text.startsWith(wanted) : text.endsWith(wanted));
	return { property, holds: (found) => typeof found === 'string' && fits(found.toLowerCase()) };
}

/** `servicePrincipalNames/any(c:c eq 'x')`: the variable's name must be the one that is compared. */
function anyOf(reader: Reader, property: string): Test | undefined {
	const variable = next(reader);
	if (!take(reader, ':')) return undefined;
	const test = comparison(reader);
	if (!test || test.property !== variable || !take(reader, ')')) return undefined;
	return { property, holds: (found) => Array.isArray(found) && found.some((one) => test.holds(one)) };
}

function oneOf(reader: Reader, property: string): Test | undefined {
	const values: Value[] = [];
	do {
		const value = literal(next(reader));
		if (value === undefined) return undefined;
		values.push(value);
	} while (take(reader, ','));
	return take(reader, ')') ? { property, holds: (found) => values.some((value) => isSame(found, value)) } : undefined;
}

function literal(token: string): Value | undefined {
	if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
	if (/^(true|false)$/i.test(token)) return token.toLowerCase() === 'true';
	return token.toLowerCase() === 'null' ? null : undefined;
}

function isSame(found: unknown, value: Value): boolean {
	return typeof found === 'string' && typeof value === 'string'
		? found.toLowerCase() === value.toLowerCase()
		: found === value;
}

function valueAt(body: Body, property: string): unknown {
	return Object.hasOwn(body, property) ? body[property] : undefined;
}
