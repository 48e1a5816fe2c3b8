import { openTransport } from '@lanyard/sandbox-cluster';
import { type Sandbox, startSandbox } from './sandbox.ts';
import type { WorldDeclaration } from './world-file.ts';

/** What one may want of a registry. */
export const uses = ['pull', 'push', 'delete', 'tags', 'catalog', 'metadata', 'lock', 'import'] as const;
export type Use = (typeof uses)[number];

/** One row of the table: a principal, and what it may do; `null` where no page decides. */
export interface RegistryRow {
	name: string;
	given: {
		principal: string;
		/** A role, or the scope map of a repository token. */
		role?: string;
		mode: 'RBAC' | 'ABAC';
		at?: string;
		condition?: string;
	};
	expect: Partial<Record<Use, boolean | null>> & { page: string; date: string };
}

/** The rows in a world of their own. */
export interface Rows {
	may(row: number, use: Use): Promise<boolean>;
	close(): Promise<void>;
}

type Send = (request: Request) => Promise<Response>;

const domain = 'contoso.onmicrosoft.com';
const armHost = 'https://management.azure.com';
const byPassword = /^(admin user|repository token)/;
const isApplication = /^(application|group member)/;

/** A world with one principal for each row, which has the role of the row and no other. */
export async function openRows(cases: RegistryRow[]): Promise<Rows> {
	const sandbox = await startSandbox({ world: worldOf(cases) });
	const transports = new Map(
		sandbox.machines().map(({ name, proxyUrl }) => [name, openTransport({ proxyUrl, caPem: sandbox.caPem })]),
	);
	const sendFrom = (machine: string) => transports.get(machine)?.send ?? noMachine;
	const send = sendFrom('workstation');
	const owner = await userToken(send, sandbox, 'ana');
	const arm = openArm(send, owner);
	await prepareRegistries(arm);
	const people = { sandbox, send, sendFrom, arm, owner };
	return {
		may: async (at, use) => {
			const row = cases[at];
			if (!row) throw new Error(`there is no row ${at}`);
			return mayUse({ ...people, at, row }, use);
		},
		close: async () => {
			for (const transport of transports.values()) await transport.close();
			await sandbox.close();
		},
	};
}

async function noMachine(): Promise<Response> {
	throw new Error('there is no such machine');
}

function worldOf(cases: RegistryRow[]): WorldDeclaration {
	const rows = cases.map((row, at) => ({ ...row, at }));
	const which = (principal: RegExp) => rows.filter(({ given }) => principal.test(given.principal));
	const owned = { principal: `ana@${domain}`, scope: '/subscriptions/Payments' };
	const assignments = rows
		.filter(({ given }) => given.role !== undefined && !byPassword.test(given.principal))
		.map(({ given, at }) => ({
			principal: principalOf(given.principal, at),
			role: given.role ?? '',
			scope: scopeOf(given),
			...(given.condition !== undefined && { condition: given.condition }),
		}));
	const registry = (name: string, roleMode: 'RBAC' | 'ABAC') => ({
		name,
		roleMode,
		group: 'rowsGroup',
		images: ['app:v1'],
	});
	return {
		settings: { replicationDelay: '0s' },
		tenants: [
			{
				domain,
				users: [{ name: 'ana' }, ...which(/^user$/).map(({ at }) => ({ name: `row${at}` }))],
				applications: which(isApplication).map(({ at }) => ({ name: `row${at}`, password: `secret of row ${at}` })),
				groups: which(/^group member$/).map(({ at }) => ({ name: `group${at}`, members: [`row${at}`] })),
			},
		],
		subscriptions: [{ name: 'Payments', tenant: domain }],
		registries: [
			registry('plainrbac', 'RBAC'),
			registry('plainabac', 'ABAC'),
			registry('openrbac', 'RBAC'),
			registry('openabac', 'ABAC'),
			{ name: 'sibling', group: 'siblingGroup' },
		],
		clusters: which(/^managed identity$/).map(({ at }) => ({ name: `row${at}`, group: 'siblingGroup', nodes: 1 })),
		assignments: [
			{ ...owned, role: 'Owner' },
			{ ...owned, role: 'Container Registry Repository Writer' },
			...assignments,
		],
	};
}

function principalOf(kind: string, at: number): string {
	if (kind === 'user') return `row${at}@${domain}`;
	return kind === 'group member' ? `group${at}` : `row${at}`;
}

function scopeOf({ mode, at }: RegistryRow['given']): string {
	const places: Record<string, string> = {
		group: 'rowsGroup',
		subscription: '/subscriptions/Payments',
		sibling: 'sibling',
		"sibling's group": 'siblingGroup',
	};
	return places[at ?? ''] ?? `plain${mode.toLowerCase()}`;
}

