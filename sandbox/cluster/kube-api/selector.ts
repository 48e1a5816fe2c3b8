import { listAt, textAt, textsAt } from '../json.ts';
import { badRequest } from './api-error.ts';

type Test = (labels: Record<string, string>) => boolean;

/** Reads `app=web,tier in (a,b),!legacy` (labels.Parse). */
export function parseLabelSelector(text: string): Test {
	const parts = text.match(/(?:[^,(]|\([^)]*\))+/g) ?? [];
	const tests = parts.map((part) => parseRequirement(part.trim()));
	return (labels) => tests.every((test) => test(labels));
}

function parseRequirement(part: string): Test {
	const set = /^(?<key>[\w./-]+)\s+(?<operator>in|notin)\s+\((?<values>[^)]*)\)$/.exec(part)?.groups;
	if (set)
		return requirement(
			set['key'] ?? '',
			set['operator'] === 'in' ? 'In' : 'NotIn',
			(set['values'] ?? '').split(/\s*,\s*/),
		);
	const equal = /^(?<key>[\w./-]+)\s*(?<operator>!=|==?)\s*(?<value>[\w.-]*)$/.exec(part)?.groups;
	if (equal)
		return requirement(equal['key'] ?? '', equal['operator'] === '!=' ? 'NotIn' : 'In', [equal['value'] ?? '']);
	const bare = /^(?<not>!?)\s*(?<key>[\w./-]+)$/.exec(part)?.groups;
	if (bare) return requirement(bare['key'] ?? '', bare['not'] === '!' ? 'DoesNotExist' : 'Exists', []);
	throw badRequest(`unable to parse requirement: ${explain(part)}`);
}

// labels.Parser: the first word that cannot stand where it stands.
function explain(part: string): string {
	const [key = '', operator = ''] = part.split(/\s+|(?=[=!()])/).filter(Boolean);
	if (!/^[\w./-]+$/.test(key)) return `found '${key}', expected: !, identifier, or 'end of string'`;
	return `found '${operator}', expected: in, notin, =, ==, !=, gt, lt`;
}

function requirement(key: string, operator: string, values: string[]): Test {
	return (labels) => {
		const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
		if (operator === 'Exists') return value !== undefined;
		if (operator === 'DoesNotExist') return value === undefined;
		const isIn = value !== undefined && values.includes(value.trim());
		return operator === 'In' ? isIn : !isIn;
	};
}

/** Whether labels match a `matchLabels` and `matchExpressions` selector; an empty one matches everything. */
export function matchesSelector(selector: unknown, labels: Record<string, string>): boolean {
	const wanted = Object.entries(textsAt(selector, 'matchLabels'));
	if (!wanted.every(([key, value]) => labels[key] === value)) return false;
	return listAt(selector, 'matchExpressions').every((expression) => matchesExpression(expression, labels));
}

/** One `{key, operator, values}`, also of a node affinity. */
export function matchesExpression(expression: unknown, labels: Record<string, string>): boolean {
	const values = listAt(expression, 'values').map(String);
	return requirement(textAt(expression, 'key'), textAt(expression, 'operator'), values)(labels);
}

/** The text form of a selector, as the `scale` subresource and a query carry it. */
export function renderSelector(selector: unknown): string {
	const equal = Object.entries(textsAt(selector, 'matchLabels')).map(([key, value]) => `${key}=${value}`);
	const sets = listAt(selector, 'matchExpressions').map((expression) => {
		const key = textAt(expression, 'key');
		const values = `(${listAt(expression, 'values').map(String).join(',')})`;
		const forms: Record<string, string> = { In: `${key} in ${values}`, NotIn: `${key} notin ${values}`, Exists: key };
		return forms[textAt(expression, 'operator')] ?? `!${key}`;
	});
	return [...equal, ...sets].join(',');
}
