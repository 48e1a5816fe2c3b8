import { inspect } from 'node:util';
import { assert, constantFrom, property, stringMatching } from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Problem } from '@lanyard/core';
import {
	arrayField,
	firstString,
	flagField,
	numberField,
	optionalArray,
	optionalDate,
	optionalField,
	optionalNumber,
	optionalString,
	stringField,
	stringList,
	stringMap,
} from './field.ts';

const json: unknown = JSON.parse(
	'{"name":"web","none":null,"deep":{"er":"x","n":3},"list":["a","b"],"text":"7","on":true,"at":"2026-11-22T05:00:00Z"}',
);

const reads: [name: string, read: () => unknown, expected: unknown][] = [
	['a text', () => stringField(json, 'name'), 'web'],
	['a text inside', () => stringField(json, 'deep.er'), 'x'],
	['null as absent', () => optionalString(json, 'none'), undefined],
	['a path through nothing as absent', () => optionalString(json, 'none.such.thing'), undefined],
	['the first text that is there', () => firstString(json, ['none', 'nope', 'deep.er', 'name']), 'x'],
	['a number', () => numberField(json, 'deep.n'), 3],
	['a number in a text', () => numberField(json, 'text'), 7],
	['an absent flag as false', () => flagField(json, 'off'), false],
	['a flag', () => flagField(json, 'on'), true],
	['a list', () => stringList(json, 'list'), ['a', 'b']],
	['an absent list as empty', () => optionalArray(json, 'nope', String), []],
	['an absent map as empty', () => stringMap(json, 'nope'), {}],
	['a moment', () => optionalDate(json, 'at'), new Date('2026-11-22T05:00:00Z')],
	['nothing from the prototype', () => optionalField(json, 'constructor'), undefined],
	['nothing of what is no object', () => optionalString(undefined, 'name'), undefined],
];

it.each(reads)('reads %s', (_name, read, expected) => expect(read()).toEqual(expected));

const refusals: [name: string, read: () => unknown, wanted: string, found: string][] = [
	['a missing text', () => stringField(json, 'nope'), 'a text at "nope"', 'nothing there'],
	['a number for a text', () => stringField(json, 'deep.n'), 'a text at "deep.n"', 'a number'],
	['an object for a text', () => stringField(json, 'deep'), 'a text at "deep"', 'an object'],
	['a text for a number', () => optionalNumber(json, 'name'), 'a number at "name"', 'another text'],
	['a text for a flag', () => flagField(json, 'name'), 'true or false at "name"', 'another text'],
	['an object for a list', () => arrayField(json, 'deep', String), 'a list at "deep"', 'an object'],
	['a list of numbers for texts', () => stringList({ l: [1] }, 'l'), 'a text at "l[]"', 'a number'],
	['a map of numbers for texts', () => stringMap(json, 'deep'), 'a text at "deep.*"', 'a number'],
	[
		'a text with something inside',
		() => stringField(json, 'name.first'),
		'an object around it at "name.first"',
		'another text',
	],
	['no date', () => optionalDate(json, 'name'), 'a date at "name"', 'another text'],
];

it.each(refusals)('refuses %s', (...[, read, wanted, found]) => {
	expect(read).toThrow(expect.objectContaining({ code: 'unexpected-answer', wanted, found }));
});

describe('a refusal', () => {
	const readers = [stringField, numberField, flagField, optionalDate, stringList, stringMap, optionalField];

	test('never shows what was read', () => {
		const secret = stringMatching(/^s3cr3t[a-z0-9]{8}$/);
		assert(
			property(secret, constantFrom(...readers), (value, read) => {
				const shapes = [value, [value], { x: value }, { x: { y: value } }];
				for (const x of shapes) expect(shown(() => read({ x }, 'x'))).not.toContain(value);
			}),
		);
	});
});

function shown(read: () => unknown): string {
	try {
		read();
		return '';
	} catch (problem) {
		return `${inspect(problem)} ${JSON.stringify(problem)} ${problem instanceof Problem}`;
	}
}
