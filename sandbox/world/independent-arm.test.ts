/**
 * Microsoft's own clients for JavaScript, unmodified, through the front door: they sign in in every way that needs no browser, make, list page
 * by page, change and delete what Resource Manager keeps, and are refused.
 */
import { randomUUID } from 'node:crypto';
import { rootCertificates, setDefaultCACertificates } from 'node:tls';

import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ContainerRegistryManagementClient } from '@azure/arm-containerregistry';
import { ContainerServiceClient } from '@azure/arm-containerservice';
import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { ResourceManagementClient } from '@azure/arm-resources';
import type { TokenCredential } from '@azure/core-auth';
import {
	ClientAssertionCredential,
	ClientSecretCredential,
	DeviceCodeCredential,
	ManagedIdentityCredential,
} from '@azure/identity';
import { openTransport } from '@lanyard/sandbox-cluster';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from './sandbox.ts';
import type { WorldDeclaration } from './world-file.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 20, replicationDelay: '0s' },
	tenants: [
		{
			domain,
			users: [{ name: 'ana', password: 'Staple-22' }, { name: 'ben' }],
			applications: [
				{ name: 'deployer', password: 'deployer-secret' },
				{ name: 'reader', password: 'reader-secret' },
			],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [{ name: 'myregistry', group: 'myGroup' }],
	clusters: [{ name: 'mycluster', group: 'myGroup', nodes: 1 }],
	assignments: [
		{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'deployer', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'reader', role: 'Reader', scope: 'myGroup' },
		{ principal: 'mycluster', role: 'Reader', scope: 'myGroup' },
	],
};

let sandbox: Sandbox;
let transports: Record<'workstation' | 'node', ReturnType<typeof openTransport>>;
let subscriptionId: string;
let tenantId: string;
let apps: Map<string, { id: string; appId: string }>;
let deployer: TokenCredential;
let kubelet: { clientId: string; objectId: string; resourceId: string };

/** How every client of the SDK is told of a proxy; what it fails at it fails at once. */
function options(machine: 'workstation' | 'node' = 'workstation') {
	const url = machine === 'node' ? nodeProxy() : sandbox.proxyUrl;
	const { hostname, port } = new URL(url);
	return { proxyOptions: { host: `http://${hostname}`, port: Number(port) }, retryOptions: { maxRetries: 0 } };
}

function nodeProxy(): string {
	return sandbox.machines().find(({ name }) => name !== 'workstation')?.proxyUrl ?? '';
}

async function json(request: Request): Promise<Record<string, unknown>> {
	return Object(await (await transports.workstation.send(request)).json());
}

async function ownerToken(scope: string): Promise<string> {
	const { tenantId: tenant, clientId, refreshToken } = sandbox.signIn;
	const body = new URLSearchParams({
		grant_type: 'refresh_token',
		client_id: clientId,
		refresh_token: refreshToken,
		scope,
	});
	const url = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
	return String((await json(new Request(url, { method: 'POST', body })))['access_token']);
}

async function ask(url: string, scope: string, body?: unknown): Promise<Record<string, unknown>> {
	const headers = { authorization: `Bearer ${await ownerToken(scope)}`, 'content-type': 'application/json' };
	return json(
		new Request(url, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }),
	);
}

const graph = 'https://graph.microsoft.com';
const arm = 'https://management.azure.com';

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	setDefaultCACertificates([...rootCertificates, sandbox.caPem]);
	const { caPem } = sandbox;
	transports = {
		workstation: openTransport({ proxyUrl: sandbox.proxyUrl, caPem }),
		node: openTransport({ proxyUrl: nodeProxy(), caPem }),
	};
	tenantId = sandbox.signIn.tenantId;
	const { value: subscriptions } = Object(await ask(`${arm}/subscriptions?api-version=2022-12-01`, `${arm}/.default`));
	subscriptionId = subscriptions[0].subscriptionId;
	const { value } = Object(await ask(`${graph}/v1.0/applications`, `${graph}/.default`));
	apps = new Map(value.map((one: { displayName: string; id: string; appId: string }) => [one.displayName, one]));
	deployer = new ClientSecretCredential(tenantId, appId('deployer'), 'deployer-secret', options());
	const cluster = await new ContainerServiceClient(deployer, subscriptionId, options()).managedClusters.get(
		'myGroup',
		'mycluster',
	);
	const found = cluster.identityProfile?.['kubeletidentity'];
	kubelet = { clientId: found?.clientId ?? '', objectId: found?.objectId ?? '', resourceId: found?.resourceId ?? '' };
});

afterAll(async () => {
	await transports.workstation.close();
	await transports.node.close();
	await sandbox.close();
});

function appId(name: string): string {
	return apps.get(name)?.appId ?? '';
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
	const found: T[] = [];
	for await (const one of pages) found.push(one);
	return found;
}

/** What a client says when it is refused. */
async function refusal(work: Promise<unknown>): Promise<[number | undefined, string | undefined]> {
	const failure: unknown = await work.catch((error: unknown) => error);
	return [Object(failure).statusCode, Object(failure).code];
}

