import { describe, expect, it, test } from 'vitest';
import { Secret } from '@lanyard/core';
import { entraClientSecretRequest, entraRefreshTokenRequest, parseEntraTokenResponse } from './entra.ts';

const at = { authority: 'https://login.microsoftonline.com/', tenantId: 'contoso.onmicrosoft.com', clientId: 'app-1' };
const now = new Date('2026-11-22T05:00:00Z');
const audience = 'https://containerregistry.azure.net';
const claims = Buffer.from(JSON.stringify({ aud: audience, tid: 'tenant-1', oid: 'object-1', upn: 'ana@contoso.com' }));
const accessToken = `e30.${claims.toString('base64url')}.c2ln`;

describe('the request', () => {
	test('goes to the tenant, with the audience as a scope', async () => {
		const request = entraRefreshTokenRequest(at, new Secret('rt'), audience);
		expect([request.method, request.url]).toEqual([
			'POST',
			'https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token',
		]);
		expect(Object.fromEntries(new URLSearchParams(await request.text()))).toEqual({
			client_id: 'app-1',
			scope: 'https://containerregistry.azure.net/.default',
			grant_type: 'refresh_token',
			refresh_token: 'rt',
		});
	});

	test('keeps the slash of an audience, as az does', async () => {
		const request = entraClientSecretRequest(at, new Secret('pw'), 'https://management.core.windows.net/');
		const form = new URLSearchParams(await request.text());
		expect(form.get('scope')).toBe('https://management.core.windows.net//.default');
		expect([form.get('grant_type'), form.get('client_secret')]).toEqual(['client_credentials', 'pw']);
	});
});

test('the answer becomes a token that ends by our clock', async () => {
	const body = { token_type: 'Bearer', expires_in: 3599, access_token: accessToken, refresh_token: 'next' };
	const { token, refreshToken } = await parseEntraTokenResponse(Response.json(body), { audience, now });
	expect({ ...token, value: token.value.reveal() }).toEqual({
		value: accessToken,
		audience,
		endsAt: new Date('2026-11-22T05:59:59Z'),
		tenantId: 'tenant-1',
		objectId: 'object-1',
		name: 'ana@contoso.com',
	});
	expect(refreshToken?.reveal()).toBe('next');
});

const wrongSecret = {
	error: 'invalid_client',
	error_description: "AADSTS7000215: Invalid client secret provided. Ensure 's3cr3t' …",
	error_codes: [7000215],
};

const refusals: [name: string, response: Response, code: string, found: string][] = [
	['a wrong secret', Response.json(wrongSecret, { status: 401 }), 'not-signed-in', 'invalid_client AADSTS7000215'],
	[
		'an ended sign-in',
		Response.json({ error: 'invalid_grant', error_codes: [70043] }, { status: 400 }),
		'sign-in-expired',
		'invalid_grant AADSTS70043',
	],
	['a page of a proxy', new Response('<html>', { status: 403 }), 'unexpected-answer', 'status 403'],
	['an outage', new Response('', { status: 503 }), 'azure-unavailable', 'status 503'],
	['throttling', new Response('', { status: 429 }), 'azure-throttled', 'status 429'],
];

it.each(refusals)('%s is told by its codes alone', async (...[, response, code, found]) => {
	const problem = parseEntraTokenResponse(response, { audience, now });
	await expect(problem).rejects.toThrow(expect.objectContaining({ code, found }));
});
