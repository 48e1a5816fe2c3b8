import { expect, it, test } from 'vitest';
import { Secret } from '@lanyard/core';
import { decodeJwt } from './jwt.ts';

function tokenOf(claims: unknown): Secret {
	return new Secret(`e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`);
}

test('reads an Entra token of version 1 and says who it is', () => {
	const claims = { aud: 'https://a', tid: 't', oid: 'o', upn: 'añá@contoso.com', appid: 'app', iat: 1_000, exp: 4_600 };
	expect(decodeJwt(tokenOf(claims))).toEqual({
		all: claims,
		audience: 'https://a',
		tenantId: 't',
		objectId: 'o',
		name: 'añá@contoso.com',
		issuedAt: new Date(1_000_000),
		endsAt: new Date(4_600_000),
	});
});

test('names an application by its client id', () => {
	expect(decodeJwt(tokenOf({ azp: 'client' })).name).toBe('client');
});

it.each([['no dots'], ['a.b'], ['a.!!.c'], [`a.${btoa('no json, but s3cr3t')}.c`], ['']])('refuses "%s"', (text) => {
	const found = { code: 'unexpected-answer', wanted: 'a JSON web token', found: 'something else', cause: undefined };
	expect(() => decodeJwt(new Secret(text))).toThrow(expect.objectContaining(found));
});