describe('@azure/identity signs in', () => {
	it('with a secret, and not with a wrong one', async () => {
		expect((await deployer.getToken(`${arm}/.default`))?.token.split('.')).toHaveLength(3);
		const wrong = new ClientSecretCredential(tenantId, appId('deployer'), 'wrong', options());
		await expect(wrong.getToken(`${arm}/.default`)).rejects.toThrow('AADSTS7000215');
		const unknown = new ClientSecretCredential(tenantId, randomUUID(), 'wrong', options());
		await expect(unknown.getToken(`${arm}/.default`)).rejects.toThrow('AADSTS700016');
	});

	it('with a managed identity of the node, and with no other', async () => {
		const scope = `${arm}/.default`;
		const there = new ManagedIdentityCredential({ clientId: kubelet.clientId, ...options('node') });
		const registries = new ContainerRegistryManagementClient(there, subscriptionId, options('node'));
		expect(await registries.registries.get('myGroup', 'myregistry')).toMatchObject({
			loginServer: 'myregistry.azurecr.io',
		});
		const byResource = new ManagedIdentityCredential({ resourceId: kubelet.resourceId, ...options('node') });
		expect((await byResource.getToken(scope)).token).toBeTruthy();
		const unknown = new ManagedIdentityCredential({ clientId: randomUUID(), ...options('node') });
		await expect(unknown.getToken(scope)).rejects.toThrow('Identity not found');
	});

	it('with an assertion that a managed identity made, once the application trusts it', async () => {
		const identity = new ManagedIdentityCredential({ clientId: kubelet.clientId, ...options('node') });
		const assertion = async () => (await identity.getToken('api://AzureADTokenExchange/.default')).token;
		const credential = () => new ClientAssertionCredential(tenantId, appId('reader'), assertion, options());
		await expect(credential().getToken(`${arm}/.default`)).rejects.toThrow(/AADSTS7002\d\d?/);
		await ask(
			`${graph}/v1.0/applications/${apps.get('reader')?.id}/federatedIdentityCredentials`,
			`${graph}/.default`,
			{
				name: 'kubelet',
				issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
				subject: kubelet.objectId,
				audiences: ['api://AzureADTokenExchange'],
			},
		);
		const registries = new ContainerRegistryManagementClient(credential(), subscriptionId, options());
		expect((await registries.registries.get('myGroup', 'myregistry')).name).toBe('myregistry');
	});

	it('with a device code that a person approves', async () => {
		const approve = (userCode: string) =>
			transports.workstation.send(
				new Request('https://login.microsoftonline.com/common/oauth2/deviceauth', {
					method: 'POST',
					body: new URLSearchParams({ otc: userCode, username: `ana@${domain}`, password: 'Staple-22', do: 'approve' }),
				}),
			);
		const credential = new DeviceCodeCredential({
			tenantId,
			...options(),
			userPromptCallback: ({ userCode }) => void approve(userCode),
		});
		const groups = new ResourceManagementClient(credential, subscriptionId, options()).resourceGroups;
		expect((await groups.get('myGroup')).location).toBe('westeurope');
	});
});

