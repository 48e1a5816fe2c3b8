import { expect, it } from 'vitest';

import { parseAhead } from './admin.ts';

it.each([
	['+90s', 90_000],
	['+3h15m', 11_700_000],
	['+1d', 86_400_000],
])('reads %s', (text, ms) => expect(parseAhead(text)).toBe(ms));

it.each(['3h', '-3h', '+', '+3', '+3x', '', '+36601d', `+${'9'.repeat(400)}s`])('does not read "%s"', (text) => {
	expect(() => parseAhead(text)).toThrow('the clock moves ahead by a length of time');
});
