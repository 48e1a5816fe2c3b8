import { openTransport } from '@lanyard/sandbox-cluster';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { type Sandbox, startSandbox } from './sandbox.ts';
import type { WorldDeclaration } from './world-file.ts';

const world: WorldDeclaration = {
	tenants: [
		{
			domain: 'contoso.onmicrosoft.com',
			users: [{ name: 'ana' }],
			groups: [{ name: 'pullers', members: ['grouped'] }],
			applications: ['roleless', 'classic', 'narrow', 'puller', 'grouped'].map((name) => ({
				name,
				password: `${name}-secret`,
			})),
		},
		{
			domain: 'fabrikam.onmicrosoft.com',
			users: [{ name: 'eve' }],
			applications: [{ name: 'spy', password: 'spy-secret' }],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [
		{ name: 'myregistry', group: 'rg' },
		{ name: 'abacregistry', group: 'rg', roleMode: 'ABAC' },
	],
	assignments: [
		{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'classic', role: 'AcrPull', scope: 'abacregistry' },
		{
			principal: 'narrow',
			role: 'Container Registry Repository Reader',
			scope: 'abacregistry',
			condition: "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'public/site'",
		},
		{ principal: 'puller', role: 'AcrPull', scope: 'myregistry' },
		{ principal: 'pullers', role: 'AcrPull', scope: 'myregistry' },
	],
};

let sandbox: Sandbox;
let transport: ReturnType<typeof openTransport>;
let ids: Record<string, string>;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	transport = openTransport(sandbox);
	const listed = await ask('https://graph.microsoft.com/v1.0/servicePrincipals', {
		bearer: await userToken('https://graph.microsoft.com/.default'),
	});
	const found = z.object({ value: z.array(z.object({ displayName: z.string(), appId: z.string() })) }).parse(listed);
	ids = Object.fromEntries(found.value.map(({ displayName, appId }) => [displayName, appId]));
});
afterAll(async () => {
	await transport.close();
	await sandbox.close();
});

type Form = Record<string, string>;

async function ask(
	url: string,
	{ form, bearer, basic }: { form?: Form; bearer?: string; basic?: string } = {},
): Promise<unknown> {
	const authorization =
		bearer !== undefined ? `Bearer ${bearer}` : basic !== undefined ? `Basic ${btoa(basic)}` : undefined;
	const request = new Request(url, {
		method: form ? 'POST' : 'GET',
		...(form && { body: new URLSearchParams(form) }),
		...(authorization !== undefined && { headers: { authorization } }),
	});
	const answer = await transport.send(request);
	return answer.json();
}

const tokenSchema = z.object({ access_token: z.string() });

async function userToken(scope: string): Promise<string> {
	const { tenantId, clientId, refreshToken } = sandbox.signIn;
	const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken, scope };
	return tokenSchema.parse(await ask(`https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`, { form }))
		.access_token;
}

async function appToken(name: string, tenant = 'contoso.onmicrosoft.com', id = ids[name] ?? ''): Promise<string> {
	const form = {
		grant_type: 'client_credentials',
		client_id: id,
		client_secret: `${name}-secret`,
		scope: 'https://containerregistry.azure.net/.default',
	};
	return tokenSchema.parse(await ask(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, { form }))
		.access_token;
}

const host = (registry: string) => `https://${registry}.azurecr.io`;
const repository = (registry: string, name = 'nginx') =>
	`${host(registry)}/oauth2/token?service=${registry}.azurecr.io&scope=repository:${name}:pull`;

async function exchange(registry: string, token: string): Promise<void> {
	await ask(`${host(registry)}/oauth2/exchange`, {
		form: { grant_type: 'access_token', service: `${registry}.azurecr.io`, access_token: token },
	});
}

