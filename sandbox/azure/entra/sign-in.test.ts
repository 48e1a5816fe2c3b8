import { generateKeyPair, exportJWK, type JWTPayload, SignJWT, type CryptoKey } from 'jose';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Contoso, openContoso, startedAt } from '../contoso.ts';
import { arm, bearer, bodyOf, field, post, tenant, userToken } from '../contoso-client.ts';

const host = 'https://login.microsoftonline.com';
const management = 'https://management.core.windows.net//.default';
const cli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const page = `${host}/common/oauth2/deviceauth`;
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

async function codesOf(response: Response): Promise<unknown[]> {
	const { error, error_codes: codes } = await bodyOf(response);
	return [response.status, error, ...(Array.isArray(codes) ? codes : [])];
}

describe('device code', () => {
	async function start(world: Contoso) {
		const form = { client_id: cli, scope: `${management} offline_access openid profile` };
		const told = await bodyOf(await world.send(post(`${host}/organizations/oauth2/v2.0/devicecode`, form)));
		const poll = () =>
			world.send(
				post(`${host}/organizations/oauth2/v2.0/token`, {
					grant_type: deviceGrant,
					client_id: cli,
					device_code: String(told['device_code']),
					client_info: '1',
				}),
			);
		const answer = (fields: Record<string, string>) =>
			world.send(post(String(told['verification_uri']), { otc: String(told['user_code']), ...fields }));
		return { told, poll, answer };
	}

	it('waits, and lets in whoever signs in on the page', async () => {
		const world = await openContoso();
		const { told, poll, answer } = await start(world);
		expect(told).toMatchObject({ expires_in: 900, interval: 5, verification_uri: page });
		expect(await codesOf(await poll())).toEqual([400, 'authorization_pending', 70016]);
		const refused = await answer({ username: `ana@${tenant}`, password: 'wrong', do: 'approve' });
		expect([refused.status, await codesOf(await poll())]).toEqual([400, [400, 'authorization_pending', 70016]]);
		const approved = await answer({ username: `ana@${tenant}`, password: 'correct horse', do: 'approve' });
		expect([approved.status, await approved.text()]).toEqual([
			200,
			expect.stringContaining(`ana@${tenant} is signed in`),
		]);
		const got = await bodyOf(await poll());
		expect(got).toMatchObject({ refresh_token: expect.any(String), client_info: expect.any(String) });
		expect((await arm(world, String(got['access_token']), { path: '/subscriptions' })).status).toBe(200);
		expect(await codesOf(await poll())).toEqual([400, 'bad_verification_code', 70018]);
	});

	it('is declined, ends, and is made up', async () => {
		const world = await openContoso();
		const declined = await start(world);
		await declined.answer({ do: 'decline' });
		expect(await codesOf(await declined.poll())).toEqual([400, 'authorization_declined', 70017]);
		const late = await start(world);
		world.clock.jump(15 * 60_000);
		expect(await codesOf(await late.poll())).toEqual([400, 'expired_token', 70020]);
		expect((await late.answer({ username: `ana@${tenant}`, password: 'correct horse' })).status).toBe(400);
	});

	it('shows what was typed as text', async () => {
		const world = await openContoso();
		const shown = await world.send(post(page, { otc: '"><script>x</script>', username: 'x' }));
		expect(await shown.text()).not.toContain('<script>');
	});
});

