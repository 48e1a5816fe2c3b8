import { expect, test } from 'vitest';
import { problems } from './problem-catalogue.ts';
import { renderProblemDoc } from './problem-doc.ts';

test('docs/problems.md is what the catalogue says', async () => {
	await expect(renderProblemDoc()).toMatchFileSnapshot('../../docs/problems.md');
});

test('every code has a heading, and every heading is a code', () => {
	const headings = Array.from(renderProblemDoc().matchAll(/^### (.+)$/gm), ([, heading]) => heading);
	expect(new Set(headings)).toEqual(new Set(Object.keys(problems)));
	expect(headings).toHaveLength(Object.keys(problems).length);
});
