/** What the token service answers whom (`vectors/acr-tokens.json`); prints itself, with how sure each cell is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import { accessToken, appToken, arm, bodyOf, exchange, field, post, userToken } from '../contoso-client.ts';

interface Case {
	name: string;
	given: { endpoint: 'token' | 'exchange'; verb: 'GET' | 'POST'; grant?: string; user: string };
	expect: { status: number; certainty: string; source: string };
}

const file = join(import.meta.dirname, '../../../vectors/acr-tokens.json');
const { cases }: { cases: Case[] } = JSON.parse(readFileSync(file, 'utf8'));

const host = 'myregistry.azurecr.io';
const scope = 'repository:nginx:pull';
const tokenUser = '00000000-0000-0000-0000-000000000000';
const ana = 'ana@contoso.onmicrosoft.com';

interface Registry {
	world: Contoso;
	change(properties: object): Promise<unknown>;
	ask(method: string, tail: string, body?: unknown): Promise<Response>;
	path: string;
}

async function open(): Promise<Registry> {
	const pulls = { principal: 'ci', role: 'AcrPull', scope: 'myregistry' };
	const world = await openContoso({
		world: { ...declaration, assignments: [...(declaration.assignments ?? []), pulls] },
	});
	const [, row] =
		world.store
			.table<{ id: string; name: string }>('arm/registries')
			.entries()
			.find(([, one]) => one.name === 'myregistry') ?? [];
	const path = row?.id ?? '';
	const token = await userToken(world, ana);
	const ask = (method: string, tail: string, body?: unknown) =>
		arm(world, token, { path: `${path}${tail}?api-version=2023-11-01-preview`, method, body });
	return { world, ask, path, change: (properties) => ask('PATCH', '', { properties }) };
}

function appId(world: Contoso, name: string): string {
	const rows = world.store.table<{ name: string; appId?: string }>('entra/principals').entries();
	return rows.find(([, row]) => row.name === name)?.[1].appId ?? '';
}

type Login = { user: string; password: string } | undefined;

const refresh = async ({ world }: Registry) =>
	field(await exchange(world, host, await userToken(world, ana)), 'refresh_token');

async function admin({ ask, change }: Registry): Promise<Login> {
	await change({ adminUserEnabled: true });
	const { passwords } = await bodyOf(await ask('POST', '/listCredentials'));
	return { user: 'myregistry', password: Array.isArray(passwords) ? passwords[0].value : '' };
}

async function robot({ ask, path, world }: Registry): Promise<Login> {
	const properties = { scopeMapId: `${path}/scopeMaps/_repositories_pull`, status: 'enabled' };
	await ask('PUT', '/tokens/robot', { properties });
	world.clock.jump(60_000);
	const { passwords } = await bodyOf(await ask('POST', '/generateCredentials', { tokenId: `${path}/tokens/robot` }));
	return { user: 'robot', password: Array.isArray(passwords) ? passwords[0].value : '' };
}

/** Each user's name and password; nobody has none. */
const logins: Record<string, (registry: Registry) => Promise<Login>> = {
	'token user, refresh token': async (one) => ({ user: tokenUser, password: await refresh(one) }),
	'token user, access token': async (one) => {
		const answer = await accessToken(one.world, host, { refreshToken: await refresh(one), scope });
		return { user: tokenUser, password: await field(answer, 'access_token') };
	},
	'token user, rubbish': async () => ({ user: tokenUser, password: 'rubbish' }),
	'application, secret': async ({ world }) => ({ user: appId(world, 'ci'), password: 'ci-secret' }),
	'application, wrong secret': async ({ world }) => ({ user: appId(world, 'ci'), password: 'wrong' }),
	'application without a role, secret': async ({ world }) => ({
		user: appId(world, 'direct'),
		password: 'direct-secret',
	}),
	'admin user': admin,
	'admin user, wrong password': async (one) => ({ user: (await admin(one))?.user ?? '', password: 'wrong' }),
	'admin user, disabled': async (one) => {
		const login = await admin(one);
		await one.change({ adminUserEnabled: false });
		return login;
	},
	'repository token': robot,
	'repository token, wrong password': async (one) => ({ user: (await robot(one))?.user ?? '', password: 'wrong' }),
	'repository token, disabled': async (one) => {
		const login = await robot(one);
		await one.ask('PATCH', '/tokens/robot', { properties: { status: 'disabled' } });
		return login;
	},
	'a user that is none': async () => ({ user: 'somebody', password: 'something' }),
	'nobody, anonymous pull on': async (one) => void (await one.change({ anonymousPullEnabled: true })),
	'nobody, anonymous pull off': async () => undefined,
};

