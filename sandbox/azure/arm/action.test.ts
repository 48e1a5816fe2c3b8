import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import { arm, bearer, userToken } from '../contoso-client.ts';
import { openResources } from './model.ts';

const ana = 'ana@contoso.onmicrosoft.com';
const bob = 'bob@contoso.onmicrosoft.com';
const roles = ['Reader', 'Contributor', 'AcrPull', 'User Access Administrator'] as const;

/** What a request asks for, and which of the roles have it, in their order: from "Azure built-in roles", read on 2026-11-22. */
type Row = [method: string, path: string, action: string, allowed: string, body?: unknown];

const acr = 'Microsoft.ContainerRegistry/registries';
const aks = 'Microsoft.ContainerService/managedClusters';
const msi = 'Microsoft.ManagedIdentity/userAssignedIdentities';
const authorization = 'Microsoft.Authorization';
const registry = `/resourceGroups/myResourceGroup/providers/${acr}/myregistry`;
const cluster = `/resourceGroups/myResourceGroup/providers/${aks}/mycluster`;
const identity = `/resourceGroups/otherGroup/providers/${msi}/someone`;
const group = 'Microsoft.Resources/subscriptions/resourceGroups';
const guid = '11111111-1111-4111-8111-111111111111';
const place = { location: 'westeurope' };

// Reader, Contributor, AcrPull, User Access Administrator.
const table: Row[] = [
	['GET', '/resourceGroups', `${group}/read`, 'yyny'],
	['GET', '/resourceGroups/otherGroup', `${group}/read`, 'yyny'],
	['PUT', '/resourceGroups/third', `${group}/write`, 'nynn', place],
	['DELETE', '/resourceGroups/nowhere', `${group}/delete`, 'nynn'],
	['GET', '/locations', 'Microsoft.Resources/subscriptions/locations/read', 'yyny'],
	['GET', '/providers', 'Microsoft.Resources/subscriptions/providers/read', 'yyny'],
	['POST', '/providers/Microsoft.Network/register', 'Microsoft.Network/register/action', 'nynn'],
	['GET', `/providers/${acr}`, `${acr}/read`, 'yyny'],
	['GET', registry, `${acr}/read`, 'yyny'],
	['PUT', registry, `${acr}/write`, 'nynn', place],
	['PATCH', registry, `${acr}/write`, 'nynn', {}],
	['DELETE', registry.replace('myregistry', 'nowhere'), `${acr}/delete`, 'nynn'],
	['POST', `${registry}/listCredentials`, `${acr}/listCredentials/action`, 'nynn'],
	['POST', `${registry}/regenerateCredential`, `${acr}/regenerateCredential/action`, 'nynn', {}],
	['GET', `${registry}/listUsages`, `${acr}/listUsages/read`, 'yyny'],
	['POST', `${registry}/importImage`, `${acr}/importImage/action`, 'nynn', {}],
	['POST', `${registry}/generateCredentials`, `${acr}/generateCredentials/action`, 'nynn', {}],
	['GET', `${registry}/tokens`, `${acr}/tokens/read`, 'yyny'],
	['PUT', `${registry}/tokens/one`, `${acr}/tokens/write`, 'nynn', {}],
	['DELETE', `${registry}/tokens/one`, `${acr}/tokens/delete`, 'nynn'],
	['GET', `${registry}/scopeMaps`, `${acr}/scopeMaps/read`, 'yyny'],
	['PUT', `${registry}/scopeMaps/one`, `${acr}/scopeMaps/write`, 'nynn', {}],
	['DELETE', `${registry}/scopeMaps/two`, `${acr}/scopeMaps/delete`, 'nynn'],
	[
		'POST',
		'/providers/Microsoft.ContainerRegistry/checkNameAvailability',
		'Microsoft.ContainerRegistry/checkNameAvailability/read',
		'yyny',
		{ name: 'whatever' },
	],
	['GET', cluster, `${aks}/read`, 'yyny'],
	['PUT', cluster, `${aks}/write`, 'nynn', {}],
	['PATCH', cluster, `${aks}/write`, 'nynn', {}],
	['DELETE', cluster.replace('mycluster', 'nowhere'), `${aks}/delete`, 'nynn'],
	['POST', `${cluster}/listClusterUserCredential`, `${aks}/listClusterUserCredential/action`, 'nynn'],
	['POST', `${cluster}/listClusterAdminCredential`, `${aks}/listClusterAdminCredential/action`, 'nynn'],
	['GET', `${cluster}/agentPools`, `${aks}/agentPools/read`, 'yyny'],
	['PUT', `${cluster}/agentPools/two`, `${aks}/agentPools/write`, 'nynn', {}],
	['DELETE', `${cluster}/agentPools/two`, `${aks}/agentPools/delete`, 'nynn'],
	['PUT', identity, `${msi}/write`, 'nynn', place],
	['GET', identity, `${msi}/read`, 'yyny'],
	['GET', `${identity}/federatedIdentityCredentials`, `${msi}/federatedIdentityCredentials/read`, 'yyny'],
	['PUT', `${identity}/federatedIdentityCredentials/a`, `${msi}/federatedIdentityCredentials/write`, 'nynn', {}],
	['DELETE', `${identity}/federatedIdentityCredentials/a`, `${msi}/federatedIdentityCredentials/delete`, 'nynn'],
	['DELETE', identity, `${msi}/delete`, 'nynn'],
	['GET', `/providers/${authorization}/roleDefinitions`, `${authorization}/roleDefinitions/read`, 'yyny'],
	['PUT', `/providers/${authorization}/roleDefinitions/${guid}`, `${authorization}/roleDefinitions/write`, 'nnny', {}],
	['DELETE', `/providers/${authorization}/roleDefinitions/${guid}`, `${authorization}/roleDefinitions/delete`, 'nnny'],
	['GET', `/providers/${authorization}/roleAssignments`, `${authorization}/roleAssignments/read`, 'yyny'],
	['PUT', `/providers/${authorization}/roleAssignments/${guid}`, `${authorization}/roleAssignments/write`, 'nnny', {}],
	['DELETE', `/providers/${authorization}/roleAssignments/${guid}`, `${authorization}/roleAssignments/delete`, 'nnny'],
];

