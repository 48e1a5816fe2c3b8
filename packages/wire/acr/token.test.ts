import { describe, expect, it, test } from 'vitest';
import { type ProblemCode, Secret } from '@lanyard/core';
import { acrExchangeRequest, parseAcrExchangeResponse } from './exchange.ts';
import { acrTokenRequest, grantsAction, parseAcrTokenResponse } from './token.ts';

const host = 'myregistry.azurecr.io';
const at = { realm: `https://${host}/oauth2/token`, service: host };
const now = new Date('2026-11-22T05:00:00Z');
const scope = 'repository:nginx:pull';

function tokenOf(claims: unknown): string {
	return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
}

function refusal(status: number, code: string, message: string): Response {
	return Response.json({ errors: [{ code, message, detail: null }] }, { status });
}

test('the exchange is a form, as az sends it', async () => {
	const entraToken = new Secret('entra');
	const request = acrExchangeRequest({ loginServer: host, service: host, tenantId: 'tenant-1', entraToken });
	expect([request.method, request.url]).toEqual(['POST', `https://${host}/oauth2/exchange`]);
	expect(Object.fromEntries(new URLSearchParams(await request.text()))).toEqual({
		grant_type: 'access_token',
		service: host,
		tenant: 'tenant-1',
		access_token: 'entra',
	});
});

test('the refresh token ends when it says', async () => {
	const value = tokenOf({ exp: 1_742_889_431, iat: 1_742_877_731 });
	const token = await parseAcrExchangeResponse(Response.json({ refresh_token: value }), now);
	expect([token.value.reveal(), token.endsAt]).toEqual([value, new Date(1_742_889_431_000)]);
});

const denied = "client with IP '20.1.2.3' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.";
const refusals: [status: number, words: [string, string], code: ProblemCode, found: string][] = [
	[
		401,
		['UNAUTHORIZED', 'authentication required'],
		'identity-lacks-pull-role',
		'status 401, UNAUTHORIZED, authentication required',
	],
	[403, ['DENIED', denied], 'registry-firewall-denied', `status 403, DENIED, ${denied}`],
	[429, ['TOOMANYREQUESTS', 'too many'], 'rate-limited', 'status 429, TOOMANYREQUESTS, too many'],
	[503, ['UNAVAILABLE', 'm'], 'registry-unavailable', 'status 503, UNAVAILABLE, m'],
	[400, ['UNSUPPORTED', 'm'], 'registry-refused', 'status 400, UNSUPPORTED, m'],
];

it.each(refusals)('an exchange answered %d', async (...[status, [words, message], code, found]) => {
	const answer = parseAcrExchangeResponse(refusal(status, words, message), now);
	await expect(answer).rejects.toThrow(expect.objectContaining({ code, found }));
});

describe('the token request', () => {
	test('posts a refresh token', async () => {
		const request = acrTokenRequest(at, scope, { refreshToken: new Secret('rt') });
		expect([request.method, request.url]).toEqual(['POST', at.realm]);
		const form = { grant_type: 'refresh_token', service: host, scope, refresh_token: 'rt' };
		expect(Object.fromEntries(new URLSearchParams(await request.text()))).toEqual(form);
	});

	test('gets with Basic for a user, in UTF-8', () => {
		const request = acrTokenRequest(at, scope, { user: 'ana', password: new Secret('pä:ss') });
		expect(request.url).toBe(`${at.realm}?service=${host}&scope=repository%3Anginx%3Apull`);
		expect(request.headers.get('authorization')).toBe(`Basic ${Buffer.from('ana:pä:ss').toString('base64')}`);
	});

	test('gets without anything for nobody', () => {
		expect(acrTokenRequest(at, scope, 'anonymous').headers.get('authorization')).toBeNull();
	});
});

const read = (claims: unknown) =>
	parseAcrTokenResponse(Response.json({ access_token: tokenOf(claims) }), { now, refused: 'secret-wrong-credentials' });

describe('the access token', () => {
	it.each([
		['lower case', { access: [{ type: 'repository', name: 'nginx', actions: ['pull'] }] }],
		['upper case, as recorded in 2024', { access: [{ Type: 'repository', Name: 'nginx', Actions: ['pull'] }] }],
	])('tells its grants in %s', async (_name, claims) => {
		const token = await read({ ...claims, exp: 1_708_748_051 });
		expect(token).toMatchObject({
			grants: [{ type: 'repository', name: 'nginx', actions: ['pull'] }],
			endsAt: new Date(1_708_748_051_000),
		});
		expect([grantsAction(token, 'nginx', 'pull'), grantsAction(token, 'nginx', 'push')]).toEqual([true, false]);
		expect(grantsAction(token, 'nginx/more', 'pull')).toBe(false);
	});

	test('may grant nothing of what was asked', async () => {
		expect((await read({ exp: 1 })).grants).toEqual([]);
	});

	test('that is refused means what the asker says', async () => {
		const answer = parseAcrTokenResponse(refusal(401, 'UNAUTHORIZED', 'm'), {
			now,
			refused: 'no-credentials-configured',
		});
		await expect(answer).rejects.toThrow(expect.objectContaining({ code: 'no-credentials-configured' }));
	});
});
