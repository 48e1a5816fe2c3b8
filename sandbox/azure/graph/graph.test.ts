import { describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import { bearer, bodyOf, field, post, tenant, userToken } from '../contoso-client.ts';

const graph = 'https://graph.microsoft.com/';

/** One call to Graph. */
async function call(
	world: Contoso,
	token: string,
	[method, path, body]: [method: string, path: string, body?: unknown],
) {
	const content = body === undefined ? {} : { body: JSON.stringify(body) };
	const answer = await world.send(bearer(`${graph}v1.0${path}`, token, { method, ...content }));
	const told: Record<string, unknown> = answer.status === 204 ? {} : await bodyOf(answer);
	return { status: answer.status, told, answer };
}

async function open(settings = {}) {
	const world = await openContoso({ settings });
	const ana = await userToken(world, `ana@${tenant}`, graph);
	const bob = await userToken(world, `bob@${tenant}`, graph);
	return { world, ana, bob };
}

function values(told: Record<string, unknown>): Record<string, unknown>[] {
	return Array.isArray(told['value']) ? told['value'] : [];
}

describe('who may do what', () => {
	const group = { displayName: 'g', mailEnabled: false, mailNickname: 'g', securityEnabled: true };
	const user = {
		accountEnabled: true,
		displayName: 'Dora',
		mailNickname: 'dora',
		userPrincipalName: `dora@${tenant}`,
		passwordProfile: { password: 'Enough-1' },
	};
	const cases: [who: 'ana' | 'bob' | 'ci' | 'eve', method: string, path: string, body: unknown, status: number][] = [
		['bob', 'GET', '/users', undefined, 200],
		['bob', 'POST', '/applications', { displayName: 'mine' }, 201],
		['bob', 'POST', '/groups', group, 201],
		['bob', 'POST', '/users', user, 403],
		['ana', 'POST', '/users', user, 201],
		['bob', 'PATCH', '/applications/CI', { displayName: 'x' }, 403],
		['bob', 'POST', '/applications/CI/addPassword', {}, 403],
		['bob', 'DELETE', '/applications/CI', undefined, 403],
		['bob', 'POST', '/groups/PULLERS/members/$ref', { '@odata.id': `${graph}v1.0/directoryObjects/BOB` }, 403],
		['ana', 'POST', '/groups/PULLERS/members/$ref', { '@odata.id': `${graph}v1.0/directoryObjects/BOB` }, 204],
		['ci', 'GET', '/servicePrincipals', undefined, 403],
		['ci', 'POST', '/applications', { displayName: 'x' }, 403],
		['ci', 'GET', '/me', undefined, 400],
		['eve', 'GET', '/applications/CI', undefined, 404],
		['eve', 'DELETE', '/users/BOB', undefined, 404],
	];
	it.each(cases)('%s: %s %s', async (who, method, path, body, status) => {
		const { world, ana, bob } = await open();
		const eve = await userToken(world, 'eve@fabrikam.onmicrosoft.com', graph);
		const ids = await idsIn(world, ana);
		const fill = (text: string) => text.replace(/\b(CI|PULLERS|BOB)\b/, (name) => ids[name] ?? name);
		const token = { ana, bob, eve, ci: who === 'ci' ? await ciToken(world, ids['CI_APP'] ?? '') : '' }[who];
		const filled: unknown = body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body)));
		const { status: found, told } = await call(world, token, [method, fill(path), filled]);
		expect([found, found === 403 ? told : {}]).toMatchObject([
			status,
			status === 403 ? { error: { code: 'Authorization_RequestDenied', innerError: {} } } : {},
		]);
		expect(world.last().decision?.allowed).toBe(status !== 403 && status !== 400);
	});

	async function idsIn(world: Contoso, token: string): Promise<Record<string, string>> {
		const [ci] = values((await call(world, token, ['GET', "/applications?$filter=displayName eq 'ci'"])).told);
		const [pullers] = values((await call(world, token, ['GET', "/groups?$filter=displayName eq 'pullers'"])).told);
		const bob = (await call(world, token, ['GET', `/users/bob@${tenant}`])).told;
		const texts = { CI: ci?.['id'], CI_APP: ci?.['appId'], PULLERS: pullers?.['id'], BOB: bob['id'] };
		return Object.fromEntries(Object.entries(texts).map(([name, id]) => [name, String(id)]));
	}

	async function ciToken(world: Contoso, appId: string) {
		return field(await secretSignIn(world, appId, 'ci-secret'), 'access_token');
	}
});

