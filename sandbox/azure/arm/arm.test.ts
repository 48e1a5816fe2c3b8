import { beforeEach, describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import { arm, bodyOf, userToken } from '../contoso-client.ts';
import { readRecording, readReference, recordings } from '../test-recordings.ts';

const ana = 'ana@contoso.onmicrosoft.com';
const bob = 'bob@contoso.onmicrosoft.com';
const acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
const name = '11111111-1111-4111-8111-111111111111';

let world: Contoso;
let token: string;
let subscription: string;
let registry: string;
let kubelet: { objectId: string };

beforeEach(() => open());

async function open(assignments: typeof declaration.assignments = []): Promise<void> {
	world = await openContoso({
		world: { ...declaration, assignments: [...(declaration.assignments ?? []), ...assignments] },
	});
	token = await userToken(world, ana);
	subscription = `/subscriptions/${rowOf('arm/subscriptions', 'Payments')['id'] ?? ''}`;
	registry = `${subscription}/resourceGroups/myResourceGroup/providers/Microsoft.ContainerRegistry/registries/myregistry`;
	kubelet = { objectId: rowOf('entra/principals', 'mycluster-agentpool')['objectId'] ?? '' };
}

function rowOf(table: string, wanted: string): Record<string, string> {
	const rows = world.store.table<Record<string, string>>(table).entries();
	return rows.find(([, row]) => row['name'] === wanted)?.[1] ?? {};
}

async function get(path: string): Promise<unknown[]> {
	const answer = await arm(world, token, { path });
	return [answer.status, await answer.json()];
}

async function errorOf(answer: Response): Promise<unknown[]> {
	const { error } = await bodyOf(answer);
	return [answer.status, ...(typeof error === 'object' && error !== null ? Object.values(error) : [])];
}

/** The shape of a value: its keys, with the kinds of what they hold; without one field that clients choose to write. */
function shapeOf(value: unknown, without?: string): unknown {
	if (Array.isArray(value)) return value.slice(0, 1).map((one) => shapeOf(one));
	if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
	const entries = Object.entries(value).filter(([key]) => key !== without);
	return Object.fromEntries(entries.map(([key, inner]) => [key, shapeOf(inner)]));
}

describe('resources', () => {
	it('are found by name in the generic list, whatever the case of filter and path', async () => {
		const filter = encodeURIComponent("resourceType eq 'microsoft.containerregistry/registries'");
		expect(
			await get(`${subscription.toUpperCase().replace('SUBSCRIPTIONS', 'Subscriptions')}/resources?$filter=${filter}`),
		).toEqual([
			200,
			{
				value: expect.arrayContaining([
					expect.objectContaining({ name: 'myregistry', type: 'Microsoft.ContainerRegistry/registries', id: registry }),
				]),
			},
		]);
		expect(
			await get(
				`${subscription}/resources?$filter=resourceType eq 'Microsoft.ContainerRegistry/registries' and name eq 'MYREGISTRY'`,
			),
		).toMatchObject([200, { value: [{ name: 'myregistry' }] }]);
	});

	it('show a managed cluster with its kubelet identity', async () => {
		const [status, body] = await get(
			`${subscription}/resourcegroups/MYRESOURCEGROUP/providers/Microsoft.ContainerService/managedClusters/mycluster`,
		);
		expect(status).toBe(200);
		expect(body).toMatchObject({
			name: 'mycluster',
			id: expect.stringContaining('/resourcegroups/myResourceGroup/'),
			identity: { type: 'SystemAssigned' },
			properties: {
				fqdn: expect.stringMatching(/^mycluster-dns-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/),
				nodeResourceGroup: 'MC_myResourceGroup_mycluster_westeurope',
				servicePrincipalProfile: { clientId: 'msi' },
				identityProfile: {
					kubeletidentity: {
						resourceId: expect.stringMatching(
							/\/resourcegroups\/MC_myResourceGroup_mycluster_westeurope\/.*\/mycluster-agentpool$/,
						),
						objectId: kubelet.objectId,
						clientId: world.clusters[0]?.kubeletClientId,
					},
				},
				agentPoolProfiles: [{ name: 'nodepool1', count: 2, osType: 'Linux' }],
			},
		});
	});

	it('show a service-principal cluster with its application, whose secret its nodes have', async () => {
		const [, body] = await get(
			`${subscription}/resourceGroups/myResourceGroup/providers/Microsoft.ContainerService/managedClusters/oldcluster`,
		);
		const spec = world.clusters.find(({ name: called }) => called === 'oldcluster');
		expect(body).toHaveProperty('properties.servicePrincipalProfile.clientId', spec?.servicePrincipal?.clientId);
		expect(body).not.toHaveProperty('properties.identityProfile');
		expect(JSON.stringify(world.store.table('entra/passwords').entries())).not.toContain(
			spec?.servicePrincipal?.secret,
		);
	});

	it('do not include a plain cluster', async () => {
		const [, body] = await get(`${subscription}/providers/Microsoft.ContainerService/managedClusters`);
		expect(body).toMatchObject({ value: [{ name: 'mycluster' }, { name: 'oldcluster' }] });
		expect(world.clusters.find(({ plain }) => plain)).toMatchObject({ name: 'bare', plain: true });
	});

	it('give a kubeconfig, admin or user', async () => {
		const cluster = `${subscription}/resourceGroups/myResourceGroup/providers/Microsoft.ContainerService/managedClusters/mycluster`;
		for (const [verb, label, role] of [
			['listClusterUserCredential', 'clusterUser', 'user'],
			['listClusterAdminCredential', 'clusterAdmin', 'admin'],
		]) {
			const answer = await arm(world, token, { path: `${cluster}/${verb ?? ''}`, method: 'POST' });
			const value = Buffer.from(`kubeconfig of mycluster for ${role ?? ''}`).toString('base64');
			expect(await bodyOf(answer)).toEqual({ kubeconfigs: [{ name: label, value }] });
		}
	});

	it.each([
		[
			'/resourceGroups/myResourceGroup/providers/Microsoft.ContainerRegistry/registries/nope',
			404,
			'ResourceNotFound',
			"The Resource 'Microsoft.ContainerRegistry/registries/nope' under resource group 'myResourceGroup' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
		],
		['/resourceGroups/Nope', 404, 'ResourceGroupNotFound', "Resource group 'Nope' could not be found."],
		[
			'/providers/Microsoft.Batch/batchAccounts',
			404,
			'InvalidResourceType',
			"The resource type 'batchAccounts' could not be found in the namespace 'Microsoft.Batch' for api version '2022-12-01'.",
		],
	])('answer %s with %i %s', async (path, status, code, message) => {
		const answer = await arm(world, token, { path: `${subscription}${path}` });
		expect(answer.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
		expect(answer.headers.get('x-ms-correlation-request-id')).toMatch(/^[0-9a-f-]{36}$/);
		expect(await errorOf(answer)).toEqual([status, code, message]);
	});
});

describe('who may ask', () => {
	it('everybody, where the services of this cloud are; before 2022 in a list of clouds', async () => {
		const ask = async (version: string) => {
			const url = `https://management.azure.com/metadata/endpoints?api-version=${version}`;
			const answer = await world.send(new Request(url));
			return [answer.status, await answer.json()];
		};
		const cloud = {
			name: 'AzureCloud',
			authentication: { audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'] },
			resourceManager: 'https://management.azure.com/',
			suffixes: { acrLoginServer: 'azurecr.io' },
		};
		expect(await ask('2022-09-01')).toMatchObject([200, cloud]);
		expect(await ask('2019-05-01')).toMatchObject([200, [cloud]]);
	});

	it('nobody without a token', async () => {
		const answer = await world.send(new Request('https://management.azure.com/subscriptions?api-version=2022-12-01'));
		expect(answer.headers.get('www-authenticate')).toContain('Bearer authorization_uri=');
		expect((await errorOf(answer)).slice(0, 2)).toEqual([401, 'AuthenticationFailed']);
	});

	it('not with a token for registries', async () => {
		token = await userToken(world, ana, 'https://containerregistry.azure.net');
		expect((await get('/subscriptions'))[1]).toMatchObject({ error: { code: 'InvalidAuthenticationTokenAudience' } });
	});

	it('not after the token has ended', async () => {
		world.clock.jump(4_500_000 - 1);
		expect((await get('/subscriptions'))[0]).toBe(200);
		world.clock.jump(1);
		expect((await get('/subscriptions'))[1]).toMatchObject({ error: { code: 'ExpiredAuthenticationToken' } });
	});

	it('not a stranger from another tenant', async () => {
		token = await userToken(world, 'eve@fabrikam.onmicrosoft.com');
		expect((await get(registry))[1]).toMatchObject({ error: { code: 'InvalidAuthenticationTokenTenant' } });
		expect((await get('/subscriptions'))[1]).toMatchObject({ value: [{ displayName: 'Elsewhere' }] });
	});

	it('a user without any role sees no subscription, and reads nothing', async () => {
		token = await userToken(world, bob);
		expect(await get('/subscriptions')).toMatchObject([200, { value: [] }]);
		expect(await errorOf(await arm(world, token, { path: registry }))).toEqual([
			403,
			'AuthorizationFailed',
			`The client '${bob}' with object id '${rowOf('entra/principals', bob)['objectId'] ?? ''}' does not have authorization to perform action 'Microsoft.ContainerRegistry/registries/read' over scope '${registry}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
		]);
		expect(world.last()).toMatchObject({ principal: bob, decision: { allowed: false } });
	});

	it('a Reader reads, and assigns no roles', async () => {
		await open([{ principal: bob, role: 'Reader', scope: 'myResourceGroup' }]);
		token = await userToken(world, bob);
		expect((await get(registry))[0]).toBe(200);
		expect((await assign()).status).toBe(403);
		expect(world.last().decision).toMatchObject({
			action: 'Microsoft.Authorization/roleAssignments/write',
			allowed: false,
		});
	});

	it('Contributor assigns no roles: notActions', async () => {
		await open([{ principal: bob, role: 'Contributor', scope: '/subscriptions/Payments' }]);
		token = await userToken(world, bob);
		expect((await assign()).status).toBe(403);
		expect((await get(registry))[0]).toBe(200);
	});

	it('User Access Administrator at the registry assigns roles there and nowhere else', async () => {
		await open([{ principal: bob, role: 'User Access Administrator', scope: 'myregistry' }]);
		token = await userToken(world, bob);
		expect((await assign()).status).toBe(201);
		expect((await assign({ scope: subscription, id: '22222222-2222-4222-8222-222222222222' })).status).toBe(403);
	});

	it('assigns and removes only the roles that the condition of its own role names', async () => {
		const [reader, of] = ['acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Microsoft.Authorization/roleAssignments'];
		const only = (source: string, action: string) =>
			`(!(ActionMatches{'${of}/${action}'}) OR @${source}[${of}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${acrPull}})`;
		const condition = `${only('Request', 'write')} AND ${only('Resource', 'delete')}`;
		await open([{ principal: bob, role: 'User Access Administrator', scope: 'myregistry', condition }]);
		token = await userToken(world, bob);
		const other = { properties: { roleDefinitionId: reader }, id: '22222222-2222-4222-8222-222222222222' };
		expect((await assign()).status).toBe(201);
		expect((await assign(other)).status).toBe(403);
		expect(world.last().decision?.reason).toMatch(/^User Access Administrator on …\/myregistry does not allow it: its/);
		const remover = token;
		token = await userToken(world, 'ana@contoso.onmicrosoft.com');
		expect((await assign(other)).status).toBe(201);
		const remove = (id: string) => arm(world, remover, { path: `${registry}/providers/${of}/${id}`, method: 'DELETE' });
		expect((await remove(other.id)).status).toBe(403);
		expect((await remove(name)).status).toBe(200);
	});

	it('is told its permissions', async () => {
		expect(await get(`${registry}/providers/Microsoft.Authorization/permissions`)).toEqual([
			200,
			{ value: [{ actions: ['*'], notActions: [], dataActions: [], notDataActions: [] }] },
		]);
		token = await userToken(world, bob);
		expect(await get(`${registry}/providers/Microsoft.Authorization/permissions`)).toEqual([200, { value: [] }]);
	});
});

interface Assign {
	scope?: string;
	id?: string;
	properties?: Record<string, unknown>;
}

function assign({ scope = registry, id = name, properties = {} }: Assign = {}): Promise<Response> {
	const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${acrPull}`;
	const body = {
		properties: { roleDefinitionId, principalId: kubelet.objectId, principalType: 'ServicePrincipal', ...properties },
	};
	return arm(world, token, {
		path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`,
		method: 'PUT',
		body,
	});
}

describe('role assignments', () => {
	const list = async (scope: string, filter?: string) => {
		const query = filter === undefined ? '' : `?$filter=${filter}`;
		const [, body] = await get(`${scope}/providers/Microsoft.Authorization/roleAssignments${query}`);
		const { value } = body && typeof body === 'object' && 'value' in body ? body : { value: [] };
		return Array.isArray(value) ? value.map((one) => one.name) : [];
	};

	it('are made, listed, read and taken away', async () => {
		const made = await assign();
		expect(made.status).toBe(201);
		expect(await bodyOf(made)).toMatchObject({
			id: `${registry}/providers/Microsoft.Authorization/roleAssignments/${name}`,
			name,
			type: 'Microsoft.Authorization/roleAssignments',
			properties: {
				roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${acrPull}`,
				principalId: kubelet.objectId,
				principalType: 'ServicePrincipal',
				scope: registry,
				condition: null,
			},
		});
		expect(await list(registry, 'atScope()')).toContain(name);
		const path = `${registry}/providers/Microsoft.Authorization/roleAssignments/${name}`;
		expect((await get(path))[0]).toBe(200);
		expect((await arm(world, token, { path, method: 'DELETE' })).status).toBe(200);
		expect((await arm(world, token, { path, method: 'DELETE' })).status).toBe(204);
		expect(await list(registry, 'atScope()')).not.toContain(name);
	});

	it('are listed at the scope and above with atScope(), and below too without', async () => {
		await assign();
		expect(await list(subscription, 'atScope()')).not.toContain(name);
		expect(await list(subscription)).toContain(name);
		const [owner = ''] = await list(subscription, 'atScope()');
		expect(await list(registry, 'atScope()')).toEqual([owner, name]);
		expect(await list(registry.replace(/myregistry$/, 'abacregistry'))).toEqual([owner]);
	});

	it('are listed by principal, and through groups with assignedTo()', async () => {
		const ci = rowOf('entra/principals', 'ci')['objectId'] ?? '';
		const pullers = rowOf('entra/principals', 'pullers')['objectId'] ?? '';
		await assign({ properties: { principalId: pullers, principalType: 'Group' } });
		expect(await list(registry, `principalId eq '${ci}'`)).toEqual([]);
		expect(await list(registry, `principalId eq '${pullers}'`)).toEqual([name]);
		expect(await list(registry, `assignedTo('${ci}')`)).toEqual([name]);
		expect(await list(registry, `atScope() and assignedTo('${ci}')`)).toEqual([name]);
	});

	it('with the same name and content are made again, with other content refused', async () => {
		await assign();
		expect((await assign({ properties: { description: 'again' } })).status).toBe(201);
		const other = {
			roleDefinitionId: acrPull.replace('7f951dda', '7f951dda'),
			principalId: rowOf('entra/principals', 'ci')['objectId'],
		};
		expect((await errorOf(await assign({ properties: other }))).slice(0, 2)).toEqual([
			400,
			'RoleAssignmentUpdateNotPermitted',
		]);
		expect((await errorOf(await assign({ scope: subscription }))).slice(0, 2)).toEqual([
			400,
			'RoleAssignmentUpdateNotPermitted',
		]);
	});

	it.each<[name: string, change: Assign, error: unknown[]]>([
		[
			'twice under two names',
			{ id: '22222222-2222-4222-8222-222222222222' },
			[
				409,
				'RoleAssignmentExists',
				'The role assignment already exists. The ID of the conflicting role assignment is 11111111111141118111111111111111.',
			],
		],
		[
			'for a principal that does not exist, of no type or of another type than ServicePrincipal',
			{
				id: '22222222-2222-4222-8222-222222222222',
				properties: { principalId: '5f0c1c3e-0000-4000-8000-000000000000', principalType: undefined },
			},
			[
				400,
				'PrincipalNotFound',
				expect.stringMatching(
					/^Principal 5f0c1c3e000040008000000000000000 does not exist in the directory [0-9a-f-]{36}\. Check .* {2}See https:\/\/aka\.ms\/docs-principaltype$/,
				),
			],
		],
		[
			'with another type of principal',
			{ id: '22222222-2222-4222-8222-222222222222', properties: { principalType: 'User' } },
			[400, 'UnmatchedPrincipalType', expect.any(String)],
		],
		[
			'with a role that does not exist',
			{ properties: { roleDefinitionId: '5f0c1c3e-0000-4000-8000-000000000000' } },
			[404, 'RoleDefinitionDoesNotExist', expect.any(String)],
		],
		['under a name that is no GUID', { id: 'attach' }, [400, 'InvalidRoleAssignmentId', expect.any(String)]],
		[
			'without a principal',
			{ properties: { principalId: undefined } },
			[400, 'InvalidRequestContent', expect.any(String)],
		],
		[
			'with a text that is no condition',
			{ properties: { condition: 'x' } },
			[400, 'InvalidRoleAssignmentCondition', 'The given role assignment condition is invalid.'],
		],
		[
			'with a condition of version 1.0',
			{ properties: { condition: 'Exists @Request[a]', conditionVersion: '1.0' } },
			[400, 'InvalidRoleAssignmentCondition', 'The given role assignment condition is invalid.'],
		],
		[
			'with a condition of more than 8 KB',
			{ properties: { condition: `Exists @Request[a]${' '.repeat(8192)}` } },
			[400, 'InvalidRoleAssignmentCondition', 'The given role assignment condition is invalid.'],
		],
		['on a registry that does not exist', { scope: 'NOPE' }, [404, 'ResourceNotFound', expect.any(String)]],
	])('are refused %s', async (_name, { scope, ...change }, error) => {
		await assign();
		const at = scope === undefined ? registry : registry.replace('myregistry', 'nope');
		expect(await errorOf(await assign({ ...change, scope: at }))).toEqual(error);
	});

	it('are made for whoever is said to be a service principal, known or not', async () => {
		const properties = { principalId: '5f0c1c3e-0000-4000-8000-000000000000' };
		expect((await assign({ properties })).status).toBe(201);
		const other = { id: '22222222-2222-4222-8222-222222222222', properties: { ...properties, principalType: 'User' } };
		expect((await errorOf(await assign(other))).slice(0, 2)).toEqual([400, 'PrincipalNotFound']);
	});

	it('find roles by name in any case, with the id that assignments carry', async () => {
		const [, body] = await get(
			`${registry}/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName eq 'acrpull'`,
		);
		expect(body).toMatchObject({
			value: [{ name: acrPull, id: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${acrPull}` }],
		});
		expect(
			await get(`${registry}/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName eq 'nope'`),
		).toEqual([200, { value: [] }]);
	});
});

describe.skipIf(!recordings)(recordings ? 'as recorded' : 'not run: reference material absent', () => {
	it('role definitions say the same', async () => {
		const [, ours] = await get(`${subscription}/providers/Microsoft.Authorization/roleDefinitions`);
		const theirs = valuesIn(readReference('authorization.builtin_roles_subset.json'));
		const mine = new Map(valuesIn(ours).map((role) => [role['name'], role]));
		const shared = theirs.filter((role) => mine.has(role['name']));
		expect(shared.length).toBeGreaterThanOrEqual(10);
		const unchanged = shared.filter(({ name: id }) => !changedSince.includes(String(id)));
		for (const role of unchanged) expect(listsOf(mine.get(role['name']))).toEqual(listsOf(role));
	});

	it('a role assignment has the same shape, made and read', async () => {
		const recorded = readRecording('role.role_assignment_create_update.json').filter(({ uri }) =>
			/roleAssignments\/[0-9a-f-]+/.test(uri),
		);
		const condition = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:Name] stringEquals 'foo'";
		const properties = { condition, conditionVersion: '2.0', description: 'y' };
		const made = await bodyOf(await assign({ properties }));
		expect(shapeOf(made)).toEqual(shapeOf(recorded.find(({ method }) => method === 'PUT')?.responseBody));
		const [, read] = await get(`${registry}/providers/Microsoft.Authorization/roleAssignments/${name}`);
		expect(shapeOf(read)).toEqual(shapeOf(recorded.find(({ method }) => method === 'GET')?.responseBody));
	});

	it('a registry has the shape of the newest recording', async () => {
		const excerpts = readReference('acr.recent_excerpts.json');
		const path = registry.replace('myResourceGroup', 'otherGroup').replace('myregistry', 'sibling');
		const [, ours] = await get(`${path}?api-version=2026-09-01-preview`);
		expect(shapeOf(ours)).toEqual(shapeOf(pick(excerpts, 'excerpts', 0, 'response', 'body')));
	});

	it('a managed cluster has no field that the recording has not, but for the versions in between', async () => {
		const recorded = readRecording('acs.aks_create_default_service_msi.json');
		const theirs = recorded.findLast(
			({ method, uri, status }) => method === 'GET' && uri.includes('managedClusters/') && status === 200,
		)?.responseBody;
		const [, ours] = await get(
			`${subscription}/resourceGroups/myResourceGroup/providers/Microsoft.ContainerService/managedClusters/mycluster`,
		);
		const added = missingIn(shapeOf(theirs), shapeOf(ours));
		expect(added).toEqual(['properties.networkProfile.networkPluginMode']);
	});

	it('errors have the same words', async () => {
		const recorded = readRecording('acs.aks_create_default_service_msi.json')[0];
		const path = '/resourceGroups/myResourceGroup/providers/Microsoft.ContainerService/managedClusters/nope';
		const answer = await arm(world, token, { path: `${subscription}${path}` });
		const words = JSON.stringify(recorded?.responseBody)
			.replace('cliakstest000001', 'nope')
			.replace('clitest000001', 'myResourceGroup');
		expect([answer.status, await answer.text()]).toEqual([recorded?.status, words]);
		expect(answer.headers.get('x-ms-failure-cause')).toBe(recorded?.responseHeaders['x-ms-failure-cause']?.[0]);
	});

	it('a resource group and a managed identity have the same fields', async () => {
		const recorded = readRecording('identity.identity_management.json');
		const [group, identity] = ['resourcegroups/', 'userAssignedIdentities/'].map(
			(part) =>
				recorded.find(
					({ uri, method, status }) =>
						uri.includes(part) && method !== 'POST' && status < 300 && !uri.includes('operations'),
				)?.responseBody,
		);
		const [, ourGroup] = await get(`${subscription}/resourcegroups/myResourceGroup`);
		expect(missingIn(shapeOf(ourGroup), asRecord(shapeOf(group, 'tags')))).toEqual([]);
		const identityId = String(pick(rowOf('arm/identities', 'mycluster-agentpool'), 'id'));
		const [, ourIdentity] = await get(identityId);
		expect(
			missingIn(
				shapeOf(ourIdentity),
				asRecord(
					shapeOf(
						recorded.find(({ method, uri }) => method === 'PUT' && uri.includes('userAssignedIdentities/'))
							?.responseBody,
					),
				),
			),
		).toEqual([]);
		expect(identity).toBeDefined();
	});
});

function valuesIn(body: unknown): Record<string, unknown>[] {
	const value = pick(body, 'value');
	return Array.isArray(value) ? value.map(asRecord) : [];
}

/** Contributor, Azure Kubernetes Service Contributor Role, Managed Identity Contributor: the pages of 2025 and 2026 say more. */
const changedSince = [
	'b24988ac-6180-42a0-ab88-20f7382dd24c',
	'ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8',
	'e40ec5ca-96e0-45a2-b4ff-59039f2c2b59',
];

function listsOf(role: unknown): unknown {
	return pick(role, 'properties', 'permissions');
}

function asRecord(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function pick(value: unknown, ...path: (string | number)[]): unknown {
	return path.reduce<unknown>((inner, key) => asRecord(inner)[String(key)], value);
}

/** The paths in `there` that `here` does not have. */
function missingIn(here: unknown, there: unknown, path = ''): string[] {
	if (typeof there !== 'object' || there === null) return [];
	return Object.entries(there).flatMap(([key, inner]) => {
		const at = path === '' ? key : `${path}.${key}`;
		const mine = asRecord(here);
		return key in mine ? missingIn(mine[key], inner, at) : [at];
	});
}
