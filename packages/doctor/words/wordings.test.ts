import { broaderOf, isProblemCode, isPullCode, isTaxonomyCode, problemWordings } from '@lanyard/core';
import { describe, expect, it, test } from 'vitest';
import { explainWords } from './explain-words.ts';

const codes = Object.keys(problemWordings).filter(isProblemCode).filter(isPullCode).filter(isTaxonomyCode);
const wordings = codes.flatMap((code) => problemWordings[code].map(({ by, says }) => ({ code, by, says })));
const writtenFor = (says: string) => wordings.filter((one) => one.says === says).map(({ code }) => code);

describe('the wordings that docs/problems.md shows', () => {
	it.each(wordings)('$code, by $by', ({ code, says }) => {
		const { code: named, candidates } = explainWords({ message: says });
		expect(candidates.map((one) => one.code)).toContain(code);
		// Words of one cause are explained as that one; of those that several share, as one of these.
		expect(named === null ? [] : [broaderOf(named)]).not.toEqual([]);
		if (writtenFor(says).length > 1) expect(writtenFor(says)).toContain(named);
	});

	test('most name their cause at once', () => {
		const own = wordings.filter(({ says }) => writtenFor(says).length === 1);
		const named = own.filter(({ code, says }) => explainWords({ message: says }).code === code);
		expect(named.length / own.length).toBeGreaterThan(0.9);
	});
});