describe('@azure/arm-… clients', () => {
	it('make, list, change and delete groups and registries, waiting for what takes a while', async () => {
		const resources = new ResourceManagementClient(deployer, subscriptionId, options());
		const { registries } = new ContainerRegistryManagementClient(deployer, subscriptionId, options());
		await resources.resourceGroups.createOrUpdate('mine', { location: 'westeurope', tags: { team: 'blue' } });
		expect(
			(await all(resources.resourceGroups.list({ filter: "tagName eq 'team' and tagValue eq 'blue'" }))).map(
				({ name }) => name,
			),
		).toEqual(['mine']);
		for (const name of ['first111', 'second22', 'third333'])
			await registries.create('mine', name, { location: 'westeurope', sku: { name: 'Basic' } });
		const pages: (string | undefined)[][] = [];
		for await (const page of resources.resources.listByResourceGroup('mine', { top: 2 }).byPage())
			pages.push(page.map(({ name }) => name));
		expect(pages).toEqual([['first111', 'second22'], ['third333']]);
		expect(await registries.update('mine', 'first111', { adminUserEnabled: true })).toMatchObject({
			adminUserEnabled: true,
		});
		const { passwords = [] } = await registries.listCredentials('mine', 'first111');
		expect(passwords.map(({ name }) => name)).toEqual(['password', 'password2']);
		expect(
			await registries.checkNameAvailability({ name: 'first111', type: 'Microsoft.ContainerRegistry/registries' }),
		).toMatchObject({ nameAvailable: false });
		await registries.delete('mine', 'third333');
		expect(await refusal(registries.get('mine', 'third333'))).toEqual([404, 'ResourceNotFound']);
		await resources.resourceGroups.beginDeleteAndWait('mine');
		expect(await refusal(resources.resourceGroups.get('mine'))).toEqual([404, 'ResourceGroupNotFound']);
	});

	it('make a cluster, scale it, get its kubeconfig and delete it', async () => {
		const { managedClusters, agentPools } = new ContainerServiceClient(deployer, subscriptionId, options());
		const made = await managedClusters.createOrUpdate('myGroup', 'second', {
			location: 'westeurope',
			identity: { type: 'SystemAssigned' },
			dnsPrefix: 'second',
			agentPoolProfiles: [{ name: 'pool', count: 1, mode: 'System', vmSize: 'Standard_DS2_v2' }],
		});
		expect(made.provisioningState).toBe('Succeeded');
		expect(made.identityProfile?.['kubeletidentity']?.clientId).toMatch(/^[0-9a-f-]{36}$/);
		await agentPools.createOrUpdate('myGroup', 'second', 'more', { count: 1, mode: 'User', vmSize: 'Standard_DS2_v2' });
		expect((await all(agentPools.list('myGroup', 'second'))).map(({ name }) => name)).toEqual(['pool', 'more']);
		const { kubeconfigs = [] } = await managedClusters.listClusterUserCredentials('myGroup', 'second');
		expect(Buffer.from(kubeconfigs[0]?.value ?? '').toString()).toContain('clusters:');
		await managedClusters.delete('myGroup', 'second');
		expect(await refusal(managedClusters.get('myGroup', 'second'))).toEqual([404, 'ResourceNotFound']);
	});

	it('make identities and let others sign in as them', async () => {
		const { userAssignedIdentities, federatedIdentityCredentials } = new ManagedServiceIdentityClient(
			deployer,
			subscriptionId,
			options(),
		);
		const identity = await userAssignedIdentities.createOrUpdate('myGroup', 'worker', { location: 'westeurope' });
		expect(identity.principalId).toMatch(/^[0-9a-f-]{36}$/);
		const told = { issuer: 'https://token.example/', subject: 'repo:a', audiences: ['api://AzureADTokenExchange'] };
		await federatedIdentityCredentials.createOrUpdate('myGroup', 'worker', 'ci', told);
		expect(await all(federatedIdentityCredentials.list('myGroup', 'worker'))).toMatchObject([{ name: 'ci', ...told }]);
		await userAssignedIdentities.delete('myGroup', 'worker');
		expect(await refusal(userAssignedIdentities.get('myGroup', 'worker'))).toEqual([404, 'ResourceNotFound']);
	});

	it('give roles, are told of conflicts, and take them away', async () => {
		const { roleAssignments, roleDefinitions, permissions } = new AuthorizationManagementClient(
			deployer,
			subscriptionId,
			options(),
		);
		const scope = `/subscriptions/${subscriptionId}/resourceGroups/myGroup/providers/Microsoft.ContainerRegistry/registries/myregistry`;
		const [role] = await all(roleDefinitions.list(scope, { filter: "roleName eq 'AcrPull'" }));
		const wanted = {
			roleDefinitionId: role?.id ?? '',
			principalId: kubelet.objectId,
			principalType: 'ServicePrincipal',
		};
		const name = randomUUID();
		expect(await roleAssignments.create(scope, name, wanted)).toMatchObject({ principalId: kubelet.objectId, scope });
		expect(await refusal(roleAssignments.create(scope, randomUUID(), wanted))).toEqual([409, 'RoleAssignmentExists']);
		expect(
			await refusal(
				roleAssignments.create(scope, randomUUID(), { ...wanted, principalId: randomUUID(), principalType: 'User' }),
			),
		).toEqual([400, 'PrincipalNotFound']);
		const here = await all(roleAssignments.listForScope(scope, { filter: `principalId eq '${kubelet.objectId}'` }));
		expect(here.map((one) => one.name)).toContain(name);
		expect(
			(
				await all(permissions.listForResource('myGroup', 'Microsoft.ContainerRegistry', '', 'registries', 'myregistry'))
			).map(({ actions }) => actions),
		).toContainEqual(['*']);
		await roleAssignments.delete(scope, name);
		expect(await refusal(roleAssignments.get(scope, name))).toEqual([404, 'RoleAssignmentNotFound']);
	});

	it('are refused what their role does not allow', async () => {
		const reader = new ClientSecretCredential(tenantId, appId('reader'), 'reader-secret', options());
		const { registries } = new ContainerRegistryManagementClient(reader, subscriptionId, options());
		const resources = new ResourceManagementClient(reader, subscriptionId, options());
		expect((await registries.get('myGroup', 'myregistry')).name).toBe('myregistry');
		expect(await refusal(registries.listCredentials('myGroup', 'myregistry'))).toEqual([403, 'AuthorizationFailed']);
		expect(
			await refusal(registries.create('myGroup', 'another1', { location: 'westeurope', sku: { name: 'Basic' } })),
		).toEqual([403, 'AuthorizationFailed']);
		expect(await refusal(resources.resourceGroups.get('MC_myGroup_mycluster_westeurope'))).toEqual([
			403,
			'AuthorizationFailed',
		]);
	});
});
