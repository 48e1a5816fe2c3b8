import { expect, it } from 'vitest';

import { readTypedTarget } from './typed-target.ts';

it.each([
	[[], undefined],
	[['deployment/web'], 'deployment/web'],
	[['deployment', 'web'], 'deployment/web'],
])('reads %j as %s', (words, target) => expect(readTypedTarget(words, 'check')).toBe(target));

it.each([
	[['deployment/web', 'deployment/api'], 'lanyard check deployment/web'],
	[['deployment', 'web', 'api'], 'lanyard check deployment/web'],
	[['deployment', 'deployment/web'], 'lanyard check deployment/web'],
])('takes one at a time: %j', (words, command) =>
	expect(() => readTypedTarget(words, 'check')).toThrow(
		expect.objectContaining({ code: 'bad-target', fix: `Name one at a time: ${command}` }),
	),
);