function secretSignIn(world: Contoso, appId: string, secret: string) {
	const scope = `${graph}/.default`;
	const form = { grant_type: 'client_credentials', client_id: appId, client_secret: secret, scope };
	return world.send(post(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, form));
}

describe('passwords', () => {
	it('tells a secret once, and lets it in until its end or its removal', async () => {
		const { world, bob } = await open();
		const { told: made } = await call(world, bob, ['POST', '/applications', { displayName: 'mine' }]);
		const [path, appId] = [`/applications/${String(made['id'])}`, String(made['appId'])];
		await call(world, bob, ['POST', '/servicePrincipals', { appId }]);
		const add = (endDateTime: string) =>
			call(world, bob, ['POST', `${path}/addPassword`, { passwordCredential: { displayName: 'k', endDateTime } }]);
		const short = (await add('2026-11-22T11:00:00Z')).told;
		const long = (await add('2027-11-22T11:00:00Z')).told;
		const shownAgain = JSON.stringify((await call(world, bob, ['GET', path])).told);
		expect(shownAgain).not.toContain(String(short['secretText']));
		const enter = async (secret: unknown) => {
			const body = await bodyOf(await secretSignIn(world, appId, String(secret)));
			return body['error_codes'] ?? 'in';
		};
		expect([await enter(short['secretText']), await enter(long['secretText'])]).toEqual(['in', 'in']);
		world.clock.jump(3_600_000);
		expect([await enter(short['secretText']), await enter(long['secretText'])]).toEqual([[7000222], 'in']);
		const again = await userToken(world, `bob@${tenant}`, graph);
		const removed = await call(world, again, ['POST', `${path}/removePassword`, { keyId: long['keyId'] }]);
		expect([removed.status, await enter(long['secretText'])]).toEqual([204, [7000215]]);
	});

	it('says so when an application has no service principal', async () => {
		const { world, bob } = await open();
		const { told: made } = await call(world, bob, ['POST', '/applications', { displayName: 'mine' }]);
		const answer = await bodyOf(await secretSignIn(world, String(made['appId']), 'x'));
		expect(answer['error_codes']).toEqual([7000229]);
	});

	it('an application that is deleted lets nobody in, and takes its service principal along', async () => {
		const { world, bob } = await open();
		const { told: made } = await call(world, bob, ['POST', '/applications', { displayName: 'mine' }]);
		await call(world, bob, ['POST', '/servicePrincipals', { appId: made['appId'] }]);
		await call(world, bob, ['DELETE', `/applications/${String(made['id'])}`]);
		const answer = await bodyOf(await secretSignIn(world, String(made['appId']), 'x'));
		expect(answer['error_codes']).toEqual([700016]);
	});
});

it('shows new objects in listings only once they are replicated, and by their id at once', async () => {
	const { world, ana } = await open({ directoryDelayMs: 20_000 });
	const { told: made } = await call(world, ana, ['POST', '/applications', { displayName: 'new' }]);
	const listed = async () =>
		values((await call(world, ana, ['GET', "/applications?$filter=startswith(displayName,'new')"])).told).length;
	const principal = () => call(world, ana, ['POST', '/servicePrincipals', { appId: made['appId'] }]);
	expect((await call(world, ana, ['GET', `/applications/${String(made['id'])}`])).status).toBe(200);
	expect([await listed(), (await principal()).told]).toMatchObject([
		0,
		{ error: { message: expect.stringContaining(' does not reference ') } },
	]);
	world.clock.jump(20_000);
	expect([await listed(), (await principal()).status]).toEqual([1, 201]);
});

