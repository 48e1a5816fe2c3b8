/** Every way in which a pull is refused has a reason in the log: docs/refused-pulls.md shows them, written from here (`-u` writes it anew). */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import {
	accessToken,
	appToken,
	arm,
	bearer,
	bodyOf,
	exchange,
	field,
	registryToken,
	userToken,
} from '../contoso-client.ts';
import { pushImage } from './image.ts';
import { mediaTypes } from './manifest.ts';

const host = 'myregistry.azurecr.io';
const abac = 'abacregistry.azurecr.io';
const scope = 'repository:team/app:pull';
const tokenUser = '00000000-0000-0000-0000-000000000000';
const condition =
	"((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})) OR (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'backend/'))";

interface Seen {
	world: Contoso;
	/** Resource Manager, as the owner; the path begins below the registry. */
	owner(method: string, tail: string, body?: unknown): Promise<Response>;
	path: string;
	layer: string;
	appId(name: string): string;
}

async function open(): Promise<Seen> {
	const more = [
		{ principal: 'ci', role: 'AcrPull', scope: 'myregistry' },
		{ principal: 'ci', role: 'AcrPull', scope: 'abacregistry' },
		{ principal: 'direct', role: 'Container Registry Repository Reader', scope: 'abacregistry', condition },
	];
	const world = await openContoso({
		settings: { registryThrottle: { requests: 60, refillMs: 60_000 } },
		world: { ...declaration, assignments: [...(declaration.assignments ?? []), ...more] },
	});
	const ana = await userToken(world, 'ana@contoso.onmicrosoft.com');
	const token = await registryToken(world, host, {
		entraToken: ana,
		scope: 'repository:team/app:pull,push,metadata_write',
	});
	const { layer } = await pushImage(world, { host, token, repository: 'team/app', tag: 'v1' });
	const rows = world.store.table<{ id: string; name: string }>('arm/registries').entries();
	const path = rows.find(([, row]) => row.name === 'myregistry')?.[1].id ?? '';
	const principals = world.store.table<{ name: string; appId?: string }>('entra/principals').entries();
	return {
		world,
		path,
		layer,
		owner: (method, tail, body) =>
			arm(world, ana, { path: `${path}${tail}?api-version=2023-11-01-preview`, method, body }),
		appId: (name) => principals.find(([, row]) => row.name === name)?.[1].appId ?? '',
	};
}

const secrets: Record<string, string> = { ci: 'ci-secret', direct: 'direct-secret' };

function basic(world: Contoso, login: [user: string, password: string], registry = host): Promise<Response> {
	const headers = { authorization: `Basic ${btoa(login.join(':'))}` };
	return world.send(new Request(`https://${registry}/oauth2/token?service=${registry}&scope=${scope}`, { headers }));
}

async function entra({ world, appId }: Seen, name: string): Promise<string> {
	return appToken(world, { appId: appId(name), secret: secrets[name] ?? '' });
}

async function tokenOf(seen: Seen): Promise<string> {
	return registryToken(seen.world, host, { entraToken: await entra(seen, 'ci'), scope });
}

async function pull(
	{ world }: Seen,
	token: string,
	tail = 'manifests/v1',
	accept: string = mediaTypes.ociManifest,
): Promise<Response> {
	return world.send(bearer(`https://${host}/v2/team/app/${tail}`, token, { headers: { accept } }));
}

async function scopedTo(seen: Seen, name: string): Promise<Response> {
	const refreshToken = await field(await exchange(seen.world, abac, await entra(seen, name)), 'refresh_token');
	return accessToken(seen.world, abac, { refreshToken, scope });
}

