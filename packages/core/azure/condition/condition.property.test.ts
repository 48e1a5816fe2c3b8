import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Problem } from '../../problem.ts';
import { buildCondition } from './build-condition.ts';
import { type Attribute, attributeSources, type Condition, type ConditionRequest } from './condition.ts';
import { decideCondition, evaluateCondition } from './evaluate-condition.ts';
import { explainCondition } from './explain-condition.ts';
import { crossProducts, type OperatorName, operatorNames, operators } from './operator.ts';
import { parseCondition } from './parse-condition.ts';

const anyAttribute: fc.Arbitrary<Attribute> = fc.record({
	source: fc.constantFrom(...attributeSources),
	name: fc.constantFrom('a', 'b', 'type:name', 'tags:Key<$key_case_sensitive$>', 'x.y/&$keys$&'),
});
const anyText = fc.oneof(fc.string({ maxLength: 8 }), fc.stringMatching(/^['\\*?a]{0,6}$/));
const anyTime = fc
	.date({ min: new Date('2000-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
	.map((date) => date.toISOString());
const literals = {
	string: anyText,
	number: fc.integer({ min: -20, max: 20 }),
	boolean: fc.boolean(),
	'date-time': anyTime,
	guid: fc.uuid(),
};

const anyComparison: fc.Arbitrary<Condition> = fc.constantFrom(...operatorNames).chain((operator) => {
	const { type, crosses } = operators[operator];
	const value: fc.Arbitrary<string | number | boolean> = literals[type];
	const side = fc.oneof(
		fc.record({ attribute: anyAttribute }),
		fc.record({ values: fc.array(value, { minLength: 1, maxLength: 3 }) }),
	);
	const plain = { kind: fc.constant('comparison' as const), left: side, operator: fc.constant(operator), right: side };
	const crossed = fc.record({ ...plain, across: fc.constantFrom(...crossProducts) });
	return crosses ? fc.oneof(fc.record(plain), crossed) : fc.record(plain);
});
const anyLeaf: fc.Arbitrary<Condition> = fc.oneof(
	anyComparison,
	fc.record({ kind: fc.constant('action' as const), pattern: fc.constantFrom('a/*', 'a/b', '*', "it's") }),
	fc.record({ kind: fc.constant('sub-operation' as const), pattern: fc.constantFrom('Blob.List', '*') }),
	fc.record({ kind: fc.constant('exists' as const), attribute: anyAttribute }),
);
const { anyCondition } = fc.letrec<{ anyCondition: Condition }>((tie) => {
	const parts = fc.array(tie('anyCondition'), { minLength: 2, maxLength: 3 });
	return {
		anyCondition: fc.oneof(
			{ maxDepth: 4, withCrossShrink: true },
			anyLeaf,
			fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), parts }),
			fc.record({ kind: fc.constant('not' as const), part: tie('anyCondition') }),
		),
	};
});

const anyValue = fc.oneof(anyText, fc.integer(), fc.boolean(), fc.date(), anyTime, fc.uuid(), fc.array(anyText));
const anyAttributes = fc.dictionary(fc.constantFrom('a', 'B', 'type:Name', 'tags:Key<$key_case_sensitive$>'), anyValue);
const anyRequest: fc.Arbitrary<ConditionRequest> = fc.record(
	{
		action: fc.constantFrom('a/b', 'A/c', 'x'),
		subOperation: fc.constantFrom('Blob.List', 'x'),
		attributes: fc.record(
			{ Request: anyAttributes, Resource: anyAttributes, Principal: anyAttributes, Environment: anyAttributes },
			{ requiredKeys: [] },
		),
	},
	{ requiredKeys: ['action'] },
);

it('what is written is read as what it was', () => {
	fc.assert(
		fc.property(anyCondition, (condition) => {
			expect(parseCondition(buildCondition(condition))).toEqual(condition);
		}),
		{ numRuns: 1000 },
	);
});

it('every condition has an answer for every request, and an explanation that agrees with it', () => {
	fc.assert(
		fc.property(anyCondition, anyRequest, (condition, request) => {
			const verdict = decideCondition(condition, request);
			expect(evaluateCondition(condition, request)).toBe(verdict === 'holds');
			const start = { holds: 'its condition is met: ', fails: 'its condition is not met: ' };
			const said = explainCondition(condition, request);
			expect(said.startsWith(verdict === 'undecided' ? 'its condition cannot be decided: ' : start[verdict])).toBe(
				true,
			);
			expect(said).not.toMatch(/: $/);
		}),
		{ numRuns: 1000 },
	);
});

it('NOT (a AND b) is NOT a OR NOT b, whatever is missing, and so the other way round', () => {
	const not = (part: Condition): Condition => ({ kind: 'not', part });
	fc.assert(
		fc.property(anyCondition, anyCondition, anyRequest, (a, b, request) => {
			const is = (condition: Condition) => decideCondition(condition, request);
			expect(is(not({ kind: 'all', parts: [a, b] }))).toBe(is({ kind: 'any', parts: [not(a), not(b)] }));
			expect(is(not({ kind: 'any', parts: [a, b] }))).toBe(is({ kind: 'all', parts: [not(a), not(b)] }));
			expect(is(not(not(a)))).toBe(is(a));
		}),
		{ numRuns: 500 },
	);
});

it('a Not operator is the negation of its counterpart', () => {
	const negated = operatorNames.filter((name) => /Not/.test(name));
	fc.assert(
		fc.property(fc.constantFrom(...negated), anyValue, anyRequest, (operator, value, request) => {
			const counterpart = operatorNames.find((name) => name === operator.replace('Not', ''));
			const type = operators[operator].type;
			const left = { attribute: { source: 'Request' as const, name: 'a' } };
			const attributes = { Request: { ...request.attributes?.Request, a: value } };
			const right = { values: fc.sample<string | number | boolean>(literals[type], { numRuns: 2, seed: 1 }) };
			const is = (name: OperatorName) =>
				decideCondition({ kind: 'comparison', left, operator: name, right }, { ...request, attributes });
			const opposite = { holds: 'fails', fails: 'holds', undecided: 'undecided' };
			expect(counterpart && is(counterpart)).toBe(opposite[is(operator)]);
		}),
	);
});

const anyPiece = fc.constantFrom(
	...[
		' ',
		'\n',
		'(',
		')',
		'{',
		'}',
		',',
		'!',
		'&&',
		'||',
		' AND ',
		' OR ',
		' NOT ',
		'Exists ',
		'ActionMatches',
		"{'a/*'}",
	],
	...['@Request[a]', '@Resource', '[', ']', "'", '\\', "'x'", '1', '-', 'true', ' StringEquals ', 'ForAnyOfAnyValues:'],
);
it('reading ends with a condition or with a Problem that names the place, whatever the text', () => {
	const anyInput = fc.oneof(
		fc.string(),
		fc.array(anyPiece, { maxLength: 30 }).map((pieces) => pieces.join('')),
	);
	fc.assert(
		fc.property(anyInput, anyRequest, (text, request) => {
			try {
				evaluateCondition(parseCondition(text), request);
			} catch (error) {
				expect(error).toBeInstanceOf(Problem);
				expect(error).toMatchObject({
					code: 'bad-condition',
					where: expect.stringMatching(/^line \d+, column \d+ of/),
				});
			}
		}),
		{ numRuns: 10_000 },
	);
});

it('a damaged condition never crashes the reader', () => {
	fc.assert(
		fc.property(anyCondition, fc.nat(), fc.string({ maxLength: 2 }), (condition, at, put) => {
			const text = buildCondition(condition);
			const cut = at % (text.length + 1);
			try {
				parseCondition(text.slice(0, cut) + put + text.slice(cut + 1));
			} catch (error) {
				expect(error).toBeInstanceOf(Problem);
			}
		}),
		{ numRuns: 5000 },
	);
});
