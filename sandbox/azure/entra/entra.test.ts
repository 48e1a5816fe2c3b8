import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { openContoso, startedAt } from '../contoso.ts';
import { appToken, arm, bodyOf, field, post, tenant, userToken } from '../contoso-client.ts';

const host = 'https://login.microsoftonline.com';
const management = 'https://management.core.windows.net//.default';
const ana = `ana@${tenant}`;

async function open() {
	const world = await openContoso();
	const rows = world.store.table<{ name: string; appId?: string }>('entra/principals').entries();
	const appId = rows.find(([, { name }]) => name === 'ci')?.[1].appId ?? '';
	return { world, appId };
}

function token(form: Record<string, string>, name = tenant): Request {
	return post(`${host}/${name}/oauth2/v2.0/token`, { scope: management, ...form });
}

describe('the token endpoint', () => {
	it('gives an application a token that verifies with the published keys', async () => {
		const { world, appId } = await open();
		const secret = { grant_type: 'client_credentials', client_id: appId, client_secret: 'ci-secret' };
		const answer = await world.send(token(secret));
		const body: unknown = await answer.clone().json();
		expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 });
		expect(body).not.toHaveProperty('refresh_token');
		const jwt = await field(answer, 'access_token');

		const keys = await world.send(new Request(`${host}/${tenant}/discovery/v2.0/keys`));
		const { keys: published } = await bodyOf(keys);
		const { kid } = decodeProtectedHeader(jwt);
		const key = createLocalJWKSet({ keys: Array.isArray(published) ? published : [] });
		const { payload } = await jwtVerify(jwt, key, { currentDate: startedAt });
		expect(payload).toMatchObject({
			aud: 'https://management.core.windows.net/',
			iss: `https://sts.windows.net/${String(payload['tid'])}/`,
			appid: appId,
			idtyp: 'app',
			groups: [expect.any(String)],
		});
		expect(kid).toMatch(/^[\w-]{27}$/);
	});

	it('gives a user 75 minutes and another refresh token', async () => {
		const { world } = await open();
		const { refreshToken, clientId, tenantId } = world.azure.signIn(ana);
		const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, client_info: '1' };
		const answer = await world.send(token(form, tenantId));
		const body: unknown = await answer.json();
		expect(body).toMatchObject({
			expires_in: 4500,
			refresh_token: expect.stringMatching(/^1\./),
			id_token: expect.stringMatching(/^ey/),
			client_info: expect.any(String),
		});
		expect(world.last()).toMatchObject({ principal: ana, decision: { allowed: true } });
	});

	it('divides lifetimes by the time scale', async () => {
		const world = await openContoso({ scale: 10 });
		const claims = decodeJwt(await userToken(world, ana));
		expect(Number(claims.exp) - Number(claims.iat)).toBe(450);
	});

	it('lets a user in with a password, and no other', async () => {
		const { world } = await open();
		const { clientId } = world.azure.signIn(ana);
		const form = { grant_type: 'password', client_id: clientId, username: ana, password: 'correct horse' };
		expect((await world.send(token(form))).status).toBe(200);
		expect(await aadsts(await world.send(token({ ...form, password: 'wrong' })))).toEqual([
			400,
			'invalid_grant',
			50126,
		]);
	});

	it('captures groups when the token is issued', async () => {
		const { world, appId } = await open();
		const groups = decodeJwt(await appToken(world, { appId, secret: 'ci-secret' }))['groups'];
		world.store
			.table('entra/members')
			.entries()
			.forEach(([key]) => world.store.table('entra/members').delete(key));
		expect(groups).toHaveLength(1);
		expect(decodeJwt(await appToken(world, { appId, secret: 'ci-secret' }))['groups']).toEqual([]);
	});
});

async function aadsts(response: Response): Promise<unknown[]> {
	const { error, error_codes: codes } = await bodyOf(response);
	return [response.status, error, ...(Array.isArray(codes) ? codes : [])];
}

