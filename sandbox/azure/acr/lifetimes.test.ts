/**
 * Every kind of credential at its last valid and its first invalid second, on both ways to pass time, and what becomes of credentials
 * when what they rest on is taken away. Prints itself.
 */
import { decodeJwt } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import {
	accessToken,
	appToken,
	arm,
	bearer,
	bodyOf,
	exchange,
	field,
	nodeToken,
	registryToken,
	userToken,
} from '../contoso-client.ts';
import { pushImage } from './image.ts';

const host = 'myregistry.azurecr.io';
const ana = 'ana@contoso.onmicrosoft.com';
const scope = 'repository:nginx:pull';
const tokenUser = '00000000-0000-0000-0000-000000000000';
const second = 1000;

interface Opened {
	world: Contoso;
	layer: string;
	ask(method: string, tail?: string, body?: unknown): Promise<Response>;
	path: string;
}

async function open(scale = 1, permissionsInRefreshToken = true): Promise<Opened> {
	const assignments = ['ci', 'mycluster'].map((principal) => ({ principal, role: 'AcrPull', scope: 'myregistry' }));
	const world = await openContoso({
		scale,
		settings: { permissionsInRefreshToken },
		world: { ...declaration, assignments: [...(declaration.assignments ?? []), ...assignments] },
	});
	const token = await registryToken(world, host, {
		entraToken: await userToken(world, ana),
		scope: 'repository:nginx:pull,push',
	});
	const { layer } = await pushImage(world, { host, token, repository: 'nginx', tag: 'v1' });
	const [, registry] =
		rowsOf<{ id: string; name: string }>(world, 'arm/registries').find(([, row]) => row.name === 'myregistry') ?? [];
	const path = registry?.id ?? '';
	const ask = async (method: string, tail = '', body?: unknown) =>
		arm(world, await userToken(world, ana), { path: `${path}${tail}?api-version=2023-11-01-preview`, method, body });
	return { world, layer, ask, path };
}

function rowsOf<T>(world: Contoso, table: string): [string, T][] {
	return world.store.table<T>(table).entries();
}

function appId(world: Contoso, name: string): string {
	return (
		rowsOf<{ name: string; appId?: string }>(world, 'entra/principals').find(([, row]) => row.name === name)?.[1]
			.appId ?? ''
	);
}

async function statusOf(answer: Promise<Response>): Promise<number> {
	return (await answer).status;
}

function endOf(jwt: string): Date {
	return new Date(Number(decodeJwt(jwt).exp) * 1000);
}

function basic(world: Contoso, user: string, password: string): Promise<Response> {
	const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
	const url = `https://${host}/oauth2/token?service=${host}&scope=${scope}`;
	return world.send(new Request(url, { headers: { authorization } }));
}

const pull = (world: Contoso, token: string) =>
	world.send(
		bearer(`https://${host}/v2/nginx/manifests/v1`, token, {
			headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
		}),
	);

/** A credential: when it ends by its own word, and what using it is answered. */
interface Credential {
	endsAt: Date;
	use(): Promise<number>;
}

async function kubelet({ world }: Opened): Promise<string> {
	const clientId = world.clusters.find(({ name }) => name === 'mycluster')?.kubeletClientId ?? '';
	return nodeToken(world, { name: 'node-1', address: '10.0.0.4', identities: [clientId] });
}

async function refreshTokenOf({ world }: Opened): Promise<string> {
	const entraToken = await appToken(world, { appId: appId(world, 'ci'), secret: 'ci-secret' });
	return field(await exchange(world, host, entraToken), 'refresh_token');
}

async function accessTokenOf(opened: Opened): Promise<string> {
	const refreshToken = await refreshTokenOf(opened);
	return field(await accessToken(opened.world, host, { refreshToken, scope }), 'access_token');
}

async function withPassword(opened: Opened, expiry?: string): Promise<string> {
	const { ask, path, world } = opened;
	const properties = { scopeMapId: `${path}/scopeMaps/_repositories_pull`, status: 'enabled' };
	await ask('PUT', '/tokens/robot', { properties });
	world.clock.jump(60_000);
	const made = await bodyOf(await ask('POST', '/generateCredentials', { tokenId: `${path}/tokens/robot`, expiry }));
	return Array.isArray(made['passwords']) ? made['passwords'][0].value : '';
}

async function withAdmin({ ask }: Opened): Promise<string> {
	await ask('PATCH', '', { properties: { adminUserEnabled: true } });
	const { passwords } = await bodyOf(await ask('POST', '/listCredentials'));
	return Array.isArray(passwords) ? passwords[0].value : '';
}

