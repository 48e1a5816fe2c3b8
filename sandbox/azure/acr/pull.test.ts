import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import {
	accessToken,
	appToken,
	arm,
	bearer,
	exchange,
	field,
	nodeToken,
	registryToken,
	userToken,
} from '../contoso-client.ts';
import type { AssignmentDeclaration } from '../declaration.ts';
import type { AzureSettings } from '../state.ts';
import { ociManifest, pushImage } from './image.ts';

const acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
const ana = 'ana@contoso.onmicrosoft.com';
const repository = 'nginx';

async function open(assignments: AssignmentDeclaration[] = [], settings: Partial<AzureSettings> = {}) {
	const world = await openContoso({
		settings,
		world: { ...declaration, assignments: [...(declaration.assignments ?? []), ...assignments] },
	});
	const node = { name: 'node-1', address: '10.0.0.4', identities: [kubeletId(world)] };
	return { world, node };
}

function kubeletId({ clusters }: Contoso): string {
	return clusters.find(({ name }) => name === 'mycluster')?.kubeletClientId ?? '';
}

async function seed(world: Contoso, host = 'myregistry.azurecr.io') {
	const token = await registryToken(world, host, {
		entraToken: await userToken(world, ana),
		scope: `repository:${repository}:pull,push`,
	});
	return pushImage(world, { host, token, repository, tag: 'v1' });
}

function pull(world: Contoso, token: string, host = 'myregistry.azurecr.io'): Promise<Response> {
	return world.send(
		bearer(`https://${host}/v2/${repository}/manifests/v1`, token, { headers: { accept: ociManifest } }),
	);
}

/** The node's way: IMDS, exchange, token, manifest; the first refusal ends it. */
async function nodePull({ world, node }: Awaited<ReturnType<typeof open>>, host: string): Promise<string> {
	const exchanged = await exchange(world, host, await nodeToken(world, node));
	if (!exchanged.ok) return `exchange ${exchanged.status}`;
	const scope = `repository:${repository}:pull`;
	const answered = await accessToken(world, host, { refreshToken: await field(exchanged, 'refresh_token'), scope });
	if (!answered.ok) return `token ${answered.status}`;
	return `manifest ${(await pull(world, await field(answered, 'access_token'), host)).status}`;
}

