import { type Comparison, type Condition, type Literal, type Operand } from './condition.ts';
import { crossProducts, formOf, type OperatorName, operatorNames, operators } from './operator.ts';
import { conditionProblem, readTokens, type Token } from './token.ts';

/** "A condition can be up to 8 KB long" ("FAQ for Azure role assignment conditions", 9 May 2023). */
const mostCharacters = 8192;
/** Our own bound, far above what anyone writes: parentheses and negations inside each other. */
const mostLevels = 100;

/** A place in the tokens of a condition. */
interface Reader {
	text: string;
	tokens: Token[];
	next: number;
	level: number;
}

/**
 * Reads a role assignment condition of version 2.0 ("Azure role assignment condition format and syntax"); throws the Problem
 * `bad-condition` with position, wanted and found. Keywords and operators may be written in any case: az's own example says
 * `stringEquals`, which Resource Manager was recorded to take.
 */
export function parseCondition(text: string): Condition {
	if (text.length > mostCharacters) {
		const found = `${text.length} characters`;
		throw conditionProblem(text, mostCharacters, { wanted: 'at most 8 KB', found });
	}
	const reader: Reader = { text, tokens: readTokens(text), next: 0, level: 0 };
	const condition = readExpression(reader);
	if (peek(reader).kind !== 'end') throw unexpected(reader, 'AND, OR or the end of the condition');
	return condition;
}

/** Parts joined by one kind of word; "a AND b OR c" is ambiguous: "You must add parentheses" (Grouping and precedence). */
function readExpression(reader: Reader): Condition {
	const first = readPart(reader);
	const kind = joinerOf(peek(reader));
	if (kind === undefined) return first;
	const parts = [first];
	while (joinerOf(peek(reader)) === kind) {
		reader.next += 1;
		parts.push(readPart(reader));
	}
	if (joinerOf(peek(reader)) !== undefined)
		throw unexpected(reader, 'parentheses that say which of AND and OR is first');
	return { kind, parts };
}

function joinerOf(token: Token): 'all' | 'any' | undefined {
	if (isWord(token, 'and') || isSign(token, '&&')) return 'all';
	return isWord(token, 'or') || isSign(token, '||') ? 'any' : undefined;
}

function readPart(reader: Reader): Condition {
	const token = peek(reader);
	if (token.kind === 'end') throw unexpected(reader, 'an expression');
	if (isSign(token, '!') || isWord(token, 'not'))
		return inside(reader, () => ({ kind: 'not', part: readPart(reader) }));
	if (isSign(token, '(')) return inside(reader, () => closed(reader, readExpression(reader)));
	if (isWord(token, 'actionmatches')) return { kind: 'action', pattern: readPattern(reader) };
	if (isWord(token, 'suboperationmatches')) return { kind: 'sub-operation', pattern: readPattern(reader) };
	if (isWord(token, 'exists')) return readExists(reader);
	return readComparison(reader);
}

/** One level further in, past the token that opens it. */
function inside(reader: Reader, read: () => Condition): Condition {
	if (reader.level === mostLevels) throw unexpected(reader, `at most ${mostLevels} levels of parentheses and NOT`);
	reader.next += 1;
	reader.level += 1;
	const condition = read();
	reader.level -= 1;
	return condition;
}

function closed(reader: Reader, condition: Condition): Condition {
	takeSign(reader, ')');
	return condition;
}

/** `ActionMatches{'…'}`: one pattern in quotes and braces. */
function readPattern(reader: Reader): string {
	reader.next += 1;
	takeSign(reader, '{');
	const token = peek(reader);
	if (token.kind !== 'value' || typeof token.value !== 'string') throw unexpected(reader, "a pattern in '…'");
	reader.next += 1;
	takeSign(reader, '}');
	return token.value;
}

function readExists(reader: Reader): Condition {
	reader.next += 1;
	const token = peek(reader);
	if (token.kind !== 'attribute') throw unexpected(reader, 'an attribute such as @Request[namespace/type:name]');
	reader.next += 1;
	return { kind: 'exists', attribute: token.attribute };
}

function readComparison(reader: Reader): Comparison {
	const start = reader.next;
	const left = readOperand(reader);
	const read = readOperator(reader);
	checkValues(reader, start, { operand: left, operator: read.operator });
	const middle = reader.next;
	const right = readOperand(reader);
	checkValues(reader, middle, { operand: right, operator: read.operator });
	return { kind: 'comparison', left, ...read, right };
}

function readOperator(reader: Reader): Pick<Comparison, 'operator' | 'across'> {
	const { kind, text } = peek(reader);
	const [first = '', second] = kind === 'word' ? text.toLowerCase().split(':') : [];
	const operator = byLowerCase.get(second ?? first);
	const across = crossProducts.find((one) => one.toLowerCase() === first);
	if (!operator || (second !== undefined && !across)) throw unexpected(reader, 'an operator such as StringEquals');
	if (across && !operators[operator].crosses) throw unexpected(reader, `an operator that ${across} can be put before`);
	reader.next += 1;
	return { operator, ...(across && { across }) };
}

const byLowerCase = new Map(operatorNames.map((name) => [name.toLowerCase(), name]));

function readOperand(reader: Reader): Operand {
	const token = peek(reader);
	if (token.kind === 'attribute') {
		reader.next += 1;
		return { attribute: token.attribute };
	}
	if (!isSign(token, '{')) return { values: [readValue(reader)] };
	const values: Literal[] = [];
	do {
		reader.next += 1;
		values.push(readValue(reader));
	} while (isSign(peek(reader), ','));
	takeSign(reader, '}');
	return { values };
}

function readValue(reader: Reader): Literal {
	const token = peek(reader);
	const isTrue = isWord(token, 'true');
	if (token.kind !== 'value' && !isTrue && !isWord(token, 'false')) throw unexpected(reader, 'an attribute or a value');
	reader.next += 1;
	return token.kind === 'value' ? token.value : isTrue;
}

const nouns = {
	string: "text in '…'",
	number: 'a whole number',
	boolean: 'true or false',
	'date-time': "a time such as '2026-01-05T14:00:00.0Z'",
	guid: 'a GUID',
} as const;

function checkValues(
	{ text, tokens }: Reader,
	start: number,
	{ operand, operator }: { operand: Operand; operator: OperatorName },
): void {
	if ('attribute' in operand) return;
	const { type } = operators[operator];
	const wrong = operand.values.find((value) => formOf(type, value) === undefined);
	if (wrong === undefined) return;
	throw conditionProblem(text, tokens[start]?.at ?? 0, {
		wanted: `${nouns[type]} beside ${operator}`,
		found: String(wrong),
	});
}

function peek({ text, tokens, next }: Reader): Token {
	return tokens[next] ?? { kind: 'end', at: text.length, text: '' };
}

function takeSign(reader: Reader, sign: string): void {
	if (!isSign(peek(reader), sign)) throw unexpected(reader, sign);
	reader.next += 1;
}

function isSign(token: Token, sign: string): boolean {
	return token.kind === 'sign' && token.text === sign;
}

function isWord(token: Token, word: string): boolean {
	return token.kind === 'word' && token.text.toLowerCase() === word;
}

function unexpected(reader: Reader, wanted: string) {
	const { at, kind, text } = peek(reader);
	return conditionProblem(reader.text, at, { wanted, found: kind === 'end' ? 'the end' : text });
}