/** How long each lasts in Azure's time, in seconds, and where that is from; a length of its own where it is chosen. */
const kinds: [
	kind: string,
	seconds: number | 'chosen',
	source: string,
	make: (opened: Opened) => Promise<Credential>,
	good: number,
	bad: number,
][] = [
	[
		'Entra token of an application, at the exchange',
		3599,
		'recorded: expires_in 3599',
		async ({ world }) => {
			const token = await appToken(world, { appId: appId(world, 'ci'), secret: 'ci-secret' });
			return { endsAt: endOf(token), use: () => statusOf(exchange(world, host, token)) };
		},
		200,
		401,
	],
	[
		'Entra token of a managed identity, at the exchange',
		86_399,
		'documented: 24 hours; expires_in 86399',
		async (opened) => {
			const token = await kubelet(opened);
			return { endsAt: endOf(token), use: () => statusOf(exchange(opened.world, host, token)) };
		},
		200,
		401,
	],
	[
		'ACR refresh token, POST',
		11_700,
		'recorded: exp - iat',
		async (opened) => {
			const refreshToken = await refreshTokenOf(opened);
			const use = () => statusOf(accessToken(opened.world, host, { refreshToken, scope }));
			return { endsAt: endOf(refreshToken), use };
		},
		200,
		401,
	],
	[
		'ACR refresh token as a password, GET',
		11_700,
		'recorded: exp - iat',
		async (opened) => {
			const token = await refreshTokenOf(opened);
			return { endsAt: endOf(token), use: () => statusOf(basic(opened.world, tokenUser, token)) };
		},
		200,
		401,
	],
	[
		'ACR access token, a pull',
		4500,
		'recorded: exp - iat',
		async (opened) => {
			const token = await accessTokenOf(opened);
			return { endsAt: endOf(token), use: () => statusOf(pull(opened.world, token)) };
		},
		200,
		401,
	],
	[
		'signed address of a layer',
		1200,
		'documented: 20 minutes',
		async (opened) => {
			const { world, layer } = opened;
			const answer = await world.send(bearer(`https://${host}/v2/nginx/blobs/${layer}`, await accessTokenOf(opened)));
			const url = answer.headers.get('location') ?? '';
			const endsAt = new Date(new URL(url).searchParams.get('se') ?? '');
			return { endsAt, use: () => statusOf(world.send(new Request(url))) };
		},
		200,
		403,
	],
	[
		'password of a repository token with an end',
		'chosen',
		'documented: expiry',
		async (opened) => {
			const endsAt = new Date(opened.world.clock.now().getTime() + 3_600_000);
			const password = await withPassword(opened, endsAt.toISOString());
			return { endsAt, use: () => statusOf(basic(opened.world, 'robot', password)) };
		},
		200,
		401,
	],
	[
		'secret of an application with an end',
		'chosen',
		'documented: endDateTime',
		async ({ world }) => {
			const endsAt = new Date(world.clock.now().getTime() + 3_600_000);
			const token = await userToken(world, ana, 'https://graph.microsoft.com');
			const graph = 'https://graph.microsoft.com/v1.0/applications';
			const found = await bodyOf(await world.send(bearer(`${graph}?$filter=displayName eq 'ci'`, token)));
			const id = Array.isArray(found['value']) ? found['value'][0].id : '';
			const body = JSON.stringify({ passwordCredential: { displayName: 'short', endDateTime: endsAt.toISOString() } });
			const headers = { 'content-type': 'application/json' };
			const made = await world.send(bearer(`${graph}/${id}/addPassword`, token, { method: 'POST', body, headers }));
			const secret = await field(made, 'secretText');
			return { endsAt, use: () => statusOf(basic(world, appId(world, 'ci'), secret)) };
		},
		200,
		401,
	],
];

const lines: string[] = [];
afterAll(() => console.info(lines.join('\n')));

describe.each([
	['jump', 1],
	['scale 60', 60],
])('by the clock of %s', (mode, scale) => {
	it.each(kinds)('%s', async (kind, seconds, source, make, good, bad) => {
		const opened = await open(scale);
		const { clock } = opened.world;
		const madeAt = clock.now();
		const { endsAt, use } = await make(opened);
		const lasts = (endsAt.getTime() - madeAt.getTime()) / 1000;
		// Tokens say whole seconds.
		if (seconds !== 'chosen') expect(Math.abs(lasts - seconds / scale)).toBeLessThan(1);
		const first = await use();
		clock.jump(endsAt.getTime() - clock.now().getTime() - second);
		const last = await use();
		clock.jump(second);
		const after = await use();
		const shown = `${lasts.toFixed(0)} s`.padStart(8);
		lines.push(`${mode.padEnd(9)} ${kind.padEnd(52)}${shown}  last ${last}, then ${after}   ${source}`);
		expect([first, last, after]).toEqual([good, good, bad]);
	});
});