describe('who may pull', () => {
	const [rbac, abac] = ['myregistry', 'abacregistry'];
	const held = (role: string, scope: string): AssignmentDeclaration[] => [{ principal: 'mycluster', role, scope }];
	const cases: [
		name: string,
		registry: string,
		assignments: AssignmentDeclaration[],
		outcome: string,
		reason: string,
	][] = [
		['nobody without a role', rbac, [], 'exchange 401', 'no role of "mycluster-agentpool" at or above …/myregistry'],
		['AcrPull on the registry', rbac, held('AcrPull', rbac), 'manifest 200', 'covers it'],
		['AcrPull on the resource group', rbac, held('AcrPull', 'myResourceGroup'), 'manifest 200', 'covers it'],
		['AcrPull on the subscription', rbac, held('AcrPull', '/subscriptions/Payments'), 'manifest 200', 'covers it'],
		[
			'not AcrPull on a sibling',
			rbac,
			held('AcrPull', 'sibling'),
			'exchange 401',
			'elsewhere it has AcrPull on …/sibling',
		],
		[
			'not AcrPull on another group',
			rbac,
			held('AcrPull', 'otherGroup'),
			'exchange 401',
			'elsewhere it has AcrPull on resource group otherGroup',
		],
		['Reader, in RBAC mode', rbac, held('Reader', rbac), 'manifest 200', 'covers it'],
		['Contributor, in RBAC mode', rbac, held('Contributor', rbac), 'manifest 200', 'covers it'],
		[
			'not AcrDelete: it only gets through the exchange',
			rbac,
			held('AcrDelete', rbac),
			'manifest 401',
			'covers only: nothing',
		],
		[
			'not Repository Reader, in RBAC mode',
			rbac,
			held('Container Registry Repository Reader', rbac),
			'manifest 401',
			'covers only: nothing',
		],
		['not AcrPull, in ABAC mode', abac, held('AcrPull', abac), 'manifest 401', 'covers only: nothing'],
		['not Owner, in ABAC mode', abac, held('Owner', abac), 'manifest 401', 'covers only: nothing'],
		[
			'Repository Reader, in ABAC mode',
			abac,
			held('Container Registry Repository Reader', abac),
			'manifest 200',
			'covers it',
		],
		[
			'not Catalog Lister',
			abac,
			held('Container Registry Repository Catalog Lister', abac),
			'manifest 401',
			'covers only: nothing',
		],
	];
	it.each(cases)('%s', async (_name, registry, assignments, outcome, reason) => {
		const writer = { principal: ana, role: 'Container Registry Repository Writer', scope: 'abacregistry' };
		const opened = await open([writer, ...assignments]);
		const host = `${registry}.azurecr.io`;
		await seed(opened.world, host);
		expect(await nodePull(opened, host)).toBe(outcome);
		expect(opened.world.last().decision?.reason).toContain(reason);
		expect(opened.world.last().decision?.allowed).toBe(outcome === 'manifest 200');
	});

	it('says in ABAC mode why AcrPull does not count', async () => {
		const { world, node } = await open([{ principal: 'mycluster', role: 'AcrPull', scope: 'abacregistry' }]);
		const host = 'abacregistry.azurecr.io';
		const refreshToken = await field(await exchange(world, host, await nodeToken(world, node)), 'refresh_token');
		await accessToken(world, host, { refreshToken, scope: 'repository:nginx:pull' });
		expect(world.last().decision).toMatchObject({
			allowed: false,
			action: 'repository:nginx:pull',
			scope: host,
			reason: expect.stringMatching(
				/^granted nothing; "pull" dropped: the refresh token carries no "read".*it has AcrPull on .*in ABAC mode/,
			),
		});
	});

	it('reaches a member of a group through it, as of the moment the token was issued', async () => {
		const { world } = await open([{ principal: 'pullers', role: 'AcrPull', scope: 'myregistry' }]);
		const appId = principalId(world, 'ci');
		const token = await appToken(world, { appId, secret: 'ci-secret' });
		expect((await exchange(world, 'myregistry.azurecr.io', token)).status).toBe(200);
		expect(world.last()).toMatchObject({
			principal: 'ci',
			decision: { allowed: true, reason: 'AcrPull on …/myregistry, through group "pullers" allows it' },
		});
	});

	it('is refused to a caller of another tenant, whatever its roles', async () => {
		const { world } = await open();
		const token = await userToken(world, 'eve@fabrikam.onmicrosoft.com', 'https://containerregistry.azure.net');
		expect((await exchange(world, 'myregistry.azurecr.io', token)).status).toBe(401);
		expect(world.last().decision?.reason).toMatch(/^"eve@fabrikam.onmicrosoft.com" is of the tenant /);
	});
});

function principalId(world: Contoso, name: string): string {
	const rows = world.store.table<{ name: string; appId?: string }>('entra/principals').entries();
	return rows.find(([, row]) => row.name === name)?.[1].appId ?? '';
}

