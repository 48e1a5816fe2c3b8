import { beforeEach, describe, expect, it } from 'vitest';
import { type Contoso, openContoso } from '../contoso.ts';
import { arm, bodyOf, userToken } from '../contoso-client.ts';
import { openDirectory } from '../entra/model.ts';
import { openResources } from './model.ts';

const name = '22222222-2222-4222-8222-222222222222';
const everybody = '00000000-0000-0000-0000-000000000000';

let world: Contoso;
let token: string;
let group: string;
let registry: string;
let ana: string;

beforeEach(async () => {
	world = await openContoso({ settings: { replicationDelayMs: 0 } });
	token = await userToken(world, 'ana@contoso.onmicrosoft.com');
	const groups = openResources(world.store).groups.under('');
	group = groups.find((one) => one.name === 'myResourceGroup')?.id ?? '';
	registry = `${group}/providers/Microsoft.ContainerRegistry/registries/myregistry`;
	ana = openDirectory(world.store).user('ana@contoso.onmicrosoft.com')?.objectId ?? '';
});

async function ask(path: string, method = 'GET', body?: unknown): Promise<[number, Record<string, unknown>]> {
	const answer = await arm(world, token, { path, method, body });
	const isEmpty = answer.headers.get('content-type') === null;
	return [answer.status, isEmpty ? {} : await bodyOf(answer)];
}

function deny(scope: string, properties: Record<string, unknown> = {}): Promise<[number, Record<string, unknown>]> {
	return ask(`${scope}/providers/Microsoft.Authorization/denyAssignments/${name}`, 'PUT', {
		properties: {
			denyAssignmentName: 'no writes',
			permissions: [{ actions: ['*/write'], notActions: [], dataActions: [], notDataActions: [] }],
			principals: [{ id: ana, type: 'User' }],
			excludePrincipals: [],
			...properties,
		},
	});
}

const list = (scope: string, filter: string) =>
	ask(`${scope}/providers/Microsoft.Authorization/denyAssignments?$filter=${encodeURIComponent(filter)}`);

describe('a deny assignment', () => {
	it('is refused with the words of Azure, and the log says what denied it', async () => {
		expect(await deny(group)).toMatchObject([201, { properties: { scope: group, isSystemProtected: false } }]);
		const id = `${group}/providers/Microsoft.Authorization/denyAssignments/${name}`;
		const [status, { error }] = await ask(registry, 'PATCH', {});
		expect([status, error]).toEqual([
			403,
			{
				code: 'DenyAssignmentAuthorizationFailed',
				message: `The client 'ana@contoso.onmicrosoft.com' with object id '${ana}' has permission to perform action 'Microsoft.ContainerRegistry/registries/write' on scope '${registry}'; however, the access is denied because of the deny assignment with name 'no writes' and Id '${id}' at scope '${group}'.`,
			},
		]);
		expect(world.last().decision).toMatchObject({
			allowed: false,
			by: id,
			reason:
				'Owner on subscription Payments allows it, but the deny assignment "no writes" on resource group myResourceGroup forbids it',
		});
	});

	it('is listed from where it reaches, and found by its name and its principal', async () => {
		await deny(group);
		expect((await list(registry, 'atScope()'))[1]).toMatchObject({ value: [{ name }] });
		expect((await list(group, "denyAssignmentName eq 'no writes'"))[1]).toMatchObject({ value: [{ name }] });
		expect((await list(registry, "denyAssignmentName eq 'no writes'"))[1]).toEqual({ value: [] });
		expect((await list(registry, `principalId eq '${ana}'`))[1]).toMatchObject({ value: [{ name }] });
		expect((await list(registry, "principalId eq 'x'"))[1]).toEqual({ value: [] });
		expect((await list(registry, 'nonsense'))[0]).toBe(400);
	});

	it('narrows what the permissions API tells', async () => {
		await deny(group);
		expect(await ask(`${registry}/providers/Microsoft.Authorization/permissions`)).toEqual([
			200,
			{ value: [{ actions: ['*'], notActions: ['*/write'], dataActions: [], notDataActions: [] }] },
		]);
	});

	it('goes with what it is on', async () => {
		await deny(registry, { permissions: [{ actions: ['*/nothing'] }] });
		expect((await ask(registry, 'DELETE'))[0]).toBe(200);
		expect((await list(group, 'atScope()'))[1]).toEqual({ value: [] });
		expect((await ask(`${registry}/providers/Microsoft.Authorization/denyAssignments/${name}`))[0]).toBe(404);
	});

	it('is taken away, once', async () => {
		await deny(registry, { permissions: [{ actions: ['*/nothing'] }] });
		const path = `${registry}/providers/Microsoft.Authorization/denyAssignments/${name}`;
		expect((await ask(path, 'DELETE'))[0]).toBe(200);
		expect((await ask(path, 'DELETE'))[0]).toBe(204);
	});

	it.each([
		['without a name', { denyAssignmentName: '' }],
		['without an action', { permissions: [{}] }],
		['for nobody', { principals: [] }],
		['for a group', { principals: [{ id: name, type: 'Group' }] }],
		['for everybody without exception', { principals: [{ id: everybody, type: 'Everyone' }] }],
	])('%s is refused', async (_what, properties) => {
		expect(await deny(group, properties)).toMatchObject([400, { error: { code: 'InvalidDenyAssignment' } }]);
	});
});

describe('the lockdown of a node resource group', () => {
	const cluster = () => `${group}/providers/Microsoft.ContainerService/managedClusters/locked`;
	const body = (restrictionLevel: string) => {
		return {
			location: 'westeurope',
			identity: { type: 'SystemAssigned' },
			properties: {
				dnsPrefix: 'locked',
				agentPoolProfiles: [{ name: 'pool', count: 1, mode: 'System' }],
				nodeResourceGroupProfile: { restrictionLevel },
			},
		};
	};
	const nodes = () => `${group.replace(/[^/]+$/, '')}MC_myResourceGroup_locked_westeurope`;

	it('leaves an owner nothing but reads, until it is lifted', async () => {
		expect((await ask(cluster(), 'PUT', body('ReadOnly')))[0]).toBe(201);
		expect((await ask(nodes()))[0]).toBe(200);
		expect((await ask(nodes(), 'PATCH', { tags: {} }))[1]).toMatchObject({
			error: { code: 'DenyAssignmentAuthorizationFailed' },
		});
		world.clock.jump(60_000);
		const [, { value }] = await list(nodes(), 'atScope()');
		const [found = {}] = Array.isArray(value) ? value : [];
		expect(found).toMatchObject({ properties: { isSystemProtected: true } });
		expect((await ask(String(found.id), 'DELETE'))[0]).toBe(403);
		expect((await ask(cluster(), 'PUT', body('Unrestricted')))[0]).toBe(200);
		expect((await ask(nodes(), 'PATCH', { tags: {} }))[0]).toBe(200);
	});

	it('goes with the cluster', async () => {
		await ask(cluster(), 'PUT', body('ReadOnly'));
		world.clock.jump(60_000);
		expect((await arm(world, token, { path: cluster(), method: 'DELETE' })).status).toBe(202);
		world.clock.jump(60_000);
		expect((await ask(group))[0]).toBe(200);
		expect(openResources(world.store).denials.all()).toEqual([]);
	});
});
