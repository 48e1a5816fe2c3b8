import { Problem } from '../../problem.ts';
import { type Attribute, attributeSources, type Literal } from './condition.ts';

/** What a condition's text consists of; `at` is where a token begins, `text` how it is written. */
export type Token = { at: number; text: string } & (
	| { kind: 'sign' }
	| { kind: 'word' }
	| { kind: 'attribute'; attribute: Attribute }
	| { kind: 'value'; value: Literal }
	| { kind: 'end' }
);

// A line may begin anywhere, but other blanks (of word processors) make a condition invalid: "Troubleshoot Azure role assignment
// conditions", "Error when copying and pasting a condition".
const blank = /[ \t\r\n]*/y;
const forms: [kind: 'sign' | 'word' | 'attribute' | 'guid' | 'number' | 'string', form: RegExp][] = [
	['guid', /[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])/y],
	['number', /-?\d+(?![\w-])/y],
	['word', /[A-Za-z]+(?::[A-Za-z]+)?/y],
	['sign', /&&|\|\||[(){},!]/y],
	['attribute', /@([A-Za-z]+)\[([^[\]]+)\]/y],
	['string', /'((?:\\[\s\S]|[^'\\])*)'/y],
];

/** Cuts a condition into tokens, the last of which is the end; throws a Problem at the first character that begins none. */
export function readTokens(text: string): Token[] {
	const tokens: Token[] = [];
	for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
		const token = tokenAt(text, at);
		tokens.push(token);
		at += token.text.length;
	}
	return [...tokens, { kind: 'end', at: text.length, text: '' }];
}

function skipBlanks(text: string, at: number): number {
	blank.lastIndex = at;
	return at + (blank.exec(text)?.[0].length ?? 0);
}

function tokenAt(source: string, at: number): Token {
	for (const [kind, form] of forms) {
		form.lastIndex = at;
		const [text, first = '', second = ''] = form.exec(source) ?? [];
		if (text === undefined) continue;
		if (kind === 'sign' || kind === 'word') return { kind, at, text };
		if (kind === 'attribute') return { kind, at, text, attribute: attributeOf(source, at, { first, second }) };
		if (kind === 'guid') return { kind: 'value', at, text, value: text };
		if (kind === 'string') return { kind: 'value', at, text, value: unescape(first) };
		return { kind: 'value', at, text, value: numberOf(source, at, text) };
	}
	throw conditionProblem(source, at, { wanted: wantedAt(source, at), found: shown(source, at) });
}

function attributeOf(text: string, at: number, { first, second: name }: { first: string; second: string }): Attribute {
	const source = attributeSources.find((one) => one.toLowerCase() === first.toLowerCase());
	if (source) return { source, name };
	throw conditionProblem(text, at, { wanted: '@Environment, @Principal, @Request or @Resource', found: `@${first}` });
}

function numberOf(text: string, at: number, digits: string): number {
	const number = Number(digits);
	if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
	throw conditionProblem(text, at, { wanted: 'a whole number of at most 15 digits', found: digits });
}

/** `\'` and `\\` stand for the sign itself; other backslashes stay, for `StringLike` reads `\*` and `\?`. */
function unescape(text: string): string {
	return text.replace(/\\(['\\])/g, '$1');
}

function wantedAt(text: string, at: number): string {
	if (text[at] === "'") return "a closing ' after this one";
	if (text[at] === '@') return 'an attribute such as @Request[namespace/type:name]';
	return "an attribute, an operator, a value in '…', AND, OR or NOT";
}

function shown(text: string, at: number): string {
	const rest = text.slice(at, at + 20);
	return at + 20 < text.length ? `${rest}…` : rest;
}

/** The Problem of a condition that cannot be read, with line and column of the place. */
export function conditionProblem(text: string, at: number, said: { wanted: string; found: string }): Problem {
	const lines = text.slice(0, at).split('\n');
	const where = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1} of the condition`;
	return new Problem('bad-condition', { ...said, where });
}