describe('what credentials rest on is taken away', () => {
	/** What happens, and for each credential made before what it is answered after. */
	const events: [
		event: string,
		frozen: boolean,
		happen: (opened: Opened) => Promise<unknown>,
		answers: Record<string, number>,
	][] = [
		[
			'the role is removed, and that has been replicated',
			true,
			async (opened) => {
				await removeRole(opened);
				opened.world.clock.jump(30_000);
			},
			{ exchange: 401, 'refresh token': 200, 'access token': 200 },
		],
		[
			'the same, where refresh tokens carry no rights',
			false,
			async (opened) => {
				await removeRole(opened);
				opened.world.clock.jump(30_000);
			},
			{ exchange: 401, 'refresh token': 0, 'access token': 200 },
		],
		[
			"the admin user's password is renewed",
			true,
			({ ask }) => ask('POST', '/regenerateCredential', { name: 'password' }),
			{ 'admin password': 401, 'admin access token': 200 },
		],
		[
			'the admin user is disabled',
			true,
			({ ask }) => ask('PATCH', '', { properties: { adminUserEnabled: false } }),
			{ 'admin password': 401, 'admin access token': 200 },
		],
		[
			'the repository token is disabled',
			true,
			({ ask }) => ask('PATCH', '/tokens/robot', { properties: { status: 'disabled' } }),
			{ 'token password': 401, 'token access token': 200 },
		],
		[
			"the repository token's passwords are renewed",
			true,
			({ ask, path }) => ask('POST', '/generateCredentials', { tokenId: `${path}/tokens/robot` }),
			{ 'token password': 401 },
		],
		['the repository token is deleted', true, ({ ask }) => ask('DELETE', '/tokens/robot'), { 'token password': 401 }],
		[
			'the registry is deleted and made again under its name',
			true,
			async ({ ask, world }) => {
				await ask('DELETE');
				expect(world.azure.handlerFor(host)).toBeUndefined();
				await ask('PUT', '', { location: 'westeurope', sku: { name: 'Premium' } });
				world.clock.jump(60_000);
			},
			{ exchange: 401, 'refresh token': 401, 'access token': 401, 'admin password': 401, 'token password': 401 },
		],
	];

	it.each(events)('%s', async (event, frozen, happen, answers) => {
		const opened = await open(1, frozen);
		const { world } = opened;
		const [admin, robot] = [await withAdmin(opened), await withPassword(opened)];
		const entraToken = await appToken(world, { appId: appId(world, 'ci'), secret: 'ci-secret' });
		const refreshToken = await refreshTokenOf(opened);
		const tokens = {
			own: await accessTokenOf(opened),
			admin: await field(await basic(world, 'myregistry', admin), 'access_token'),
			robot: await field(await basic(world, 'robot', robot), 'access_token'),
		};
		/** A token that is given but covers nothing counts as 0. */
		const covered = async (answer: Response) => {
			if (answer.status !== 200) return answer.status;
			const { access } = decodeJwt(await field(answer, 'access_token'));
			return Array.isArray(access) && access.length > 0 ? 200 : 0;
		};
		const ways: Record<string, () => Promise<number>> = {
			exchange: () => statusOf(exchange(world, host, entraToken)),
			'refresh token': async () => covered(await accessToken(world, host, { refreshToken, scope })),
			'access token': () => statusOf(pull(world, tokens.own)),
			'admin password': () => statusOf(basic(world, 'myregistry', admin)),
			'admin access token': () => statusOf(pull(world, tokens.admin)),
			'token password': () => statusOf(basic(world, 'robot', robot)),
			'token access token': () => statusOf(pull(world, tokens.robot)),
		};
		for (const way of Object.keys(answers)) expect([way, await ways[way]?.()]).toEqual([way, 200]);
		await happen(opened);
		const found: Record<string, number | undefined> = {};
		for (const way of Object.keys(answers)) found[way] = await ways[way]?.();
		const words = (status: number | undefined) => (status === 0 ? '200, covers nothing' : String(status));
		const told = Object.entries(found).map(([way, status]) => `${way} ${words(status)}`);
		lines.push(`${event}: ${told.join(', ')}`);
		expect(found).toEqual(answers);
	});
});

async function removeRole({ world }: Opened): Promise<void> {
	const token = await userToken(world, ana);
	for (const [, row] of rowsOf<{ name: string; scope: string; roleId: string }>(world, 'arm/assignments')) {
		if (!row.roleId.startsWith('7f951dda')) continue;
		const path = `${row.scope}/providers/Microsoft.Authorization/roleAssignments/${row.name}`;
		expect((await arm(world, token, { path, method: 'DELETE' })).status).toBe(200);
	}
}
