import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { VectorFile } from '../vector-file.ts';
import { buildKeyring, lookup } from './keyring.ts';
import { decodePullSecret, type PullSecretObject } from './pull-secret.ts';

interface Given {
	type: string;
	key: string;
	text: string;
	image: string;
}
type Expected = { found: { username: string; password: string }[] } | { skipped: true } | { malformed: string };

const { cases }: VectorFile<Given, Expected> = JSON.parse(
	readFileSync(new URL('../../../vectors/pull-secrets.json', import.meta.url), 'utf8'),
);
const unreadable: VectorFile<Omit<Given, 'image'>, { malformed: string }> = JSON.parse(
	readFileSync(new URL('../../../vectors/pull-secrets-unreadable.json', import.meta.url), 'utf8'),
);

const base64 = (text: string) => Buffer.from(text).toString('base64');

function secretOf({ type, key, text }: Omit<Given, 'image'>): PullSecretObject {
	return { type, data: { [key]: base64(text) } };
}

function outcome(given: Given): Expected {
	const reading = decodePullSecret(secretOf(given));
	if ('malformed' in reading) return reading;
	if ('skipped' in reading) return { skipped: true };
	const keyring = buildKeyring(reading.entries.map((entry) => ({ ...entry, source: 'web' })));
	const found = lookup(keyring, given.image).map(({ credential }) => credential);
	return { found: found.map(({ username, password }) => ({ username, password: password.reveal() })) };
}

describe('vectors', () => {
	it.each(cases)('$name', ({ given, expect: expected }) => expect(outcome(given)).toEqual(expected));

	// What Go's JSON parser says about text that is no JSON is not imitated: it quotes the content.
	it.each(unreadable.cases)('$name', ({ given, expect: { malformed } }) => {
		const isQuoting = malformed.startsWith('invalid character');
		expect(decodePullSecret(secretOf(given))).toEqual({ malformed: isQuoting ? expect.any(String) : malformed });
	});
});

test('a secret without type or data is skipped, with the reason', () => {
	expect(decodePullSecret({})).toEqual({ skipped: 'type Opaque is not one that holds pull credentials' });
	expect(decodePullSecret({ type: 'kubernetes.io/dockerconfigjson' })).toEqual({
		skipped: 'there is nothing under the data key .dockerconfigjson',
	});
});

const text = fc.stringMatching(/^[a-zA-Z0-9!#%&*]{12,40}$/);

test('what is written is read back, and no password is printed', () => {
	fc.assert(
		fc.property(text, text, (username, password) => {
			// The user's name may be shown, and may not be taken for the password.
			fc.pre(!username.includes(password));
			const auths = { 'reg.example.com': { auth: base64(`${username}:${password}`) } };
			const given = { type: 'kubernetes.io/dockerconfigjson', key: '.dockerconfigjson', image: 'reg.example.com/app' };
			expect(outcome({ ...given, text: JSON.stringify({ auths }) })).toEqual({ found: [{ username, password }] });
			const reading = decodePullSecret(secretOf({ ...given, text: JSON.stringify({ auths }) }));
			expect(inspect(reading, { depth: null }) + JSON.stringify(reading)).not.toContain(password);
		}),
	);
});

test('a reason never quotes the content', () => {
	fc.assert(
		fc.property(text, fc.constantFrom('{"auths":', '', '["', '{"auths":{"x":{"auth":"'), (password, before) => {
			const reading = decodePullSecret({
				type: 'kubernetes.io/dockerconfigjson',
				data: { '.dockerconfigjson': base64(before + password) },
			});
			expect(JSON.stringify(reading)).not.toContain(password);
		}),
	);
});

test('any bytes are read, skipped or called malformed', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.json(), fc.base64String()), (content) => {
			const data = { '.dockerconfigjson': base64(content) };
			expect(Object.keys(decodePullSecret({ type: 'kubernetes.io/dockerconfigjson', data }))).toHaveLength(1);
			decodePullSecret({ type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': content } });
		}),
	);
});