describe('browser', () => {
	const verifier = 'v'.repeat(43);
	const query = new URLSearchParams({
		client_id: cli,
		response_type: 'code',
		redirect_uri: 'http://localhost:8400',
		scope: `${management} openid`,
		state: 'st',
		response_mode: 'form_post',
		code_challenge: createHash('sha256').update(verifier).digest('base64url'),
		code_challenge_method: 'S256',
		nonce: 'n1',
	});
	const address = `${host}/organizations/oauth2/v2.0/authorize?${query.toString()}`;

	it('gives a code to whoever signs in, good once and with its verifier only', async () => {
		const world = await openContoso();
		const redeem = async (code: string, code_verifier: string) =>
			world.send(
				post(`${host}/organizations/oauth2/v2.0/token`, {
					grant_type: 'authorization_code',
					client_id: cli,
					redirect_uri: 'http://localhost:8400',
					code,
					code_verifier,
					scope: management,
				}),
			);
		const enter = async () => {
			const shown = await world.send(post(address, { username: `ana@${tenant}`, password: 'correct horse' }));
			const [, code = ''] = (await shown.text()).match(/name="code" value="([^"]+)"/) ?? [];
			return code;
		};
		expect(await codesOf(await redeem(await enter(), 'other'))).toEqual([400, 'invalid_grant', 70000]);
		const code = await enter();
		const got = await bodyOf(await redeem(code, verifier));
		const [, claims = ''] = String(got['id_token']).split('.');
		expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ nonce: 'n1' });
		expect(await codesOf(await redeem(code, verifier))).toEqual([400, 'invalid_grant', 70000]);
	});

	it('sends no code to another machine', async () => {
		const world = await openContoso();
		const elsewhere = address.replace('http%3A%2F%2Flocalhost%3A8400', 'https%3A%2F%2Fevil.example');
		const shown = await world.send(post(elsewhere, { username: `ana@${tenant}`, password: 'correct horse' }));
		expect([shown.status, await shown.text()]).toEqual([400, expect.stringContaining('AADSTS50011')]);
	});
});

