import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import { accessToken, bodyOf, exchange, field, post, userToken } from '../contoso-client.ts';
import { readRecording, recordings } from '../test-recordings.ts';

const host = 'myregistry.azurecr.io';
const ana = 'ana@contoso.onmicrosoft.com';
const tokenUser = '00000000-0000-0000-0000-000000000000';

async function open() {
	const ciPulls = { principal: 'ci', role: 'AcrPull', scope: 'myregistry' };
	const world = await openContoso({
		world: { ...declaration, assignments: [...(declaration.assignments ?? []), ciPulls] },
	});
	const refreshToken = await field(await exchange(world, host, await userToken(world, ana)), 'refresh_token');
	return { world, refreshToken };
}

function appId(world: Contoso, name: string): string {
	const rows = world.store.table<{ name: string; appId?: string }>('entra/principals').entries();
	return rows.find(([, row]) => row.name === name)?.[1].appId ?? '';
}

function get(user: string | undefined, password = '', scope = 'repository:nginx:pull'): Request {
	const headers =
		user === undefined ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
	return new Request(`https://${host}/oauth2/token?service=${host}&scope=${encodeURIComponent(scope)}`, { headers });
}

function accessIn(jwt: string): unknown {
	return decodeJwt(jwt)['access'];
}

const pullNginx = [{ type: 'repository', name: 'nginx', actions: ['pull'] }];

describe('who gets a token, by verb and credential', () => {
	interface Seen {
		world: Contoso;
		refreshToken: string;
	}
	const form = { service: host, scope: 'repository:nginx:pull' };
	const url = `https://${host}/oauth2/token`;
	const cases: [name: string, ask: (seen: Seen) => Request, status: number, access?: unknown][] = [
		['GET, token user with a refresh token', ({ refreshToken }) => get(tokenUser, refreshToken), 200, pullNginx],
		['GET, token user with rubbish', () => get(tokenUser, 'x'), 401],
		['GET, application with its secret', ({ world }) => get(appId(world, 'ci'), 'ci-secret'), 200, pullNginx],
		['GET, application with a wrong secret', ({ world }) => get(appId(world, 'ci'), 'x'), 401],
		['GET, application without a role', ({ world }) => get(appId(world, 'direct'), 'direct-secret'), 401],
		['GET, admin user while it is disabled', () => get('myregistry', 'x'), 401],
		['GET, nobody', () => get(undefined), 401],
		[
			'POST refresh_token',
			({ refreshToken }) => post(url, { ...form, grant_type: 'refresh_token', refresh_token: refreshToken }),
			200,
			pullNginx,
		],
		['POST refresh_token, rubbish', () => post(url, { ...form, grant_type: 'refresh_token', refresh_token: 'x' }), 401],
		[
			'POST password, token user: turns containerd to GET',
			({ refreshToken }) => post(url, { ...form, grant_type: 'password', username: tokenUser, password: refreshToken }),
			400,
		],
		[
			'POST password, application',
			({ world }) =>
				post(url, { ...form, grant_type: 'password', username: appId(world, 'ci'), password: 'ci-secret' }),
			400,
		],
		['POST password, nobody', () => post(url, { ...form, grant_type: 'password', refresh_token: '' }), 401],
		['POST with an unknown grant', () => post(url, { ...form, grant_type: 'device_code' }), 400],
	];
	it.each(cases)('%s', async (_name, ask, status, access) => {
		const seen = await open();
		const answer = await seen.world.send(ask(seen));
		expect(answer.status).toBe(status);
		if (status === 200) expect(accessIn(await field(answer, 'access_token'))).toEqual(access);
	});

	it('anonymous pull, where the registry has it: pull and nothing else', async () => {
		const { world } = await open();
		const table = world.store.table<Record<string, unknown>>('arm/registries');
		for (const [key, row] of table.entries()) table.set(key, { ...row, anonymousPull: true });
		const answer = await world.send(get(undefined, '', 'repository:nginx:pull,push'));
		expect(accessIn(await field(answer, 'access_token'))).toEqual(pullNginx);
		const posted = await world.send(post(url, { ...form, grant_type: 'password', refresh_token: '' }));
		expect(accessIn(await field(posted, 'access_token'))).toEqual(pullNginx);
	});

	it('an access token as a password gives no more than it holds', async () => {
		const { world, refreshToken } = await open();
		const token = await field(
			await accessToken(world, host, { refreshToken, scope: 'repository:nginx:pull' }),
			'access_token',
		);
		const answer = await world.send(get(tokenUser, token, 'repository:nginx:pull,push repository:other:pull'));
		expect(accessIn(await field(answer, 'access_token'))).toEqual(pullNginx);
	});
});

describe('scopes', () => {
	it.each<[scope: string, access: unknown[]]>([
		['repository:team/app:pull,push', [{ type: 'repository', name: 'team/app', actions: ['pull', 'push'] }]],
		['repository:nginx:fly', []],
		['registry:None:*', []],
		['registry:catalog:*', [{ type: 'registry', name: 'catalog', actions: ['*'] }]],
		['repository:nginx:metadata_read', [{ type: 'repository', name: 'nginx', actions: ['metadata_read'] }]],
		['rubbish', []],
		['repository:constructor:constructor', []],
	])('%s', async (scope, access) => {
		const { world, refreshToken } = await open();
		const answer = await accessToken(world, host, { refreshToken, scope });
		expect(accessIn(await field(answer, 'access_token'))).toEqual(access);
	});
});

