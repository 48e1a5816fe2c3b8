import { broaderOf, isProblemCode, isPullCode } from '@lanyard/core';
import { faultKinds } from '@lanyard/sandbox-world';
import { describe, expect, it } from 'vitest';
import { explainWords } from './explain-words.ts';

const image = 'myregistry.azurecr.io/nginx:v1';
const kinds = Object.entries(faultKinds).flatMap(([code, { shows }]) =>
	isProblemCode(code) && isPullCode(code) ? [{ code, broader: broaderOf(code), shows }] : [],
);

/** Refused with and without a credential, and not found: words that many causes share. There the cause is to be among the candidates. */
const shared = /401 Unauthorized|insufficient_scope|resolve image: …: not found|content at|10\.240\.0\.99/;

describe('what a node says of a fault, by its words alone', () => {
	it.each(kinds)('$code', ({ broader, shows }) => {
		const said = `Failed to pull image "${image}": ${shows.replaceAll('\\n', '\n').replaceAll('…', 'myregistry.azurecr.io')}`;
		const { code: named, candidates } = explainWords({ message: said });
		if (shared.test(shows)) expect(candidates.map((one) => one.code)).toContain(broader);
		else expect(named).toBe(broader);
	});
});
