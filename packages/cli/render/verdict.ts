import type { Verdict } from '@lanyard/core';

import type { Style } from '../terminal.ts';

const marks: Record<Verdict, string> = {
	ok: '✓',
	skipped: '–',
	warning: '!',
	'could-not-check': '?',
	problem: '✗',
};

/** The sign of a verdict, coloured; words stand beside it wherever it is printed. */
export function mark(verdict: Verdict, style: Style): string {
	const paint: Record<Verdict, (text: string) => string> = {
		ok: style.green,
		skipped: style.dim,
		warning: style.yellow,
		'could-not-check': style.yellow,
		problem: style.red,
	};
	return paint[verdict](marks[verdict]);
}

/** The verdict in words, where the evidence has none. */
export const verdictWords: Record<Verdict, string> = {
	ok: 'ok',
	skipped: 'skipped',
	warning: 'warning',
	'could-not-check': 'could not check',
	problem: 'problem',
};
