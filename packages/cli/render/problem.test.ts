import { Problem } from '@lanyard/core';
import { expect, it } from 'vitest';

import { testContext } from '../test-context.ts';
import { renderProblem } from './problem.ts';

it('lets no server write to the terminal', () => {
	const hostile = '\u001B]0;owned\u0007\u001B[2J';
	const problem = new Problem('kubernetes-refused', {
		sentence: hostile,
		wanted: hostile,
		found: hostile,
		fix: hostile,
	});
	const shown = renderProblem(problem, testContext().terminal.errStyle);
	expect(shown.split('\n')).toHaveLength(4);
	expect(shown).not.toMatch(/[\p{Cc}--\n]/v);
});
