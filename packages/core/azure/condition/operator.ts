import type { Literal } from './condition.ts';
import { likeMatches } from './like.ts';

/**
 * The operators of "Azure role assignment condition format and syntax" (learn.microsoft.com, read as of 15 November 2023 and 1
 * April 2024): each compares one value with one, after both were brought into the form that its type is compared in.
 */
type ValueType = 'string' | 'number' | 'boolean' | 'date-time' | 'guid';
type Form = string | number | boolean;

interface Operator {
	type: ValueType;
	/** Undefined for a form of another type, which `formOf` never gives. */
	holds: (left: Form, right: Form) => boolean;
	/** The documented list of cross products leaves some operators out. */
	crosses: boolean;
}

const text = (holds: (left: string, right: string) => boolean, ignoreCase: boolean) => (left: Form, right: Form) => {
	const [one, other] = [String(left), String(right)];
	return ignoreCase ? holds(one.toLowerCase(), other.toLowerCase()) : holds(one, other);
};
const not = (holds: Operator['holds']) => (left: Form, right: Form) => !holds(left, right);

const equal = (left: Form, right: Form) => left === right;
const less = (left: Form, right: Form) => left < right;
const greater = (left: Form, right: Form) => left > right;

const starts = (left: string, right: string) => left.startsWith(right);
const like = (left: string, right: string) => likeMatches(right, left);

const ofText = (holds: Operator['holds'], crosses: boolean): Operator => ({ type: 'string', holds, crosses });
const ofNumber = (holds: Operator['holds']): Operator => ({ type: 'number', holds, crosses: true });
const ofDate = (holds: Operator['holds']): Operator => ({ type: 'date-time', holds, crosses: false });

/** Every operator by its documented name. */
export const operators = {
	BoolEquals: { type: 'boolean', holds: equal, crosses: false },
	BoolNotEquals: { type: 'boolean', holds: not(equal), crosses: false },
	StringEquals: ofText(text(equal, false), true),
	StringEqualsIgnoreCase: ofText(text(equal, true), true),
	StringNotEquals: ofText(not(text(equal, false)), true),
	StringNotEqualsIgnoreCase: ofText(not(text(equal, true)), true),
	StringStartsWith: ofText(text(starts, false), false),
	StringStartsWithIgnoreCase: ofText(text(starts, true), false),
	StringNotStartsWith: ofText(not(text(starts, false)), false),
	StringNotStartsWithIgnoreCase: ofText(not(text(starts, true)), false),
	StringLike: ofText(text(like, false), true),
	StringLikeIgnoreCase: ofText(text(like, true), true),
	StringNotLike: ofText(not(text(like, false)), true),
	StringNotLikeIgnoreCase: ofText(not(text(like, true)), true),
	NumericEquals: ofNumber(equal),
	NumericNotEquals: ofNumber(not(equal)),
	NumericGreaterThan: ofNumber(greater),
	NumericGreaterThanEquals: ofNumber(not(less)),
	NumericLessThan: ofNumber(less),
	NumericLessThanEquals: ofNumber(not(greater)),
	DateTimeEquals: ofDate(equal),
	DateTimeNotEquals: ofDate(not(equal)),
	DateTimeGreaterThan: ofDate(greater),
	DateTimeGreaterThanEquals: ofDate(not(less)),
	DateTimeLessThan: ofDate(less),
	DateTimeLessThanEquals: ofDate(not(greater)),
	GuidEquals: { type: 'guid', holds: equal, crosses: true },
	GuidNotEquals: { type: 'guid', holds: not(equal), crosses: true },
} as const satisfies Record<string, Operator>;
export type OperatorName = keyof typeof operators;

/** The names of all operators. */
export const operatorNames = namesOf(operators);

function namesOf<Name extends string>(table: Record<Name, unknown>): Name[] {
	const names: Name[] = [];
	for (const name in table) names.push(name);
	return names;
}

/** How values on the left and on the right count together: `ForAnyOfAllValues` asks one on the left against all on the right. */
export const crossProducts = [
	'ForAnyOfAnyValues',
	'ForAllOfAnyValues',
	'ForAnyOfAllValues',
	'ForAllOfAllValues',
] as const;
export type CrossProduct = (typeof crossProducts)[number];

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const dateTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z$/;

/** The form in which a value is compared with others of an operator's type; undefined when it is no such value. */
export function formOf(type: ValueType, value: Literal | Date): Form | undefined {
	if (type === 'date-time') return dateForm(value instanceof Date ? isoOf(value) : value);
	if (value instanceof Date) return undefined;
	if (type === 'string') return typeof value === 'string' ? value : undefined;
	if (type === 'guid') return typeof value === 'string' && guid.test(value) ? value.toLowerCase() : undefined;
	if (type === 'boolean') return typeof value === 'boolean' ? value : booleanIn(String(value));
	// "Only integers are supported."
	return Number.isSafeInteger(value) ? value : integerIn(value);
}

function isoOf(date: Date): string {
	return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** Seven decimals of a second, as documented: texts of this form sort as the times they name. */
function dateForm(value: Literal): string | undefined {
	const [, seconds, fraction = ''] = typeof value === 'string' ? (value.match(dateTime) ?? []) : [];
	if (seconds === undefined || Number.isNaN(Date.parse(`${seconds}Z`))) return undefined;
	return `${seconds}.${fraction.padEnd(7, '0')}`;
}

function booleanIn(value: string): boolean | undefined {
	const word = value.toLowerCase();
	return word === 'true' || word === 'false' ? word === 'true' : undefined;
}

function integerIn(value: Literal): number | undefined {
	const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
	return Number.isSafeInteger(number) ? number : undefined;
}
