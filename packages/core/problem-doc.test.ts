import { expect, test } from 'vitest';
import { isProblemCode, isPullCode, problems } from './problem-catalogue.ts';
import { programOf, renderProblemDoc } from './problem-doc.ts';
import { onlyOne, problemWordings, withoutWords } from './problem-wordings.data.ts';

test('docs/problems.md is what the catalogue says', async () => {
	await expect(renderProblemDoc()).toMatchFileSnapshot('../../docs/problems.md');
});

test('every code has a heading, and every heading is a code', () => {
	const headings = Array.from(renderProblemDoc().matchAll(/^### (.+)$/gm), ([, heading]) => heading);
	expect(new Set(headings)).toEqual(new Set(Object.keys(problems)));
	expect(headings).toHaveLength(Object.keys(problems).length);
});

test('every cause is told by two programs at least, or it says why by one', () => {
	const codes = Object.keys(problems).filter(isProblemCode).filter(isPullCode);
	const told = codes.map((code) => {
		const words = problemWordings[withoutWords[code]?.shows ?? code] ?? [];
		return { code, programs: new Set(words.map(programOf)).size, saysWhy: onlyOne[code] !== undefined };
	});
	expect(told.filter(({ programs, saysWhy }) => programs < 2 !== saysWhy)).toEqual([]);
});