type ArmCall = (path: string, method?: string, body?: unknown) => Promise<Record<string, unknown>>;

function openArm(send: Send, token: string): ArmCall {
	return async (path, method = 'GET', body) => {
		const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
		const content = body === undefined ? {} : { body: JSON.stringify(body) };
		const url = `${armHost}${path}?api-version=${path.includes('/registries/') ? '2024-11-01-preview' : '2022-12-01'}`;
		return Object(await (await send(new Request(url, { method, headers, ...content }))).json());
	};
}

/** Two of the registries take the admin user and anybody. */
async function prepareRegistries(arm: ArmCall): Promise<void> {
	for (const name of ['openrbac', 'openabac'])
		await arm(await registryPath(arm, name), 'PATCH', {
			properties: { adminUserEnabled: true, anonymousPullEnabled: true },
		});
}

async function registryPath(arm: ArmCall, name: string): Promise<string> {
	const { value } = await arm('/subscriptions');
	const [first] = Array.isArray(value) ? value : [];
	return `${first.id}/resourceGroups/rowsGroup/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

interface Asking {
	sandbox: Sandbox;
	send: Send;
	sendFrom(machine: string): Send;
	arm: ArmCall;
	owner: string;
	row: RegistryRow;
	at: number;
}

const scopes: Record<Exclude<Use, 'import'>, string> = {
	pull: 'repository:app:pull',
	push: 'repository:app:pull,push',
	delete: 'repository:app:delete',
	tags: 'repository:app:pull,metadata_read',
	catalog: 'registry:catalog:*',
	metadata: 'repository:app:metadata_read',
	lock: 'repository:app:metadata_write',
};

/** Nothing happens where it is allowed: an upload is begun, a tag deleted that is not there, nothing locked. */
const requests: Record<Exclude<Use, 'import'>, [method: string, path: string]> = {
	pull: ['GET', '/v2/app/manifests/v1'],
	push: ['POST', '/v2/app/blobs/uploads/'],
	delete: ['DELETE', '/acr/v1/app/_tags/nosuch'],
	tags: ['GET', '/v2/app/tags/list'],
	catalog: ['GET', '/v2/_catalog'],
	metadata: ['GET', '/acr/v1/app/_manifests'],
	lock: ['PATCH', '/acr/v1/app'],
};

async function mayUse(asking: Asking, use: Use): Promise<boolean> {
	const { row, send } = asking;
	if (use === 'import') return mayImport(asking);
	const { principal, mode } = row.given;
	const isOpen = /^(admin user|nobody, anonymous pull on)$/.test(principal);
	const host = `${isOpen ? 'open' : 'plain'}${mode.toLowerCase()}.azurecr.io`;
	const token = await accessToken(asking, host, scopes[use]);
	if (token === undefined) return false;
	const [method, path] = requests[use];
	const accept = 'application/vnd.oci.image.index.v1+json';
	const body = method === 'PATCH' ? { body: '{}' } : {};
	const headers = { authorization: `Bearer ${token}`, accept };
	const answer = await send(new Request(`https://${host}${path}`, { method, headers, ...body }));
	await answer.text();
	if (![200, 202, 401, 404].includes(answer.status)) throw new Error(`${method} ${path} was answered ${answer.status}`);
	return answer.status !== 401;
}

async function mayImport(asking: Asking): Promise<boolean> {
	const { row, arm, send } = asking;
	const token = await entraToken(asking);
	const path = await registryPath(arm, `plain${row.given.mode.toLowerCase()}`);
	const source = { registryUri: 'docker.io', sourceImage: 'library/hello-world:latest' };
	const body = JSON.stringify({ source, targetTags: [`import${asking.at}:v1`], mode: 'Force' });
	const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
	const url = `${armHost}${path}/importImage?api-version=2025-11-01`;
	const answer = await send(new Request(url, { method: 'POST', headers, body }));
	await answer.text();
	if (![202, 403, 404].includes(answer.status)) throw new Error(`the import was answered ${answer.status}`);
	return answer.status === 202;
}

async function accessToken(asking: Asking, host: string, scope: string): Promise<string | undefined> {
	const { row, send } = asking;
	const password = await passwordOf(asking, host);
	if (password !== undefined || row.given.principal.startsWith('nobody')) {
		const query = new URLSearchParams({ service: host, scope });
		const headers = password === undefined ? {} : { authorization: `Basic ${btoa(password)}` };
		return textOf(
			await send(new Request(`https://${host}/oauth2/token?${query.toString()}`, { headers })),
			'access_token',
		);
	}
	const exchange = { grant_type: 'access_token', service: host, access_token: await entraToken(asking) };
	const refreshToken = await textOf(await send(form(`https://${host}/oauth2/exchange`, exchange)), 'refresh_token');
	if (refreshToken === undefined) return undefined;
	const grant = { grant_type: 'refresh_token', service: host, scope, refresh_token: refreshToken };
	return textOf(await send(form(`https://${host}/oauth2/token`, grant)), 'access_token');
}

