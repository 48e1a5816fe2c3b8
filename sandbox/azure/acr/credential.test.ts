import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { type Contoso, openContoso } from '../contoso.ts';
import { arm, bodyOf, field, post, userToken } from '../contoso-client.ts';

const host = 'myregistry.azurecr.io';

async function open() {
	const world = await openContoso();
	const token = await userToken(world, 'ana@contoso.onmicrosoft.com');
	const [, registry] =
		world.store
			.table<{ id: string; name: string }>('arm/registries')
			.entries()
			.find(([, row]) => row.name === 'myregistry') ?? [];
	const path = registry?.id ?? '';
	const ask = (method: string, tail = '', body?: unknown) =>
		arm(world, token, { path: `${path}${tail}?api-version=2023-11-01-preview`, method, body });
	return { world, ask, path };
}

function basic(user: string, password: string, path: string): Request {
	const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
	return new Request(`https://${host}${path}`, { headers: { authorization } });
}

const everything = 'pull,push,delete,metadata_read,metadata_write';

async function accessOf(world: Contoso, user: string, password: string, scope: string): Promise<unknown> {
	const answer = await world.send(
		basic(user, password, `/oauth2/token?service=${host}&scope=${encodeURIComponent(scope)}`),
	);
	return answer.status === 200 ? decodeJwt(await field(answer, 'access_token'))['access'] : answer.status;
}

describe('the admin user', () => {
	it('has everything, with either password, by GET, by POST and on the way', async () => {
		const { world, ask } = await open();
		await ask('PATCH', '', { properties: { adminUserEnabled: true } });
		const { username, passwords } = await bodyOf(await ask('POST', '/listCredentials'));
		const [first = '', second = ''] = Array.isArray(passwords)
			? passwords.map((one: { value: string }) => one.value)
			: [];
		const all = [
			{ type: 'repository', name: 'app', actions: everything.split(',') },
			{ type: 'registry', name: 'catalog', actions: ['*'] },
		];
		for (const password of [first, second])
			expect(
				await accessOf(world, String(username), password, `repository:app:${everything} registry:catalog:*`),
			).toEqual(all);
		const form = {
			grant_type: 'password',
			service: host,
			scope: 'registry:catalog:*',
			username: String(username),
			password: first,
		};
		expect((await world.send(post(`https://${host}/oauth2/token`, form))).status).toBe(200);
		expect((await world.send(basic(String(username), first, '/v2/_catalog'))).status).toBe(200);
		expect(await accessOf(world, String(username), 'wrong', 'registry:catalog:*')).toBe(401);
		expect(world.last().decision?.reason).toBe('the password is neither of the two that the admin user has');
	});

	it('loses a password when it is renewed, and both when it is disabled', async () => {
		const { world, ask } = await open();
		await ask('PATCH', '', { properties: { adminUserEnabled: true } });
		const { passwords } = await bodyOf(await ask('POST', '/listCredentials'));
		const [first = '', second = ''] = Array.isArray(passwords)
			? passwords.map((one: { value: string }) => one.value)
			: [];
		await ask('POST', '/regenerateCredential', { name: 'password' });
		expect(await accessOf(world, 'myregistry', first, 'repository:app:pull')).toBe(401);
		expect(await accessOf(world, 'myregistry', second, 'repository:app:pull')).toHaveLength(1);
		await ask('PATCH', '', { properties: { adminUserEnabled: false } });
		expect(await accessOf(world, 'myregistry', second, 'repository:app:pull')).toBe(401);
		expect(world.last().decision?.reason).toBe('the admin user is disabled');
	});
});