it('pages by @odata.nextLink, and every object comes once', async () => {
	const users = Array.from({ length: 23 }, (_, at) => ({ name: `user${at}` }));
	const [first, ...others] = declaration.tenants;
	const world = await openContoso({
		world: {
			...declaration,
			tenants: [{ domain: tenant, ...first, users: [...(first?.users ?? []), ...users] }, ...others],
		},
	});
	const ana = await userToken(world, `ana@${tenant}`, graph);
	const names: unknown[] = [];
	let next: string | undefined = `${graph}v1.0/users?$top=7&$filter=startswith(userPrincipalName,'user')`;
	while (next) {
		const told = await bodyOf(await world.send(bearer(next, ana)));
		names.push(...values(told).map(({ userPrincipalName }) => userPrincipalName));
		next = typeof told['@odata.nextLink'] === 'string' ? told['@odata.nextLink'] : undefined;
	}
	expect([names.length, new Set(names).size]).toEqual([23, 23]);
});

it('captures a group when the token is issued, not when it is used', async () => {
	const { world, ana } = await open();
	const { told: group } = await call(world, ana, [
		'POST',
		'/groups',
		{ displayName: 'owners', mailEnabled: false, mailNickname: 'o', securityEnabled: true },
	]);
	const bob = (await call(world, ana, ['GET', `/users/bob@${tenant}`])).told;
	const claims = async () => {
		const [, payload = ''] = (await userToken(world, `bob@${tenant}`)).split('.');
		const read: { groups: string[] } = JSON.parse(Buffer.from(payload, 'base64url').toString());
		return read.groups;
	};
	const before = await claims();
	const reference = { '@odata.id': `${graph}v1.0/directoryObjects/${String(bob['id'])}` };
	await call(world, ana, ['POST', `/groups/${String(group['id'])}/members/$ref`, reference]);
	expect([before, await claims()]).toEqual([[], [group['id']]]);
});

describe('refusals', () => {
	const cases: [request: [string, string, unknown?], status: number, message: string][] = [
		[['GET', "/users?$filter=x gt 'y'"], 400, 'Unsupported or invalid query filter clause specified.'],
		[['GET', '/users?$top=1000'], 400, 'Invalid page size specified. Must be between 1 and 999 inclusive.'],
		[['GET', '/nothing'], 400, "Resource not found for the segment 'nothing'."],
		[['POST', '/applications', {}], 400, "A value is required for property 'displayName' of resource 'Application'."],
		[['POST', '/applications', { displayName: 'x', shoeSize: 43 }], 400, "Invalid property 'shoeSize'."],
		[['POST', '/applications', { displayName: 'x', tags: 'y' }], 400, "Invalid value specified for property 'tags'."],
		[['POST', '/directoryObjects/getByIds', { ids: 'x' }], 400, "Invalid value specified for property 'ids'."],
		[
			['POST', '/servicePrincipals', { appId: 'x' }],
			400,
			"The appId 'x' of the service principal does not reference a valid application object.",
		],
	];
	it.each(cases)('%j', async (request, status, message) => {
		const { world, ana } = await open();
		const { status: found, told } = await call(world, ana, request);
		expect([found, told]).toMatchObject([status, { error: { message } }]);
	});

	it.each([
		['no token', {}, 'Access token is empty.'],
		['no JWT', { authorization: 'Bearer x' }, 'CompactToken parsing failed with error code: 80049217'],
	])('%s', async (_name, headers, message) => {
		const { world } = await open();
		const answer = await world.send(new Request(`${graph}v1.0/users`, { headers }));
		expect([answer.status, await bodyOf(answer)]).toMatchObject([
			401,
			{ error: { code: 'InvalidAuthenticationToken', message } },
		]);
	});

	it("a token for Resource Manager, and a deleted user's", async () => {
		const { world, ana, bob } = await open();
		const wrong = await call(world, await userToken(world, `ana@${tenant}`), ['GET', '/users']);
		expect([wrong.status, wrong.told]).toMatchObject([
			401,
			{ error: { message: expect.stringContaining('audience') } },
		]);
		await call(world, ana, ['DELETE', `/users/bob@${tenant}`]);
		expect((await call(world, bob, ['GET', '/users'])).status).toBe(401);
	});
});