/** `user:password` of whoever signs in at the registry itself. */
async function passwordOf({ arm, row, at, sandbox, send }: Asking, host: string): Promise<string | undefined> {
	const { principal, role = '' } = row.given;
	const name = host.split('.')[0] ?? '';
	if (principal === 'admin user') {
		const { username, passwords } = await arm(`${await registryPath(arm, name)}/listCredentials`, 'POST');
		return `${String(username)}:${Array.isArray(passwords) ? passwords[0].value : ''}`;
	}
	if (principal === 'admin user, disabled') return `${name}:anything`;
	if (principal === 'application by its secret')
		return `${await appIdOf(send, sandbox, `row${at}`)}:secret of row ${at}`;
	if (!principal.startsWith('repository token')) return undefined;
	const registry = await registryPath(arm, name);
	const status = principal.endsWith('disabled') ? 'disabled' : 'enabled';
	const properties = { scopeMapId: `${registry}/scopeMaps/${role}`, status };
	await arm(`${registry}/tokens/row${at}`, 'PUT', { properties });
	const made = await arm(`${registry}/generateCredentials`, 'POST', { tokenId: `${registry}/tokens/row${at}` });
	return `row${at}:${Array.isArray(made['passwords']) ? made['passwords'][0].value : ''}`;
}

async function entraToken({ row, at, sandbox, send, sendFrom, arm }: Asking): Promise<string> {
	const { principal } = row.given;
	if (principal === 'user') return userToken(send, sandbox, `row${at}`);
	if (principal === 'managed identity') return nodeToken({ sandbox, send, sendFrom, arm }, `row${at}`);
	const grant = {
		grant_type: 'client_credentials',
		client_id: await appIdOf(send, sandbox, `row${at}`),
		client_secret: `secret of row ${at}`,
		scope: `${armHost}/.default`,
	};
	const url = `https://login.microsoftonline.com/${domain}/oauth2/v2.0/token`;
	return (await textOf(await send(form(url, grant)), 'access_token')) ?? '';
}

/** From the metadata service of whichever machine has the identity of the cluster's nodes. */
async function nodeToken(
	{ sandbox, send, sendFrom, arm }: Pick<Asking, 'sandbox' | 'send' | 'sendFrom' | 'arm'>,
	cluster: string,
): Promise<string> {
	const { value } = await arm('/subscriptions');
	const [first] = Array.isArray(value) ? value : [];
	const path = `${first.id}/resourceGroups/siblingGroup/providers/Microsoft.ContainerService/managedClusters/${cluster}`;
	const headers = { authorization: `Bearer ${await userToken(send, sandbox, 'ana')}` };
	const shown = await send(new Request(`${armHost}${path}?api-version=2025-03-01`, { headers }));
	const client_id = Object(await shown.json()).properties.identityProfile.kubeletidentity.clientId;
	const query = new URLSearchParams({ 'api-version': '2018-02-01', resource: armHost, client_id });
	const imds = `http://169.254.169.254/metadata/identity/oauth2/token?${query.toString()}`;
	for (const { name } of sandbox.machines()) {
		const answer = await sendFrom(name)(new Request(imds, { headers: { metadata: 'true' } }));
		const token = await textOf(answer, 'access_token');
		if (token !== undefined) return token;
	}
	throw new Error(`no machine has the identity of ${cluster}`);
}

/** Of `ana`, or of `ana for https://graph.microsoft.com`. */
async function userToken(send: Send, sandbox: Sandbox, who: string): Promise<string> {
	const [name = '', resource = armHost] = who.split(' for ');
	const { tenantId, clientId, refreshToken } = sandbox.signInAs(`${name}@${domain}`);
	const grant = { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken };
	const url = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
	return (await textOf(await send(form(url, { ...grant, scope: `${resource}/.default` })), 'access_token')) ?? '';
}

async function appIdOf(send: Send, sandbox: Sandbox, name: string): Promise<string> {
	const graph = 'https://graph.microsoft.com';
	const headers = { authorization: `Bearer ${await userToken(send, sandbox, `ana for ${graph}`)}` };
	const query = new URLSearchParams({ $filter: `displayName eq '${name}'` });
	const found = await send(new Request(`${graph}/v1.0/applications?${query.toString()}`, { headers }));
	return Object(await found.json()).value[0].appId;
}

function form(url: string, fields: Record<string, string>): Request {
	return new Request(url, { method: 'POST', body: new URLSearchParams(fields) });
}

async function textOf(answer: Response, name: string): Promise<string | undefined> {
	const body = Object(await answer.json());
	return answer.status === 200 ? String(body[name]) : undefined;
}