describe.each(roles.map((role, at) => [role, at] as const))('%s on the subscription', (role, at) => {
	let world: Contoso;
	let token: string;
	let subscription: string;

	beforeAll(async () => {
		const assignments = [{ principal: bob, role, scope: '/subscriptions/Payments' }];
		world = await openContoso({ world: { ...declaration, assignments } });
		token = await userToken(world, bob);
		const payments = openResources(world.store)
			.subscriptions.under('')
			.find(({ name }) => name === 'Payments');
		subscription = `/subscriptions/${payments?.id ?? ''}`;
	});

	it.each(table)('%s %s asks for %s', async (method, path, action, allowed, body) => {
		const answer = await arm(world, token, { path: `${subscription}${path}`, method, body });
		const isAllowed = allowed.charAt(at) === 'y';
		expect(world.last().decision).toMatchObject({ action, allowed: isAllowed });
		expect(answer.status === 403).toBe(!isAllowed);
	});
});

const anySegment = fc.oneof(
	fc.constantFrom('subscriptions', 'resourceGroups', 'providers', 'resources', 'locations', 'operationresults'),
	fc.constantFrom('Microsoft.ContainerRegistry', 'registries', 'tokens', 'scopeMaps', 'importImage', 'listCredentials'),
	fc.constantFrom('Microsoft.ContainerService', 'managedClusters', 'agentPools', 'listClusterUserCredential'),
	fc.constantFrom('Microsoft.ManagedIdentity', 'userAssignedIdentities', 'federatedIdentityCredentials'),
	fc.constantFrom('Microsoft.Authorization', 'roleAssignments', 'roleDefinitions', 'permissions', guid),
	fc.string({ maxLength: 9 }).map((text) => encodeURIComponent(text.toWellFormed())),
);
const starts = ['', registry, cluster, identity, '/resourceGroups/otherGroup', '/providers', `${registry}/tokens/x`];
const anyBody = fc.oneof(
	fc.json({ maxDepth: 3 }),
	fc
		.record({
			location: fc.constantFrom('westeurope', 'West Europe', 'mars', null, 7),
			sku: fc.constantFrom({ name: 'Basic' }, { name: 'Classic' }, null, 'x'),
			identity: fc.constantFrom(
				{ type: 'SystemAssigned' },
				{ type: 'UserAssigned', userAssignedIdentities: { x: {} } },
				[],
			),
			properties: fc.oneof(
				fc.dictionary(
					fc.constantFrom(
						'agentPoolProfiles',
						'networkRuleSet',
						'policies',
						'actions',
						'scopeMapId',
						'roleDefinitionId',
						'principalId',
						'permissions',
						'identityProfile',
						'kubernetesVersion',
					),
					fc.anything({ maxDepth: 2 }),
				),
				fc.constant(null),
			),
			source: fc.constantFrom(
				{ registryUri: 'docker.io', sourceImage: 'a:b' },
				{ resourceId: 'x', sourceImage: 'y' },
				7,
			),
			targetTags: fc.anything({ maxDepth: 1 }),
		})
		.map((value) =>
			JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)),
		),
	fc.string({ maxLength: 20 }),
);

it('no request of whoever may do everything breaks a handler', async () => {
	const world = await openContoso();
	const token = await userToken(world, ana);
	const [subscription] = openResources(world.store)
		.subscriptions.under('')
		.filter(({ name }) => name === 'Payments');
	const request = fc.record({
		method: fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'),
		start: fc.constantFrom(...starts),
		rest: fc.array(anySegment, { maxLength: 5 }),
		query: fc.dictionary(fc.constantFrom('$filter', '$top', '$skiptoken'), fc.string({ maxLength: 12 })),
		body: anyBody,
	});
	await fc.assert(
		fc.asyncProperty(request, async ({ method, start, rest, query, body }) => {
			const path = [start, ...rest].join('/');
			const search = new URLSearchParams({ 'api-version': '2024-11-01', ...query });
			const url = `https://management.azure.com/subscriptions/${subscription?.id ?? ''}${path}?${search.toString()}`;
			const content = ['GET', 'HEAD'].includes(method) ? {} : { body: body ?? '' };
			const answer = await world.send(bearer(url, token, { method, ...content }));
			expect(answer.status).toBeLessThan(500);
			world.clock.jump(100);
		}),
		{ numRuns: 3_000 },
	);
});