describe('the exchange', () => {
	it("takes the grant type of the kubelet's provider", async () => {
		const { world } = await open();
		const token = await userToken(world, ana, 'https://containerregistry.azure.net');
		const form = { grant_type: 'access_token_refresh_token', service: host, refresh_token: token, access_token: token };
		expect((await world.send(post(`https://${host}/oauth2/exchange`, form))).status).toBe(200);
	});

	it('is a POST', async () => {
		const { world } = await open();
		expect((await world.send(new Request(`https://${host}/oauth2/exchange`))).status).toBe(404);
	});

	it('refuses tokens for Resource Manager where the registry says so, never those for registries', async () => {
		const { world } = await open();
		const table = world.store.table<Record<string, unknown>>('arm/registries');
		for (const [key, row] of table.entries()) table.set(key, { ...row, armAudience: false });
		expect((await exchange(world, host, await userToken(world, ana))).status).toBe(401);
		expect(world.last().decision?.reason).toBe('the token is for the audience "https://management.core.windows.net/"');
		const own = await userToken(world, ana, 'https://containerregistry.azure.net');
		expect((await exchange(world, host, own)).status).toBe(200);
	});
});

describe.skipIf(!recordings)(recordings ? 'as recorded' : 'not run: reference material absent', () => {
	const recorded = recordings ? readRecording('acr.dataplane_from_artifact_streaming.json') : [];

	/** Claims in the text that the recording left of a token. */
	function claimsOf(path: string): { keys: string[]; lifetime: number; kid: string } {
		const body = JSON.stringify(recorded.find(({ uri }) => uri.endsWith(path))?.responseBody);
		const claims = body.match(/'claims': (\{.*\})\}>/)?.[1] ?? '{}';
		const [, exp = '0'] = claims.match(/'exp': (\d+)/) ?? [];
		const [, iat = '0'] = claims.match(/'iat': (\d+)/) ?? [];
		const keys = [...claims.matchAll(/'(\w+)':/g)].flatMap(([, key]) => key ?? []);
		return { keys, lifetime: Number(exp) - Number(iat), kid: body.match(/'kid': '([^']+)'/)?.[1] ?? '' };
	}

	it('a refresh token has the same claims and lifetime', async () => {
		const { refreshToken } = await open();
		const claims = decodeJwt(refreshToken);
		const real = claimsOf('/oauth2/exchange');
		const names = [
			'jti',
			'sub',
			'nbf',
			'exp',
			'iat',
			'iss',
			'aud',
			'version',
			'rid',
			'grant_type',
			'appid',
			'tenant',
			'permissions',
			'roles',
		];
		expect(real.keys).toEqual(expect.arrayContaining(names));
		expect(Object.keys(claims).toSorted()).toEqual(names.toSorted());
		expect(Number(claims.exp) - Number(claims.iat)).toBe(real.lifetime);
		expect(decodeProtectedHeader(refreshToken).kid).toMatch(/^([A-Z2-7]{4}:){11}[A-Z2-7]{4}$/);
		expect(real.kid).toMatch(/^([A-Z2-7]{4}:){11}[A-Z2-7]{4}$/);
	});

	it('an access token has the same claims and lifetime', async () => {
		const { world, refreshToken } = await open();
		const answer = await accessToken(world, host, { refreshToken, scope: 'repository:nginx:pull' });
		const claims = decodeJwt(await field(answer, 'access_token'));
		const real = claimsOf('/oauth2/token');
		expect(Number(claims.exp) - Number(claims.iat)).toBe(real.lifetime);
		const names = [
			'jti',
			'sub',
			'nbf',
			'exp',
			'iat',
			'iss',
			'aud',
			'version',
			'rid',
			'access',
			'roles',
			'grant_type',
			'appid',
		];
		expect(real.keys).toEqual(expect.arrayContaining(names));
		expect(Object.keys(claims).toSorted()).toEqual(names.toSorted());
	});

	it('a challenge has the same status, headers and body', async () => {
		const { world } = await open();
		const real = recorded.find(({ uri }) => uri.endsWith('/v2/'));
		const answer = await world.send(new Request(`https://${host}/v2/`));
		expect(answer.status).toBe(real?.status);
		expect(await bodyOf(answer)).toEqual(real?.responseBody);
		const challenge = real?.responseHeaders['www-authenticate']?.[0] ?? '';
		expect(answer.headers.get('www-authenticate')).toBe(challenge.replaceAll(/[a-z0-9]+\.azurecr\.io/g, host));
		for (const name of ['docker-distribution-api-version', 'content-type']) {
			expect(answer.headers.get(name)).toBe(real?.responseHeaders[name]?.[0]);
		}
		expect(answer.headers.get('access-control-expose-headers')).toBe(
			real?.responseHeaders['access-control-expose-headers']?.join(', '),
		);
	});
});
