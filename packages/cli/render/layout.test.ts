import fc from 'fast-check';
import { expect, it } from 'vitest';

import { columns, labelled, table, withCode, wrap } from './layout.ts';

it('breaks at spaces, and loses nothing but them', () => {
	fc.assert(
		fc.property(
			fc.array(fc.stringMatching(/^[b-j]{1,12}$/), { minLength: 1 }),
			fc.integer({ min: 12, max: 60 }),
			(words, width) => {
				const lines = wrap(words.join(' '), width);
				expect(lines.every((line) => line.length <= width)).toBe(true);
				expect(lines.join(' ')).toBe(words.join(' '));
			},
		),
	);
});

it('breaks no command, and only commands are spared', () => {
	expect(wrap('az role assignment create', 10)).toEqual(['az role assignment create']);
	expect(wrap('  --role AcrPull', 10)).toEqual(['  --role AcrPull']);
	expect(wrap('azure says no', 10)).toEqual(['azure says', 'no']);
});

it('indents the further lines of a labelled text to where it began', () => {
	const text = labelled('found', 'word '.repeat(30).trim(), { indent: 2, label: 8 });
	const [first = '', second = ''] = text.split('\n');
	expect([first.startsWith('  found   word'), second.startsWith(`${' '.repeat(10)}word`)]).toEqual([true, true]);
	expect(Math.max(first.length, second.length)).toBeLessThanOrEqual(columns);
});

it('puts a code at the right edge where there is room, else on a line of its own', () => {
	expect(withCode('short', 'a-code')).toHaveLength(columns);
	expect(withCode('x'.repeat(99), 'a-code')).toBe(`${'x'.repeat(99)}\n${'a-code'.padStart(columns)}`);
});

it('aligns columns', () =>
	expect(
		table([
			['a', 'b'],
			['ccc', 'd'],
		]),
	).toBe('  a    b\n  ccc  d'));