const arms = 'https://management.core.windows.net/';
const acrs = 'https://containerregistry.azure.net';
const refuseArm = { policies: { azureADAuthenticationAsArmPolicy: { status: 'disabled' } } };

/** What is handed to the exchange. */
const entraTokens: Record<string, (registry: Registry) => Promise<string>> = {
	'Entra token for Resource Manager': ({ world }) => userToken(world, ana, arms),
	'Entra token for registries': ({ world }) => userToken(world, ana, acrs),
	'Entra token for Resource Manager, where the registry refuses those': async ({ world, change }) => {
		await change(refuseArm);
		return userToken(world, ana, arms);
	},
	'Entra token for registries, where the registry refuses the others': async ({ world, change }) => {
		await change(refuseArm);
		return userToken(world, ana, acrs);
	},
	'Entra token for Graph': ({ world }) => userToken(world, ana, 'https://graph.microsoft.com'),
	'Entra token of another tenant': ({ world }) =>
		appToken(world, { appId: appId(world, 'spy'), secret: 'spy-secret', domain: 'fabrikam.onmicrosoft.com' }),
	'Entra token without a role': ({ world }) =>
		appToken(world, { appId: appId(world, 'direct'), secret: 'direct-secret' }),
	'Entra token that has ended': async ({ world }) => {
		const token = await userToken(world, ana);
		world.clock.jump(24 * 3_600_000);
		return token;
	},
	rubbish: async () => 'rubbish',
};

async function requestFor(registry: Registry, { endpoint, verb, grant = '', user }: Case['given']): Promise<Request> {
	const url = `https://${host}/oauth2/${endpoint}`;
	if (endpoint === 'exchange') {
		const token = (await entraTokens[user]?.(registry)) ?? '';
		if (verb === 'GET') return new Request(url);
		const shownAs = grant === 'refresh_token' ? 'refresh_token' : 'access_token';
		return post(url, { grant_type: grant, service: host, [shownAs]: token });
	}
	const login = await logins[user]?.(registry);
	if (verb === 'GET') {
		const headers = login ? { authorization: `Basic ${btoa(`${login.user}:${login.password}`)}` } : {};
		return new Request(`${url}?service=${host}&scope=${scope}`, { headers });
	}
	const shown =
		grant === 'refresh_token'
			? { refresh_token: login?.password ?? '' }
			: login
				? { username: login.user, password: login.password }
				: { refresh_token: '' };
	return post(url, { grant_type: grant, service: host, scope, ...shown });
}

const lines: string[] = [];
afterAll(() => {
	const unknown = cases.filter((one) => one.expect.certainty === 'unknown').length;
	console.info([...lines, '', `${cases.length} cells, ${unknown} of them not known from any source`].join('\n'));
});

describe('the token service answers', () => {
	it.each(cases)('$name', async ({ name, given, expect: { status, certainty, source } }) => {
		const registry = await open();
		const answer = await registry.world.send(await requestFor(registry, given));
		lines.push(`${name.padEnd(100)}${answer.status}  ${certainty.padEnd(12)}${source}`);
		expect(answer.status).toBe(status);
		if (status === 200) return;
		// Whatever is refused says why in the log; a route that does not exist decides nothing.
		if (status !== 404) expect(registry.world.last().decision).toMatchObject({ allowed: false });
		if (status === 401)
			expect(await answer.text()).toBe(
				'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization for more information.","detail":null}]}\n',
			);
	});
});
