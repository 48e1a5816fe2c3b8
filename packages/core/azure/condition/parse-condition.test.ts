import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../problem.ts';
import type { VectorFile } from '../../vector-file.ts';
import { parseCondition } from './parse-condition.ts';

type Vectors = VectorFile<{ condition: string }, { where: string; wanted: string; found: string }>;

/** The problem that reading a text ends with. */
function problemOf(text: string): unknown {
	try {
		return parseCondition(text);
	} catch (error) {
		return error;
	}
}

describe('vectors/conditions-unreadable', () => {
	const { cases }: Vectors = JSON.parse(
		readFileSync(new URL('../../../../vectors/conditions-unreadable.json', import.meta.url), 'utf8'),
	);
	it.each(cases)('$name', ({ given: { condition }, expect: expected }) => {
		const problem = problemOf(condition);
		expect(problem).toBeInstanceOf(Problem);
		expect(problem).toMatchObject({ code: 'bad-condition', ...expected });
	});
});

it('reads at most 8 KB, and as many levels as anyone writes', () => {
	const fitting = `Exists @Request[n]${' '.repeat(8192 - 18)}`;
	expect(parseCondition(fitting)).toEqual({ kind: 'exists', attribute: { source: 'Request', name: 'n' } });
	expect(problemOf(`${fitting} `)).toMatchObject({ wanted: 'at most 8 KB', found: '8193 characters' });
	const nested = (levels: number) => `${'('.repeat(levels)}Exists @Request[n]${')'.repeat(levels)}`;
	expect(parseCondition(nested(100))).toMatchObject({ kind: 'exists' });
	expect(problemOf(nested(101))).toMatchObject({ wanted: 'at most 100 levels of parentheses and NOT' });
	expect(problemOf('!'.repeat(8000))).toMatchObject({ wanted: 'at most 100 levels of parentheses and NOT' });
});

it('keeps the parts of a condition as they were grouped', () => {
	expect(parseCondition("(Exists @Request[a] OR ActionMatches{'x'}) && !Exists @Resource[b]")).toEqual({
		kind: 'all',
		parts: [
			{
				kind: 'any',
				parts: [
					{ kind: 'exists', attribute: { source: 'Request', name: 'a' } },
					{ kind: 'action', pattern: 'x' },
				],
			},
			{ kind: 'not', part: { kind: 'exists', attribute: { source: 'Resource', name: 'b' } } },
		],
	});
});