describe('refusals', () => {
	const secret = { grant_type: 'client_credentials', client_secret: 'ci-secret' };
	const cases: [name: string, form: Record<string, string>, tenant: string, answer: unknown[]][] = [
		['an unknown tenant', secret, 'nowhere.onmicrosoft.com', [400, 'invalid_tenant', 90002]],
		[
			'an unknown application',
			{ ...secret, client_id: '5f0c1c3e-0000-4000-8000-000000000000' },
			tenant,
			[400, 'unauthorized_client', 700016],
		],
		['an application of another tenant', secret, 'fabrikam.onmicrosoft.com', [400, 'unauthorized_client', 700016]],
		['a wrong secret', { ...secret, client_secret: 'x' }, tenant, [401, 'invalid_client', 7000215]],
		['no secret', { ...secret, client_secret: '' }, tenant, [401, 'invalid_client', 7000218]],
		[
			'a resource nobody knows',
			{ ...secret, scope: 'https://example.com/.default' },
			tenant,
			[400, 'invalid_resource', 500011],
		],
		['no scope', { ...secret, scope: '' }, tenant, [400, 'invalid_request', 900144]],
		['no grant type', { client_id: 'x' }, tenant, [400, 'invalid_request', 900144]],
		[
			'a made-up refresh token',
			{ grant_type: 'refresh_token', refresh_token: 'x', client_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46' },
			tenant,
			[400, 'invalid_grant', 9002313],
		],
	];
	it.each(cases)('%s', async (_name, form, where, answer) => {
		const { world, appId } = await open();
		const response = await world.send(token({ client_id: appId, ...form }, where));
		expect(await aadsts(response)).toEqual(answer);
	});

	it('a refresh token of another tenant', async () => {
		const { world } = await open();
		const { refreshToken, clientId } = world.azure.signIn('eve@fabrikam.onmicrosoft.com');
		const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
		expect(await aadsts(await world.send(token(form)))).toEqual([400, 'invalid_grant', 9002313]);
	});

	it('an expired secret', async () => {
		const { world, appId } = await open();
		const table = world.store.table<Record<string, unknown>>('entra/passwords');
		for (const [key, row] of table.entries(appId)) table.set(key, { ...row, endsAt: startedAt.toISOString() });
		const response = await world.send(token({ ...secret, client_id: appId }));
		expect(await aadsts(response)).toEqual([401, 'invalid_client', 7000222]);
	});

	it('never tells the secret, neither in the answer nor in the log', async () => {
		const { world, appId } = await open();
		const response = await world.send(token({ ...secret, client_id: appId, client_secret: 'open-sesame' }));
		expect((await response.text()) + JSON.stringify(world.last())).not.toContain('open-sesame');
	});
});

describe('discovery', () => {
	it('names the token endpoint under the tenant id, by id or by domain', async () => {
		const { world } = await open();
		const answer = await world.send(new Request(`${host}/${tenant}/v2.0/.well-known/openid-configuration`));
		const { token_endpoint: endpoint, issuer } = await bodyOf(answer);
		expect(endpoint).toMatch(/^https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}\/oauth2\/v2\.0\/token$/);
		const id = new URL(String(endpoint)).pathname.split('/')[1];
		expect(issuer).toBe(`${host}/${id}/v2.0`);
		expect((await world.send(new Request(`${host}/${id}/v2.0/.well-known/openid-configuration`))).status).toBe(200);
	});

	it('fails for an unknown tenant already here', async () => {
		const { world } = await open();
		const answer = await world.send(new Request(`${host}/nowhere.com/v2.0/.well-known/openid-configuration`));
		expect(await aadsts(answer)).toEqual([400, 'invalid_tenant', 90002]);
	});

	it('knows the instance', async () => {
		const { world } = await open();
		const answer = await world.send(new Request(`${host}/common/discovery/instance?api-version=1.1`));
		expect(await answer.json()).toHaveProperty('metadata.0.aliases.0', 'login.microsoftonline.com');
	});
});

it('a token of Entra opens Resource Manager', async () => {
	const { world } = await open();
	const answer = await arm(world, await userToken(world, ana), { path: '/subscriptions' });
	expect(await answer.json()).toMatchObject({ value: [{ displayName: 'Payments', state: 'Enabled' }] });
});
