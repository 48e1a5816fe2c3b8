import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { VectorFile } from '../vector-file.ts';
import { matchesImage } from './credential-match.ts';
import { buildKeyring, lookup } from './keyring.ts';

interface Given {
	keys: string[];
	image: string;
}

const { cases }: VectorFile<Given, number[]> = JSON.parse(
	readFileSync(new URL('../../../vectors/keyrings.json', import.meta.url), 'utf8'),
);

const keyringOf = (keys: string[]) => buildKeyring(keys.map((key, credential) => ({ key, credential, source: 'web' })));

describe('vectors', () => {
	it.each(cases)('$name', ({ given, expect: expected }) => {
		expect(lookup(keyringOf(given.keys), given.image).map((entry) => entry.credential)).toEqual(expected);
	});
});

test('keys that cannot be read are kept apart, with where they come from', () => {
	expect(keyringOf(['quay.io', 'myregistry.azurecr.io\n'])).toEqual({
		rows: [{ indexKey: 'quay.io', entries: [{ key: 'quay.io', credential: 0, source: 'web' }] }],
		dropped: [{ key: 'myregistry.azurecr.io\n', credential: 1, source: 'web' }],
	});
});

const key = fc.constantFrom(
	'myregistry.azurecr.io',
	'https://myregistry.azurecr.io/v2/',
	'myregistry.azurecr.io/team',
	'*.azurecr.io',
	'*.azurecr.*',
	'docker.io',
	'https://index.docker.io/v1/',
	'quay.io',
	'not a host',
);
const image = fc.constantFrom('myregistry.azurecr.io/team/app', 'docker.io/library/nginx', 'quay.io/x/y', 'nginx');

test('the order of different keys does not matter, and all that is tried covers the image', () => {
	fc.assert(
		fc.property(fc.uniqueArray(key), image, (keys, wanted) => {
			const found = lookup(keyringOf(keys), wanted).map((entry) => entry.key);
			const backwards = lookup(keyringOf(keys.toReversed()), wanted).map((entry) => entry.key);
			expect(new Set(backwards)).toEqual(new Set(found));
			expect(found.every((one) => matchesImage(one, wanted))).toBe(true);
		}),
	);
});

test('one key alone is tried exactly where it covers the image', () => {
	fc.assert(
		fc.property(key, image, (one, wanted) => lookup(keyringOf([one]), wanted).length > 0 === matchesImage(one, wanted)),
	);
});