describe('a repository token', () => {
	async function withToken(actions: string[], expiry?: string) {
		const opened = await open();
		const { ask, path, world } = opened;
		await ask('PUT', '/scopeMaps/map', { properties: { actions } });
		await ask('PUT', '/tokens/robot', { properties: { scopeMapId: `${path}/scopeMaps/map`, status: 'enabled' } });
		world.clock.jump(60_000);
		const made = await bodyOf(await ask('POST', '/generateCredentials', { tokenId: `${path}/tokens/robot`, expiry }));
		const passwords = Array.isArray(made['passwords'])
			? made['passwords'].map((one: { value: string }) => one.value)
			: [];
		return { ...opened, passwords };
	}

	it.each([
		['one repository', 'repositories/app/content/read', 'app', ['pull']],
		['another one', 'repositories/app/content/read', 'app2', undefined],
		['what lies below a prefix', 'repositories/team/*/content/write', 'team/app', ['push']],
		['what only begins alike', 'repositories/team/*/content/read', 'team-two', undefined],
		['deletion', 'repositories/app/content/delete', 'app', ['delete']],
		['reading metadata', 'repositories/app/metadata/read', 'app', ['metadata_read']],
		['a name that a pattern could mean otherwise', 'repositories/a.p/content/read', 'a-p', undefined],
	])('covers %s as its scope map says', async (_name, action, repository, actions) => {
		const { world, passwords } = await withToken([action]);
		const scope = `repository:${repository}:${everything}`;
		const expected = actions ? [{ type: 'repository', name: repository, actions }] : [];
		for (const password of passwords) expect(await accessOf(world, 'robot', password, scope)).toEqual(expected);
		expect(await accessOf(world, 'robot', passwords[0] ?? '', 'registry:catalog:*')).toEqual([]);
	});

	it('says in the log what its scope map leaves out', async () => {
		const { world, passwords } = await withToken(['repositories/app/content/read']);
		await accessOf(world, 'robot', passwords[0] ?? '', 'repository:other:pull');
		expect(world.last().decision?.reason).toBe(
			'granted nothing; "pull" dropped: the scope map "map" of the token "robot" does not allow it on "other"',
		);
	});

	it('ends with its password, and stops when it is disabled', async () => {
		const { world, ask, passwords } = await withToken(['repositories/app/content/read'], '2026-11-22T11:00:00Z');
		world.clock.jump(59 * 60_000 - 1);
		expect(await accessOf(world, 'robot', passwords[0] ?? '', 'repository:app:pull')).toHaveLength(1);
		world.clock.jump(1);
		expect(await accessOf(world, 'robot', passwords[0] ?? '', 'repository:app:pull')).toBe(401);
		expect(world.last().decision?.reason).toContain('could be used until 2026-11-22T11:00:00.000Z');
		await ask('PATCH', '/tokens/robot', { properties: { status: 'disabled' } });
		expect(await accessOf(world, 'robot', passwords[0] ?? '', 'repository:app:pull')).toBe(401);
		expect(world.last().decision?.reason).toBe('the token "robot" is disabled');
	});
});

describe('the network', () => {
	it.each([
		['any address while the registry allows all', {}, 200],
		['no address but those listed', { networkRuleSet: { defaultAction: 'Deny', ipRules: [] } }, 403],
		[
			'an address in a listed range',
			{ networkRuleSet: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24' }] } },
			200,
		],
		[
			'an address beside a listed one',
			{ networkRuleSet: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.11' }] } },
			403,
		],
		['nobody while public access is disabled', { publicNetworkAccess: 'Disabled' }, 403],
	])('lets through %s', async (_name, properties, status) => {
		const { world, ask } = await open();
		await ask('PATCH', '', { properties: { ...properties, adminUserEnabled: true } });
		const { passwords } = await bodyOf(await ask('POST', '/listCredentials'));
		const [first] = Array.isArray(passwords) ? passwords : [];
		for (const path of ['/v2/', `/oauth2/token?service=${host}`]) {
			const answer = await world.send(basic('myregistry', first.value, path));
			expect(answer.status).toBe(status);
			if (status !== 403) continue;
			expect(await answer.text()).toBe(
				`{"errors":[{"code":"DENIED","message":"client with IP '203.0.113.10' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.","detail":null}]}\n`,
			);
			expect(world.last().decision?.reason).toMatch(/firewall|public access/);
		}
	});

	it('is asked at a dedicated data endpoint, too', async () => {
		const { world, ask } = await open();
		await ask('PATCH', '', { properties: { dataEndpointEnabled: true } });
		const data = () => world.send(new Request('https://myregistry.westeurope.data.azurecr.io/x/y?se=x&sig=y'));
		expect((await data()).headers.get('x-ms-error-code')).toBe('AuthenticationFailed');
		await ask('PATCH', '', { properties: { publicNetworkAccess: 'Disabled' } });
		expect((await data()).headers.get('x-ms-error-code')).toBe('AuthorizationFailure');
		await ask('PATCH', '', { properties: { dataEndpointEnabled: false } });
		expect(world.azure.handlerFor('myregistry.westeurope.data.azurecr.io')).toBeUndefined();
	});
});

it('a throttled registry says how long to wait, and serves after that', async () => {
	const world = await openContoso({ settings: { registryThrottle: { requests: 2, refillMs: 60_000 } } });
	const ask = () => world.send(new Request(`https://${host}/v2/`));
	expect([(await ask()).status, (await ask()).status]).toEqual([401, 401]);
	const refused = await ask();
	expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
	expect(await bodyOf(refused)).toMatchObject({ errors: [{ code: 'TOOMANYREQUESTS' }] });
	expect(world.last().decision?.reason).toContain('has had its 2 read requests');
	world.clock.jump(30_000);
	expect((await ask()).status).toBe(401);
	expect((await ask()).status).toBe(429);
});
