import { openTransport, type Transport } from '@lanyard/sandbox-cluster';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';

import { type Sandbox, startSandbox } from './sandbox.ts';

const serverId = '6dae42f8-4368-4678-94ff-3960e28e3630';
const arm = 'https://management.azure.com';
const graph = 'https://graph.microsoft.com';
const noAccess = 'User does not have access to the resource in Azure. Update role assignment to allow access.';
const reader = '7f6c6a51-bcf8-42ba-9220-52d62157d7db';
const clusterUser = '4abbcc35-e782-43d8-92c5-2d3f1bd2253f';
const aksVersion = 'api-version=2025-01-01';

let sandbox: Sandbox;
let transport: Transport;
let cluster: string;
let group: string;

beforeAll(async () => {
	const users = ['ana', 'ben', 'cleo'].map((name) => ({ name }));
	const groups = [{ name: 'admins', members: ['cleo@contoso.onmicrosoft.com'] }];
	sandbox = await startSandbox({
		world: {
			settings: { replicationDelay: '0s' },
			tenants: [
				{ domain: 'contoso.onmicrosoft.com', users, groups },
				{ domain: 'fabrikam.onmicrosoft.com', users: [{ name: 'ana' }] },
			],
			subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
			clusters: [{ name: 'other', group: 'shop', nodes: 1 }],
			assignments: [{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' }],
		},
	});
	const { proxyUrl, caPem, clock } = sandbox;
	transport = openTransport({ proxyUrl, caPem, clock });
	const { value } = (await ask('GET', `${arm}/subscriptions?api-version=2022-12-01`)).body;
	const [{ subscriptionId }] = value;
	cluster = `${arm}/subscriptions/${subscriptionId}/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/entra`;
	group = await idOf('groups', 'admins');
	const made = await putCluster({ managed: true, enableAzureRBAC: true, adminGroupObjectIDs: [group] });
	expect(made.status).toBe(201);
	sandbox.clock.jump(60_000);
});

afterAll(async () => {
	await transport.close();
	await sandbox.close();
});

async function tokenOf(user: string, audience: string): Promise<string> {
	const { tenantId, clientId, refreshToken } = sandbox.signInAs(
		user.includes('@') ? user : `${user}@contoso.onmicrosoft.com`,
	);
	const body = new URLSearchParams({
		...{ grant_type: 'refresh_token', client_id: clientId },
		...{ refresh_token: refreshToken, scope: `${audience}/.default` },
	});
	const url = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
	const answer = await transport.send(new Request(url, { method: 'POST', body }));
	return String(Object(await answer.json()).access_token);
}

async function ask(method: string, url: string, { as = 'ana', audience = new URL(url).origin, body }: Asking = {}) {
	const headers = { authorization: `Bearer ${await tokenOf(as, audience)}`, 'content-type': 'application/json' };
	const text = body === undefined ? {} : { body: JSON.stringify(body) };
	const answer = await transport.send(new Request(url, { method, headers, ...text }));
	return { status: answer.status, body: Object(await answer.json()) };
}

interface Asking {
	as?: string;
	audience?: string;
	body?: unknown;
}

async function idOf(kind: 'groups' | 'users', name: string): Promise<string> {
	const { value } = (await ask('GET', `${graph}/v1.0/${kind}`)).body;
	return value.find((one: { displayName: string }) => one.displayName.startsWith(name)).id;
}

function putCluster(aadProfile: object, more: object = {}) {
	const agentPoolProfiles = [{ name: 'nodepool1', count: 1, mode: 'System' }];
	const properties = { dnsPrefix: 'entra', agentPoolProfiles, aadProfile, ...more };
	const body = { location: 'westeurope', identity: { type: 'SystemAssigned' }, properties };
	return ask('PUT', `${cluster}?${aksVersion}`, { body });
}

async function assign(user: string, role: string, scope: string): Promise<void> {
	const roleDefinitionId = `${cluster.slice(arm.length).split('/resourceGroups')[0]}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
	const principalId = await idOf('users', user);
	const url = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`;
	const made = await ask('PUT', url, { body: { properties: { roleDefinitionId, principalId } } });
	expect(made.status, JSON.stringify(made.body)).toBe(201);
}

async function credentials(kind: 'User' | 'Admin', { as = 'ana', format = '' } = {}) {
	const { status, body } = await ask('POST', `${cluster}/listCluster${kind}Credential?${aksVersion}${format}`, { as });
	if (status !== 200) return { status, body };
	return { status, config: Object(parse(Buffer.from(body.kubeconfigs[0].value, 'base64').toString())) };
}

/** Asks the cluster as a user of Entra's. */
async function kube(as: string, path: string, { method = 'GET', body }: { method?: string; body?: unknown } = {}) {
	const { config } = await credentials('User');
	const server = String(config.clusters[0].cluster.server).replace(':443', '');
	return ask(method, `${server}${path}`, { as, audience: serverId, ...(body !== undefined && { body }) });
}

const review = (kind: string, spec: object) => ({
	method: 'POST',
	body: { apiVersion: 'authorization.k8s.io/v1', kind, spec },
});

it("gives users a kubeconfig that asks kubelogin, administrators the cluster's own", async () => {
	const user = await credentials('User');
	const { tenantId } = sandbox.signIn;
	expect(user.config.users[0].user).toEqual({
		exec: {
			apiVersion: 'client.authentication.k8s.io/v1beta1',
			command: 'kubelogin',
			args: [
				...['get-token', '--environment', 'AzurePublicCloud', '--server-id', serverId],
				...['--client-id', '80faf920-1908-4b52-b5ef-a8e7bedfc67a', '--tenant-id', tenantId, '--login', 'devicecode'],
			],
			env: null,
			installHint: expect.stringContaining('https://aka.ms/aks/kubelogin'),
			provideClusterInfo: false,
		},
	});
	const legacy = await credentials('User', { format: '&format=azure' });
	expect(legacy.config.users[0].user['auth-provider'].name).toBe('azure');
	const admin = await credentials('Admin');
	expect(Object.keys(admin.config.users[0].user)).toEqual(['client-certificate-data', 'client-key-data', 'token']);
});

it('lists credentials for whoever has the role to', async () => {
	expect(await credentials('User', { as: 'ben' })).toMatchObject({ status: 403 });
	await assign('ben', clusterUser, cluster);
	expect(await credentials('User', { as: 'ben' })).toMatchObject({ status: 200 });
	expect(await credentials('Admin', { as: 'ben' })).toMatchObject({ status: 403 });
});

it('knows who somebody is, and their groups', async () => {
	const spec = { method: 'POST', body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } };
	const { body } = await kube('cleo', '/apis/authentication.k8s.io/v1/selfsubjectreviews', spec);
	expect(body.status.userInfo).toEqual({
		username: 'cleo@contoso.onmicrosoft.com',
		groups: [group, 'system:authenticated'],
		extra: { oid: [await idOf('users', 'cleo')] },
	});
});

it('knows nobody by a token for somebody else, or of another tenant', async () => {
	const { config } = await credentials('User');
	const server = String(config.clusters[0].cluster.server).replace(':443', '');
	expect(await ask('GET', `${server}/api/v1/pods`, { audience: arm })).toMatchObject({ status: 401 });
	const stranger = { as: 'ana@fabrikam.onmicrosoft.com', audience: serverId };
	expect(await ask('GET', `${server}/api/v1/pods`, stranger)).toMatchObject({ status: 401 });
});

it("lets the administrators' group do everything", async () => {
	expect(await kube('cleo', '/api/v1/secrets')).toMatchObject({ status: 200 });
});

it("asks Azure's roles, for the whole cluster and for a namespace", async () => {
	const refused = await kube('ben', '/api/v1/namespaces/default/pods');
	expect([refused.status, refused.body.message]).toEqual([
		403,
		`pods is forbidden: User "ben@contoso.onmicrosoft.com" cannot list resource "pods" in API group "" in the namespace "default": ${noAccess}`,
	]);
	expect(sandbox.log().at(-1)?.decision).toMatchObject({
		allowed: false,
		action: 'Microsoft.ContainerService/managedClusters/pods/read',
		scope: expect.stringMatching(/entra\/namespaces\/default$/),
	});
	await assign('ben', reader, `${cluster}/namespaces/default`);
	expect(await kube('ben', '/api/v1/namespaces/default/pods')).toMatchObject({ status: 200 });
	expect(await kube('ben', '/api/v1/namespaces/kube-system/pods')).toMatchObject({ status: 403 });
	expect(await kube('ben', '/api/v1/namespaces/default/secrets')).toMatchObject({ status: 403 });
	const attributes = { verb: 'get', resource: 'pods', namespace: 'default' };
	const { body } = await kube(
		'ben',
		'/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
		review('SelfSubjectAccessReview', { resourceAttributes: attributes }),
	);
	expect(body.status).toEqual({
		allowed: true,
		reason: expect.stringMatching(
			/^Access allowed by Azure RBAC Role Assignment [0-9a-f]{32} of Role [0-9a-f]{32} to user /,
		),
	});
});

it("asks only the cluster's own roles once Azure's are switched off, and gives no admin kubeconfig without local accounts", async () => {
	const profile = { managed: true, enableAzureRBAC: false, adminGroupObjectIDs: [group] };
	expect(await putCluster(profile, { disableLocalAccounts: true })).toMatchObject({
		status: 200,
		body: { properties: { aadProfile: profile } },
	});
	sandbox.clock.jump(60_000);
	expect(await kube('ben', '/api/v1/namespaces/default/pods')).toMatchObject({ status: 403 });
	expect(await kube('cleo', '/api/v1/namespaces/default/pods')).toMatchObject({ status: 200 });
	expect(await credentials('Admin')).toMatchObject({ status: 400 });
	expect(await credentials('User')).toMatchObject({ status: 200 });
});
