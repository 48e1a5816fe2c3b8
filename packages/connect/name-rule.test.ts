import { expect, it } from 'vitest';

import { mustBeName } from './name-rule.ts';

it.each([
	['registry', 'abc12'],
	['registry', 'a'.repeat(50)],
	['cluster', 'a'],
	['cluster', 'My_cluster-1'],
	['secret', 'acr.pull-1'],
	['secret', 'a'.repeat(253)],
] as const)('takes as the name of a %s: %s', (kind, name) => expect(() => mustBeName(kind, name)).not.toThrow());

it.each([
	['registry', 'my-registry', '"-" in it', 'Choose another name, such as myregistry.'],
	['registry', 'MyRegistry', 'upper-case letters', 'Choose another name, such as myregistry.'],
	['registry', 'abc', '3 characters', 'Choose another name.'],
	['registry', 'a'.repeat(51), '51 characters', 'Choose another name.'],
	['cluster', 'shop.prod!', '"." in it', 'Choose another name, such as shop-prod.'],
	['cluster', '-shop', 'something else at an end', 'Choose another name, such as shop.'],
	['cluster', 'a'.repeat(64), '64 characters', 'Choose another name.'],
	['secret', 'Bad_Name', 'upper-case letters', 'Choose another name, such as bad-name.'],
	['secret', 'shop🚀web', '"🚀" in it', 'Choose another name, such as shop-web.'],
	['secret', 'a..b', 'something else at an end', 'Choose another name.'],
	['secret', '', 'no character', 'Choose another name.'],
	['secret', 'a'.repeat(254), '254 characters', 'Choose another name.'],
] as const)('does not take as the name of a %s: %s', (kind, name, found, fix) =>
	expect(() => mustBeName(kind, name)).toThrow(expect.objectContaining({ code: 'wrong-flag', found, fix })),
);

it('does not print the whole of a name that is too long', () =>
	expect(() => mustBeName('secret', 'a'.repeat(300))).toThrow(`"${'a'.repeat(40)}…" cannot be the name of a secret`));