const cases: [what: string, refuse: (seen: Seen) => Promise<Response>][] = [
	[
		'nobody signs in, and anonymous pull is off',
		({ world }) => world.send(new Request(`https://${host}/oauth2/token?service=${host}&scope=${scope}`)),
	],
	[
		'an identity without a role, at the exchange',
		async (seen) => exchange(seen.world, host, await entra(seen, 'direct')),
	],
	['AcrPull in a registry that is in ABAC mode', (seen) => scopedTo(seen, 'ci')],
	['a role whose condition leaves the repository out', (seen) => scopedTo(seen, 'direct')],
	[
		'an identity of another tenant',
		async ({ world, appId }) => {
			const spy = { appId: appId('spy'), secret: 'spy-secret', domain: 'fabrikam.onmicrosoft.com' };
			return exchange(world, host, await appToken(world, spy));
		},
	],
	[
		'a token for Resource Manager, where the registry refuses those',
		async (seen) => {
			await seen.owner('PATCH', '', {
				properties: { policies: { azureADAuthenticationAsArmPolicy: { status: 'disabled' } } },
			});
			return exchange(seen.world, host, await userToken(seen.world, 'ana@contoso.onmicrosoft.com'));
		},
	],
	['a wrong secret of an application', (seen) => basic(seen.world, [seen.appId('ci'), 'wrong'])],
	['the admin user, which is disabled', ({ world }) => basic(world, ['myregistry', 'anything'])],
	['a user that does not exist', ({ world }) => basic(world, ['mytoken', 'anything'])],
	[
		'a repository token whose scope map has other repositories',
		async ({ world, owner, path }) => {
			await owner('PUT', '/scopeMaps/web', { properties: { actions: ['repositories/web/content/read'] } });
			await owner('PUT', '/tokens/robot', { properties: { scopeMapId: `${path}/scopeMaps/web`, status: 'enabled' } });
			const { passwords } = await bodyOf(
				await owner('POST', '/generateCredentials', { tokenId: `${path}/tokens/robot` }),
			);
			return basic(world, ['robot', Array.isArray(passwords) ? passwords[0].value : '']);
		},
	],
	[
		'a refresh token that has ended',
		async (seen) => {
			const token = await field(await exchange(seen.world, host, await entra(seen, 'ci')), 'refresh_token');
			seen.world.clock.jump(11_700_000);
			return basic(seen.world, [tokenUser, token]);
		},
	],
	[
		'an access token that has ended',
		async (seen) => {
			const token = await tokenOf(seen);
			seen.world.clock.jump(4_500_000);
			return pull(seen, token);
		},
	],
	[
		'an access token for another repository',
		async (seen) => {
			const token = await registryToken(seen.world, host, {
				entraToken: await entra(seen, 'ci'),
				scope: 'repository:web:pull',
			});
			return pull(seen, token);
		},
	],
	['a tag that is not there', async (seen) => pull(seen, await tokenOf(seen), 'manifests/v2')],
	[
		'a repository that is not there',
		async (seen) => {
			const token = await registryToken(seen.world, host, {
				entraToken: await entra(seen, 'ci'),
				scope: 'repository:team/ap:pull',
			});
			return seen.world.send(bearer(`https://${host}/v2/team/ap/manifests/v1`, token));
		},
	],
	[
		'a client that does not know OCI manifests',
		async (seen) =>
			pull(seen, await tokenOf(seen), 'manifests/v1', 'application/vnd.docker.distribution.manifest.v2+json'),
	],
	[
		'a repository that is locked against reading',
		async (seen) => {
			const ana = await userToken(seen.world, 'ana@contoso.onmicrosoft.com');
			const token = await registryToken(seen.world, host, {
				entraToken: ana,
				scope: 'repository:team/app:metadata_write',
			});
			const init = { method: 'PATCH', body: '{"readEnabled":false}' };
			await seen.world.send(bearer(`https://${host}/acr/v1/team/app`, token, init));
			return pull(seen, await tokenOf(seen));
		},
	],
	[
		'an address that the firewall keeps out',
		async (seen) => {
			const token = await tokenOf(seen);
			await seen.owner('PATCH', '', {
				properties: { networkRuleSet: { defaultAction: 'Deny', ipRules: [{ value: '198.51.100.0/24' }] } },
			});
			return pull(seen, token);
		},
	],
	[
		'a registry whose public access is disabled',
		async (seen) => {
			const token = await tokenOf(seen);
			await seen.owner('PATCH', '', { properties: { publicNetworkAccess: 'Disabled' } });
			return pull(seen, token);
		},
	],
	[
		'too many requests',
		async (seen) => {
			const token = await tokenOf(seen);
			for (let at = 0; at < 60; at += 1) await pull(seen, token);
			return pull(seen, token);
		},
	],
	[
		'an address of a layer that has ended',
		async (seen) => {
			const redirect = await pull(seen, await tokenOf(seen), `blobs/${seen.layer}`);
			seen.world.clock.jump(20 * 60_000);
			return seen.world.send(new Request(redirect.headers.get('location') ?? ''));
		},
	],
];

/** Tokens that cover nothing are a refusal, too: the 401 comes with the next request. */
async function answerOf(answer: Response): Promise<string> {
	if (answer.status === 200) return '200, the token covers nothing';
	const [, code] =
		(await answer.clone().text()).match(/"code":"(\w+)"|<Code>(\w+)<\/Code>/)?.filter((found) => found !== undefined) ??
		[];
	return `${answer.status} ${code ?? ''}`.trim();
}

it('docs/refused-pulls.md tells the reason of each', async () => {
	const rows: string[] = [];
	for (const [what, refuse] of cases) {
		const seen = await open();
		const answer = await refuse(seen);
		const { decision } = seen.world.last();
		expect([what, decision?.allowed]).toEqual([what, false]);
		const reason = (decision?.reason ?? '').replaceAll('|', '\\|').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
		rows.push(`| ${what} | ${await answerOf(answer)} | ${reason} |`);
	}
	const text = [
		'# Why was my pull refused?',
		'',
		'What the client sees when a pull of `team/app:v1` is refused, beside the reason in the log of the sandbox (`lanyard sandbox log`):',
		'registries answer nearly every refusal with the same 401. What to do about the common ones, as `lanyard sandbox why` says it, stands in',
		'[refusals of a registry](refusals.md). A test, `sandbox/azure/acr/refusals.test.ts`, writes this page from a running registry.',
		'',
		'| what | the client sees | the log says |',
		'| --- | --- | --- |',
		...rows,
		'',
	];
	await expect(text.join('\n')).toMatchFileSnapshot(join(import.meta.dirname, '../../../docs/refused-pulls.md'));
});