describe('federated assertion', () => {
	const issuer = 'https://issuer.example/abc';
	const subject = 'system:serviceaccount:default:web';
	const audience = 'api://AzureADTokenExchange';

	async function open() {
		const keys = await generateKeyPair('RS256');
		const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256' };
		const world = await openContoso({
			hosts: {
				'issuer.example': async ({ url }) =>
					Response.json(url.endsWith('/keys') ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` }),
			},
		});
		const ana = await userToken(world, `ana@${tenant}`, 'https://graph.microsoft.com/');
		const graph = (path: string, body?: unknown) =>
			world.send(
				bearer(
					`https://graph.microsoft.com/v1.0${path}`,
					ana,
					body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
				),
			);
		const { value } = await bodyOf(await graph("/applications?$filter=displayName eq 'ci'"));
		const [app]: { id: string; appId: string }[] = Array.isArray(value) ? value : [];
		const trust = { name: 'web', issuer, subject, audiences: [audience] };
		const path = `/applications/${app?.id ?? ''}/federatedIdentityCredentials`;
		const trusts = async () => void (await graph(path, trust));
		return { world, keys, appId: app?.appId ?? '', trusts, graph, path };
	}

	function sign(key: CryptoKey, claims: JWTPayload = {}): Promise<string> {
		const now = startedAt.getTime() / 1000;
		return new SignJWT({ iss: issuer, sub: subject, aud: audience, exp: now + 600, nbf: now - 10, ...claims })
			.setProtectedHeader({ alg: 'RS256', kid: 'k1' })
			.sign(key);
	}

	function enter(world: Contoso, appId: string, assertion: string) {
		return world.send(
			post(`${host}/${tenant}/oauth2/v2.0/token`, {
				grant_type: 'client_credentials',
				client_id: appId,
				client_assertion: assertion,
				client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
				scope: management,
			}),
		);
	}

	it('lets in a token of a trusted issuer, subject and audience', async () => {
		const { world, keys, appId, trusts } = await open();
		await trusts();
		expect((await enter(world, appId, await sign(keys.privateKey))).status).toBe(200);
	});

	const refusals: [name: string, claims: JWTPayload, answer: unknown[]][] = [
		['another issuer', { iss: `${issuer}/` }, [401, 'invalid_client', 700211]],
		['another subject', { sub: subject.toUpperCase() }, [401, 'invalid_client', 700213]],
		['another audience', { aud: 'api://other' }, [401, 'invalid_client', 700212]],
		['a token that has ended', { exp: startedAt.getTime() / 1000 - 1 }, [401, 'invalid_client', 700024]],
		['a token of later', { nbf: startedAt.getTime() / 1000 + 100 }, [401, 'invalid_client', 700024]],
		['an end beyond all time', { iss: issuer, nbf: 1e300 }, [401, 'invalid_client', 700024]],
	];
	it.each(refusals)('%s', async (_name, claims, answer) => {
		const { world, keys, appId, trusts } = await open();
		await trusts();
		expect(await codesOf(await enter(world, appId, await sign(keys.privateKey, claims)))).toEqual(answer);
	});

	it('another key, no JWT, no credential, an issuer that nobody runs', async () => {
		const { world, keys, appId, trusts, graph, path } = await open();
		const right = await sign(keys.privateKey);
		expect(await codesOf(await enter(world, appId, right))).toEqual([400, 'invalid_request', 70021]);
		await trusts();
		const { privateKey } = await generateKeyPair('RS256');
		expect(await codesOf(await enter(world, appId, await sign(privateKey)))).toEqual([401, 'invalid_client', 7000272]);
		expect(await codesOf(await enter(world, appId, 'x.y.z'))).toEqual([401, 'invalid_client', 50027]);
		const nowhere = { name: 'nowhere', issuer: 'https://nowhere.example', subject, audiences: [audience] };
		await graph(path, nowhere);
		const assertion = await sign(keys.privateKey, { iss: 'https://nowhere.example' });
		expect(await codesOf(await enter(world, appId, assertion))).toEqual([400, 'invalid_request', 501661]);
	});
});

describe('where', () => {
	it('the older endpoint writes numbers as texts and takes a resource', async () => {
		const world = await openContoso();
		const { refreshToken, clientId } = world.azure.signIn(`ana@${tenant}`);
		const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
		const resource = 'https://management.core.windows.net/';
		const told = await bodyOf(await world.send(post(`${host}/${tenant}/oauth2/token`, { ...form, resource })));
		expect(told).toMatchObject({ expires_in: '4500', expires_on: expect.any(String), resource });
	});

	it('organizations takes a user home and an application nowhere', async () => {
		const world = await openContoso();
		const { refreshToken, clientId, tenantId } = world.azure.signIn('eve@fabrikam.onmicrosoft.com');
		const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, scope: management };
		const token = await field(await world.send(post(`${host}/organizations/oauth2/v2.0/token`, form)), 'access_token');
		expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ tid: tenantId });
		const secret = { grant_type: 'client_credentials', client_id: 'x', client_secret: 'y', scope: management };
		const refused = await world.send(post(`${host}/common/oauth2/v2.0/token`, secret));
		expect(await codesOf(refused)).toEqual([400, 'invalid_request', 50059]);
	});

	it.each(['organizations', 'common'])('%s says that the tenant is not known yet', async (name) => {
		const world = await openContoso();
		const told = await bodyOf(await world.send(new Request(`${host}/${name}/v2.0/.well-known/openid-configuration`)));
		expect(told).toMatchObject({
			issuer: `${host}/{tenantid}/v2.0`,
			token_endpoint: `${host}/${name}/oauth2/v2.0/token`,
		});
	});

	it('tells a resource that the client can answer a claims challenge', async () => {
		const world = await openContoso();
		const { refreshToken, clientId } = world.azure.signIn(`ana@${tenant}`);
		const claims = '{"access_token": {"xms_cc": {"values": ["CP1"]}}}';
		const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, scope: management };
		const told = await world.send(post(`${host}/${tenant}/oauth2/v2.0/token`, { ...form, claims }));
		const [, payload = ''] = (await field(told, 'access_token')).split('.');
		expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ xms_cc: ['CP1'], idtyp: 'user' });
	});
});