/** Every kind of refusal, what somebody does to get it, and what `why` says of it. */
const refusals: [
	kind: string,
	provoke: () => Promise<unknown>,
	says: { reason: RegExp; remedy: RegExp; looked?: RegExp[] },
][] = [
	[
		'no role',
		async () => exchange('myregistry', await appToken('roleless')),
		{ reason: /no role of "roleless"/, remedy: /give "roleless" the role AcrPull on …\/myregistry/ },
	],
	[
		'a role of the wrong mode',
		() => ask(repository('abacregistry'), { basic: `${ids['classic']}:classic-secret` }),
		{
			reason: /the registry is in ABAC mode/,
			remedy: /give "classic" the role Container Registry Repository Reader/,
			looked: [/^AcrPull on …\/abacregistry: it gives no data action .*content\/read$/],
		},
	],
	[
		'a condition that leaves it out',
		() => ask(repository('abacregistry'), { basic: `${ids['narrow']}:narrow-secret` }),
		{ reason: /a role was given for some repositories: /, remedy: /change the condition of / },
	],
	[
		'a wrong password',
		() => ask(repository('myregistry'), { basic: `${ids['puller']}:nonsense` }),
		{ reason: /AADSTS7000215/, remedy: /use a secret of this application/ },
	],
	[
		'an admin user that is off',
		() => ask(repository('myregistry'), { basic: 'myregistry:whatever' }),
		{ reason: /the admin user is disabled/, remedy: /turn the admin user on/ },
	],
	[
		'nobody at all',
		() => ask(repository('myregistry')),
		{ reason: /anonymous pull is off/, remedy: /show a credential/ },
	],
	[
		'somebody of another tenant',
		async () => exchange('myregistry', await spyToken()),
		{ reason: /is of the tenant/, remedy: /the registry's own tenant/ },
	],
	[
		'a token for something else',
		async () => exchange('myregistry', await userToken('https://graph.microsoft.com/.default')),
		{ reason: /for the audience "https:\/\/graph\.microsoft\.com/, remedy: /containerregistry\.azure\.net/ },
	],
	[
		'a user that the registry does not know',
		() => ask(repository('myregistry'), { basic: 'somebody:secret' }),
		{ reason: /"somebody"/, remedy: /log in as/ },
	],
	[
		'a repository that a scope map leaves out',
		async () => ask(repository('myregistry'), { basic: await robot() }),
		{ reason: /scope map/, remedy: /^add the repository "nginx" to the scope map "web"$/ },
	],
	[
		'an address that the firewall keeps out',
		async () => {
			await setFirewall('Deny');
			await ask(`${host('myregistry')}/v2/`);
			await setFirewall('Allow');
		},
		{ reason: /203\.0\.113\.10/, remedy: /let 203\.0\.113\.10 in/ },
	],
	[
		'a token that has ended',
		async () => {
			const token = await appToken('puller');
			sandbox.clock.jump(25 * 3_600_000);
			await exchange('myregistry', token);
		},
		{ reason: /the token expired \d+ s ago/, remedy: /sign in again/ },
	],
];

/** Something that ana does at Resource Manager, below the registry. */
async function arm(method: string, path: string, body: object): Promise<unknown> {
	const bearer = await userToken('https://management.azure.com/.default');
	const send = async (to: string, how: RequestInit) => {
		const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
		const url = `https://management.azure.com${to}?api-version=2023-07-01`;
		return (await transport.send(new Request(url, { ...how, headers }))).json();
	};
	const { value } = z
		.object({ value: z.array(z.object({ subscriptionId: z.string() })) })
		.parse(await send('/subscriptions', {}));
	const group = `/subscriptions/${value[0]?.subscriptionId ?? ''}/resourceGroups/rg`;
	const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/myregistry`;
	const text = JSON.stringify(body).replaceAll('REGISTRY', registry);
	return send(`${registry}${path}`, { method, body: text });
}

function setFirewall(defaultAction: 'Allow' | 'Deny'): Promise<unknown> {
	return arm('PATCH', '', { properties: { networkRuleSet: { defaultAction, ipRules: [] } } });
}

/** A repository token that may read `web`, as user name and password. */
async function robot(): Promise<string> {
	await arm('PUT', '/scopeMaps/web', { properties: { actions: ['repositories/web/content/read'] } });
	const properties = { scopeMapId: 'REGISTRY/scopeMaps/web', status: 'enabled' };
	await arm('PUT', '/tokens/robot', { properties });
	const made = z
		.object({ passwords: z.tuple([z.object({ value: z.string() })]).rest(z.unknown()) })
		.parse(await arm('POST', '/generateCredentials', { tokenId: 'REGISTRY/tokens/robot' }));
	return `robot:${made.passwords[0].value}`;
}

async function spyToken(): Promise<string> {
	const eve = sandbox.signInAs('eve@fabrikam.onmicrosoft.com');
	const form = {
		grant_type: 'refresh_token',
		client_id: eve.clientId,
		refresh_token: eve.refreshToken,
		scope: 'https://containerregistry.azure.net/.default',
	};
	return tokenSchema.parse(await ask(`https://login.microsoftonline.com/${eve.tenantId}/oauth2/v2.0/token`, { form }))
		.access_token;
}

const told = new Map<string, { reason: string; remedy: { says: string; command?: string } | undefined }>();

function renderRefusals(): string {
	// Ages differ from run to run, and commands would break the lines of a table.
	const cell = (text: string) => text.replaceAll(/\d+ s ago/g, 'N s ago').replaceAll('|', '\\|');
	const rows = Array.from(told, ([kind, { reason, remedy }]) => {
		const command =
			remedy?.command === undefined ? '' : `: \`${remedy.command.replaceAll(/\/subscriptions\/\S+\//g, '…/')}\``;
		return `| ${kind} | ${cell(reason)} | ${cell(remedy?.says ?? '')}${command} |`;
	});
	return `# Refusals of a registry

What \`lanyard sandbox why\` says of a refusal, and what to do about it: reason and remedy. What the client sees in each case stands in
[why was my pull refused?](refused-pulls.md), which also has the rarer cases. This page is made by the test that provokes them,
\`sandbox/world/why.test.ts\`.

| refused | decided, and why | what to do |
| --- | --- | --- |
${rows.join('\n')}
`;
}

describe('why', () => {
	it.each(refusals)('explains %s', async (kind, provoke, { reason, remedy, looked = [] }) => {
		await provoke();
		const found = sandbox.why();
		expect(found?.request.decision?.reason).toMatch(reason);
		expect(found?.remedy?.says).toMatch(remedy);
		const rows = found?.request.decision?.considered?.map(({ title, because }) => `${title}: ${because}`) ?? [];
		for (const row of looked) expect(rows).toContainEqual(expect.stringMatching(row));
		told.set(kind, { reason: found?.request.decision?.reason ?? '', remedy: found?.remedy });
	});

	it('is as docs/refusals.md shows it', async () => {
		await expect(renderRefusals()).toMatchFileSnapshot('../../docs/refusals.md');
	});

	it('goes back from a manifest to the token that holds too little, and to why it does', async () => {
		const issued = tokenSchema.parse(
			await ask(repository('abacregistry', 'elsewhere'), { basic: `${ids['narrow']}:narrow-secret` }),
		);
		await ask(`${host('abacregistry')}/v2/elsewhere/manifests/v1`, { bearer: issued.access_token });
		const found = sandbox.why();
		expect(found?.request.decision?.reason).toContain('covers only: nothing');
		expect(found?.before).toMatchObject([
			{ as: 'issued what it showed', request: { decision: { reason: expect.stringContaining('"pull" dropped') } } },
		]);
		expect(found?.remedy?.says).toContain('change the condition');
	});

	it('names the groups that a token was issued with', async () => {
		await exchange('abacregistry', await appToken('grouped'));
		expect(sandbox.why()?.groups).toEqual(['pullers']);
	});

	it('finds a request by its number and by an id that the client saw', async () => {
		const answer = await transport.send(new Request(`${host('myregistry')}/v2/`));
		const id = answer.headers.get('x-ms-correlation-request-id') ?? '';
		const { number } = sandbox.log().at(-1) ?? {};
		expect(sandbox.why(id.toUpperCase())?.request).toMatchObject({ number, path: '/v2/' });
		expect(sandbox.why(`#${number}`)?.request.requestIds).toContain(id);
		expect(sandbox.why('no-such-id')).toBeUndefined();
	});

	it('holds nothing that could be used again', () => {
		const all = JSON.stringify(sandbox.log().map(({ number }) => sandbox.why(String(number))));
		expect(all).not.toMatch(/-secret|eyJ[\w-]{20,}/);
	});
});
