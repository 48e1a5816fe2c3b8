import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch, applyStrategicPatch } from './patch.ts';
import { refTo } from './schema/go-schema.ts';

// The examples of RFC 7396, appendix A.
const merges: [target: unknown, patch: unknown, result: unknown][] = [
	[{ a: 'b' }, { a: 'c' }, { a: 'c' }],
	[{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
	[{ a: 'b' }, { a: null }, {}],
	[{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
	[{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
	[{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
	[{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
	[{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
	[
		['a', 'b'],
		['c', 'd'],
		['c', 'd'],
	],
	[{ a: 'foo' }, null, null],
	[{ e: null }, { a: 1 }, { e: null, a: 1 }],
	[[1, 2], { a: 'b', c: null }, { a: 'b' }],
	[{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

describe('a merge patch', () => {
	it.each(merges)('of %j with %j gives %j', (target, patch, result) =>
		expect(applyMergePatch(target, patch)).toEqual(result),
	);
});

const strategic: [name: string, type: string, target: unknown, patch: unknown, result: unknown][] = [
	[
		'merges containers by name',
		'core.v1.PodSpec',
		{
			containers: [
				{ name: 'a', image: '1' },
				{ name: 'b', image: '1' },
			],
		},
		{ containers: [{ name: 'b', image: '2' }] },
		{
			containers: [
				{ name: 'a', image: '1' },
				{ name: 'b', image: '2' },
			],
		},
	],
	[
		'takes one out by its key',
		'core.v1.PodSpec',
		{ imagePullSecrets: [{ name: 'a' }, { name: 'b' }] },
		{ imagePullSecrets: [{ name: 'a', $patch: 'delete' }] },
		{ imagePullSecrets: [{ name: 'b' }] },
	],
	[
		'replaces a list without a merge key',
		'core.v1.Container',
		{ command: ['a', 'b'] },
		{ command: ['c'] },
		{ command: ['c'] },
	],
	[
		'replaces where told to',
		'meta.v1.ObjectMeta',
		{ labels: { a: '1' } },
		{ labels: { $patch: 'replace', b: '2' } },
		{ labels: { b: '2' } },
	],
	[
		'takes a plain value out of a set',
		'meta.v1.ObjectMeta',
		{ finalizers: ['a', 'b'] },
		{ '$deleteFromPrimitiveList/finalizers': ['a'] },
		{ finalizers: ['b'] },
	],
];

describe('any merge patch', () => {
	it('changes nothing when it is applied again', () => {
		assert(
			property(jsonValue(), jsonValue(), (target, patch) => {
				const once = applyMergePatch(target, patch);
				expect(applyMergePatch(once, patch)).toEqual(once);
			}),
		);
	});
});

describe('a strategic merge patch', () => {
	it.each(strategic)('%s', (...[, type, target, patch, result]) =>
		expect(applyStrategicPatch(refTo(type), target, patch)).toEqual(result),
	);
});

// The examples of RFC 6902, appendix A.
const operations: [name: string, target: unknown, patch: unknown, result: unknown][] = [
	['adds a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
	[
		'adds an element',
		{ foo: ['bar', 'baz'] },
		[{ op: 'add', path: '/foo/1', value: 'qux' }],
		{ foo: ['bar', 'qux', 'baz'] },
	],
	['removes an element', { foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
	['replaces a value', { baz: 'qux' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo' }],
	[
		'moves a value',
		{ foo: { bar: 'baz', waldo: 'fred' }, qux: {} },
		[{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
		{ foo: { bar: 'baz' }, qux: { thud: 'fred' } },
	],
	[
		'appends',
		{ foo: ['bar'] },
		[{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
		{ foo: ['bar', ['abc', 'def']] },
	],
	['reads escapes', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
];

describe('a JSON patch', () => {
	// json-patch.v4, which API servers use, is not as strict as RFC 6902.
	it('replaces a member that is not there', () => {
		const patch = [{ op: 'replace', path: '/b', value: 2 }];
		expect(applyJsonPatch({ a: 1 }, patch)).toEqual({ a: 1, b: 2 });
	});

	it.each(operations)('%s', (...[, target, patch, result]) => expect(applyJsonPatch(target, patch)).toEqual(result));

	it.each([
		['a test that fails', [{ op: 'test', path: '/a', value: 2 }]],
		['a member that is not there', [{ op: 'remove', path: '/b' }]],
		['an index out of bounds', [{ op: 'add', path: '/list/5', value: 1 }]],
		['to replace an item that is not there', [{ op: 'replace', path: '/list/0', value: 1 }]],
	])('refuses %s', (_name, patch) => expect(() => applyJsonPatch({ a: 1, list: [] }, patch)).toThrow());
});