/** Attach as Resource Manager sees it: one PUT at exactly the registry. */
async function attach(world: Contoso): Promise<string> {
	const token = await userToken(world, ana);
	const registries: unknown = await (await arm(world, token, { path: '/subscriptions' })).json();
	const subscription = JSON.stringify(registries).match(/"subscriptionId":"([^"]+)"/)?.[1] ?? '';
	const registry = `/subscriptions/${subscription}/resourceGroups/myResourceGroup/providers/Microsoft.ContainerRegistry/registries/myregistry`;
	const path = `${registry}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111`;
	const kubelet = world.store
		.table<{ appId?: string; objectId: string }>('entra/principals')
		.entries()
		.find(([, row]) => row.appId === kubeletId(world))?.[1].objectId;
	const properties = {
		roleDefinitionId: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${acrPull}`,
		principalId: kubelet,
		principalType: 'ServicePrincipal',
	};
	const answer = await arm(world, token, { path, method: 'PUT', body: { properties } });
	expect(answer.status).toBe(201);
	return path;
}

describe('attach and detach take time', () => {
	it('a new assignment counts once it has been replicated, to the millisecond', async () => {
		const opened = await open();
		const { world } = opened;
		await seed(world);
		await attach(world);
		world.clock.jump(12_000);
		expect(await nodePull(opened, 'myregistry.azurecr.io')).toBe('exchange 401');
		expect(world.last().decision?.reason).toContain(
			'AcrPull on …/myregistry, assigned 12 s ago, not yet replicated (30 s)',
		);
		world.clock.jump(17_999);
		expect(await nodePull(opened, 'myregistry.azurecr.io')).toBe('exchange 401');
		world.clock.jump(1);
		expect(await nodePull(opened, 'myregistry.azurecr.io')).toBe('manifest 200');
	});

	it('after its removal a new exchange is refused, but an access token pulls until its end', async () => {
		const opened = await open();
		const { world, node } = opened;
		await seed(world);
		const path = await attach(world);
		world.clock.jump(30_000);
		const entraToken = await nodeToken(world, node);
		const token = await registryToken(world, 'myregistry.azurecr.io', { entraToken, scope: 'repository:nginx:pull' });
		const removed = await arm(world, await userToken(world, ana), { path, method: 'DELETE' });
		expect(removed.status).toBe(200);

		expect(await nodePull(opened, 'myregistry.azurecr.io')).toBe('manifest 200');
		world.clock.jump(30_000);
		expect((await exchange(world, 'myregistry.azurecr.io', entraToken)).status).toBe(401);
		expect((await pull(world, token)).status).toBe(200);
		world.clock.jump(4_500_000 - 30_000 - 1);
		expect((await pull(world, token)).status).toBe(200);
		world.clock.jump(1);
		expect((await pull(world, token)).status).toBe(401);
		expect(world.last().decision?.reason).toBe('access token refused: the token expired 0 s ago');
	});

	it.each([
		[
			'a refresh token keeps its rights until its end, when rights are frozen into it',
			true,
			'granted repository:nginx:pull',
		],
		[
			'a refresh token loses its rights at once, when they are looked up',
			false,
			'"pull" dropped: no role of "mycluster-agentpool"',
		],
	])('%s', async (_name, permissionsInRefreshToken, reason) => {
		const { world, node } = await open([], { permissionsInRefreshToken });
		const path = await attach(world);
		world.clock.jump(30_000);
		const host = 'myregistry.azurecr.io';
		const refreshToken = await field(await exchange(world, host, await nodeToken(world, node)), 'refresh_token');
		await arm(world, await userToken(world, ana), { path, method: 'DELETE' });
		world.clock.jump(30_000);
		const answer = await accessToken(world, host, { refreshToken, scope: 'repository:nginx:pull' });
		expect(answer.status).toBe(200);
		expect(world.last().decision?.reason).toContain(reason);
		world.clock.jump(11_700_000 - 30_000 - 1);
		expect((await accessToken(world, host, { refreshToken, scope: 'repository:nginx:pull' })).status).toBe(200);
		world.clock.jump(1);
		expect((await accessToken(world, host, { refreshToken, scope: 'repository:nginx:pull' })).status).toBe(401);
	});
});

it('a condition that asks what a request does not say gives nothing, and the reason says so', async () => {
	const { world, node } = await open([{ principal: 'mycluster', role: 'AcrPull', scope: 'myregistry' }]);
	const table = world.store.table<Record<string, unknown>>('arm/assignments');
	for (const [key, row] of table.entries())
		if (row['roleId'] === acrPull) table.set(key, { ...row, condition: "@Request[x] StringEquals 'y'" });
	expect((await exchange(world, 'myregistry.azurecr.io', await nodeToken(world, node))).status).toBe(401);
	expect(world.last().decision?.reason).toContain(
		"AcrPull on …/myregistry does not allow it: its condition cannot be decided: @Request[x] StringEquals 'y' cannot be compared, for x is not given",
	);
});

describe('layers', () => {
	it('are fetched from the storage host without a token, by an address that ends', async () => {
		const { world } = await open();
		const { layer, digest } = await seed(world);
		const entraToken = await userToken(world, ana);
		const token = await registryToken(world, 'myregistry.azurecr.io', { entraToken, scope: 'repository:nginx:pull' });
		const blob = await world.send(bearer(`https://myregistry.azurecr.io/v2/nginx/blobs/${layer}`, token));
		expect(blob.status).toBe(307);
		const location = blob.headers.get('location') ?? '';
		expect(location).toMatch(/^https:\/\/weumanaged\d+\.blob\.core\.windows\.net\//);
		const fetched = await world.send(new Request(location));
		const bytes = Buffer.from(await fetched.arrayBuffer());
		expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(layer);
		const part = await world.send(new Request(location, { headers: { range: 'bytes=2-6' } }));
		expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-6/21', 'layer']);
		const forged = location.replace(layer.slice(7), digest.slice(7));
		expect((await world.send(new Request(forged))).status).toBe(403);
		world.clock.jump(20 * 60_000);
		expect((await world.send(new Request(location))).status).toBe(403);
	});
});
