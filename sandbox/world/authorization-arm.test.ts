/**
 * The table of who may do what, typed from what is known of the vendor's pages (`vectors/authorization-arm.json`), asked over HTTP through the front door:
 * an owner gives the roles, the principal asks, and the owner takes the roles away again.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openTransport } from '@lanyard/sandbox-cluster';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from './sandbox.ts';
import type { WorldDeclaration } from './world-file.ts';

type Custom = Record<'actions' | 'notActions' | 'dataActions' | 'notDataActions', string[]>;
type To = 'itself' | 'group' | 'outer group' | 'stranger';
type Kind = 'user' | 'application' | 'managed identity';

interface Denial {
	at: string;
	actions: string[];
	notActions: string[];
	dataActions: string[];
	/** Everybody, when left out. */
	to?: To;
	except?: To;
	stopsHere?: boolean;
}

/** One role on the subscription, and everything that it lets a user do; the rest is refused. */
interface Row {
	name: string;
	given: { role: string };
	expect: { allows: string[]; unknown: string[]; page: string; date: string };
}

/** One question; `null` where no page answers it. */
interface Cell {
	name: string;
	given: {
		as?: Kind;
		roles: { role: string | Custom; at: string; to?: To; condition?: string }[];
		denies?: Denial[];
		do: string;
		on?: string;
	};
	expect: { allowed: boolean | null; page: string; date: string };
}

const file = join(import.meta.dirname, '../../vectors/authorization-arm.json');
const { cases }: { cases: (Row | Cell)[] } = JSON.parse(readFileSync(file, 'utf8'));
const isRow = (one: Row | Cell): one is Row => 'role' in one.given;
const rows = cases.filter(isRow);
const cells = cases.filter((one): one is Cell => !isRow(one));

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { replicationDelay: '0s' },
	tenants: [
		{
			domain,
			users: [{ name: 'ana' }, { name: 'ben' }, { name: 'dora' }],
			applications: [{ name: 'robot', password: 'robot-secret' }, { name: 'other' }],
			groups: [
				{ name: 'team', members: [`ben@${domain}`, 'robot', 'mycluster'] },
				{ name: 'outer', members: ['team'] },
			],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [
		{ name: 'myregistry', group: 'myGroup', images: ['nginx:v1'] },
		{ name: 'abacregistry', group: 'myGroup', roleMode: 'ABAC', images: ['nginx:v1'] },
		{ name: 'sibling', group: 'otherGroup' },
	],
	clusters: [{ name: 'mycluster', group: 'myGroup', nodes: 1 }],
	assignments: [
		{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: `ana@${domain}`, role: 'Container Registry Repository Writer', scope: 'abacregistry' },
	],
};

const arm = 'https://management.azure.com';
const graph = 'https://graph.microsoft.com';
const authorization = 'providers/Microsoft.Authorization';
const everybody = '00000000-0000-0000-0000-000000000000';

let sandbox: Sandbox;
let transports: Record<'workstation' | 'node', ReturnType<typeof openTransport>>;
let owner: string;
let tokens: Record<Kind, string>;
let ids: Record<To, string> & { application: string };
let places: Record<string, string>;
let roleIds: Map<string, string>;

interface Sent {
	method?: string;
	body?: unknown;
	raw?: string;
}

async function send(token: string, url: string, { method = 'GET', body, raw }: Sent = {}): Promise<Response> {
	const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
	const accept = 'application/json, application/vnd.oci.image.index.v1+json';
	const headers = { authorization: `Bearer ${token}`, accept, 'content-type': 'application/json' };
	return transports.workstation.send(new Request(url, { method, headers, ...(text !== undefined && { body: text }) }));
}

const versions: [RegExp, string][] = [
	[/denyAssignments/, '2024-07-01-preview'],
	[/Microsoft\.Authorization/, '2022-04-01'],
	[/Microsoft\.ContainerRegistry\//, '2025-11-01'],
	[/Microsoft\.ContainerService\//, '2025-03-01'],
	[/Microsoft\.ManagedIdentity\//, '2024-11-30'],
	[/Microsoft\.Network\//, '2024-05-01'],
];

function askArm(token: string, path: string, sent: Sent = {}): Promise<Response> {
	const version = versions.find(([pattern]) => pattern.test(path))?.[1] ?? '2022-12-01';
	return send(token, `${arm}${path}?api-version=${version}`, sent);
}

async function json(answer: Response): Promise<Record<string, string>> {
	return Object(await answer.json());
}

async function userToken(name: string, audience: string): Promise<string> {
	const { tenantId, clientId, refreshToken } = sandbox.signInAs(`${name}@${domain}`);
	const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken };
	return tokenFor(tenantId, { ...form, scope: `${audience}/.default` });
}

async function tokenFor(tenant: string, form: Record<string, string>): Promise<string> {
	const url = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
	const answer = await transports.workstation.send(
		new Request(url, { method: 'POST', body: new URLSearchParams(form) }),
	);
	return String((await json(answer))['access_token']);
}

async function nodeToken(clientId: string): Promise<string> {
	const query = new URLSearchParams({ 'api-version': '2018-02-01', resource: arm, client_id: clientId });
	const url = `http://169.254.169.254/metadata/identity/oauth2/token?${query.toString()}`;
	return String(
		(await json(await transports.node.send(new Request(url, { headers: { metadata: 'true' } }))))['access_token'],
	);
}

async function objectOf(graphToken: string, path: string): Promise<Record<string, string>> {
	const { value } = Object(await (await send(graphToken, `${graph}/v1.0/${path}`)).json());
	return Object(value[0] ?? {});
}

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	const { caPem } = sandbox;
	const node = sandbox.machines().find(({ name }) => name !== 'workstation')?.proxyUrl ?? '';
	transports = {
		workstation: openTransport({ proxyUrl: sandbox.proxyUrl, caPem }),
		node: openTransport({ proxyUrl: node, caPem }),
	};
	owner = await userToken('ana', arm);
	await learnPlaces();
	await learnPeople();
	const { value } = Object(
		await (await askArm(owner, `${places['subscription']}/${authorization}/roleDefinitions`)).json(),
	);
	roleIds = new Map(
		value.map((one: { name: string; properties: { roleName: string } }) => [one.properties.roleName, one.name]),
	);
});

afterAll(async () => {
	await transports.workstation.close();
	await transports.node.close();
	await sandbox.close();
	console.info(
		`authorization table: ${asked} cells asked over HTTP, ${asked - surprises} as the table says; ${unknown} unknown, not asked`,
	);
});

async function learnPlaces(): Promise<void> {
	const { value } = Object(await (await askArm(owner, '/subscriptions')).json());
	const subscription = String(value[0].id);
	const [group, other] = [`${subscription}/resourceGroups/myGroup`, `${subscription}/resourceGroups/otherGroup`];
	const registries = `${group}/providers/Microsoft.ContainerRegistry/registries`;
	const network = `${group}/providers/Microsoft.Network/virtualNetworks/office`;
	places = {
		subscription,
		group,
		'other group': other,
		registry: `${registries}/myregistry`,
		'abac registry': `${registries}/abacregistry`,
		sibling: `${other}/providers/Microsoft.ContainerRegistry/registries/sibling`,
		cluster: `${group}/providers/Microsoft.ContainerService/managedClusters/mycluster`,
		identity: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker`,
		network,
		subnet: `${network}/subnets/desks`,
	};
	const subnets = [{ name: 'desks', properties: { addressPrefix: '10.0.0.0/24' } }];
	const properties = { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets };
	await askArm(owner, network, { method: 'PUT', body: { location: 'westeurope', properties } });
	await askArm(owner, places['identity'] ?? '', { method: 'PUT', body: { location: 'westeurope' } });
}

async function learnPeople(): Promise<void> {
	const graphToken = await userToken('ana', graph);
	const robot = await objectOf(graphToken, "servicePrincipals?$filter=displayName eq 'robot'");
	const other = await objectOf(graphToken, "servicePrincipals?$filter=displayName eq 'other'");
	const team = await objectOf(graphToken, "groups?$filter=displayName eq 'team'");
	const outer = await objectOf(graphToken, "groups?$filter=displayName eq 'outer'");
	const cluster = Object(await (await askArm(owner, places['cluster'] ?? '')).json());
	const kubelet = cluster.properties.identityProfile.kubeletidentity;
	const appForm = {
		grant_type: 'client_credentials',
		client_id: String(robot['appId']),
		client_secret: 'robot-secret',
	};
	tokens = {
		user: await userToken('ben', arm),
		application: await tokenFor(domain, { ...appForm, scope: `${arm}/.default` }),
		'managed identity': await nodeToken(kubelet.clientId),
	};
	const claims = Object.values(tokens).map((jwt) =>
		JSON.parse(atob(jwt.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '')),
	);
	own = new Map([
		['user', claims[0].oid],
		['application', claims[1].oid],
		['managed identity', claims[2].oid],
	]);
	const dora = await objectOf(graphToken, `users?$filter=userPrincipalName eq 'dora@${domain}'`);
	ids = {
		itself: '',
		group: String(team['id']),
		'outer group': String(outer['id']),
		stranger: String(dora['id']),
		application: String(other['id']),
	};
}

let own: Map<Kind, string>;
const idOf = (to: To, kind: Kind) => (to === 'itself' ? (own.get(kind) ?? '') : ids[to]);

const bad: Sent = { raw: 'no json' };
const patch: Sent = { method: 'PATCH', ...bad };
const put: Sent = { method: 'PUT', ...bad };
const post: Sent = { method: 'POST', ...bad };
const remove: Sent = { method: 'DELETE' };

/** How each action is asked for so that nothing happens where it is allowed: the place, what follows it, the request. */
const asks: Record<string, [place: string, path: () => string, sent: Sent]> = {
	'registry/read': ['registry', () => '', {}],
	'registry/write': ['registry', () => '', patch],
	'registry/delete': ['group', () => '/providers/Microsoft.ContainerRegistry/registries/nosuchone', remove],
	'registry/list-credentials': ['registry', () => '/listCredentials', { method: 'POST' }],
	'registry/list-usages': ['registry', () => '/listUsages', {}],
	'registry/import': ['registry', () => '/importImage', post],
	'registry/generate-credentials': ['registry', () => '/generateCredentials', post],
	'tokens/read': ['registry', () => '/tokens', {}],
	'scope-maps/write': ['registry', () => '/scopeMaps/mine', put],
	'cluster/read': ['cluster', () => '', {}],
	'cluster/write': ['cluster', () => '', patch],
	'cluster/user-credential': ['cluster', () => '/listClusterUserCredential', { method: 'POST' }],
	'cluster/admin-credential': ['cluster', () => '/listClusterAdminCredential', { method: 'POST' }],
	'agent-pools/read': ['cluster', () => '/agentPools', {}],
	'agent-pools/write': ['cluster', () => '/agentPools/more', put],
	'identity/read': ['identity', () => '', {}],
	'identity/write': ['identity', () => '', patch],
	'federated-credentials/read': ['identity', () => '/federatedIdentityCredentials', {}],
	'group/read': ['group', () => '', {}],
	'group/write': ['group', () => '', patch],
	'role-assignments/read': ['group', () => `/${authorization}/roleAssignments`, {}],
	'role-assignments/write': ['registry', () => `/${authorization}/roleAssignments/${randomUUID()}`, put],
	'role-assignments/delete': ['registry', () => `/${authorization}/roleAssignments/${randomUUID()}`, remove],
	'role-definitions/read': ['group', () => `/${authorization}/roleDefinitions`, {}],
	'role-definitions/write': ['group', () => `/${authorization}/roleDefinitions/${randomUUID()}`, put],
	'deny-assignments/read': ['group', () => `/${authorization}/denyAssignments`, {}],
	'deny-assignments/write': ['group', () => `/${authorization}/denyAssignments/${randomUUID()}`, put],
	'network/read': ['network', () => '', {}],
	'subnets/read': ['subnet', () => '', {}],
	'subnets/write': ['network', () => '/subnets/more', put],
	'locations/read': ['subscription', () => '/locations', {}],
	'name-check': [
		'subscription',
		() => '/providers/Microsoft.ContainerRegistry/checkNameAvailability',
		{ method: 'POST', body: { name: 'somename', type: 'Microsoft.ContainerRegistry/registries' } },
	],
	'provider/register': ['subscription', () => '/providers/Microsoft.ContainerRegistry/register', { method: 'POST' }],
};

/** Whether a request gets past authorization. */
async function mayAsk(token: string, action: string, on?: string): Promise<boolean> {
	if (action === 'pull' || action === 'push') return mayUse(token, action, on ?? 'registry');
	const [, give, role, kind] = action.match(/^(assign|take) (\w+) (?:to|from) an? (user|application)$/) ?? [];
	if (give !== undefined) return mayGive(token, { give, role: role ?? '', kind: kind ?? '' });
	const [place = '', path = () => '', sent] = asks[action] ?? [];
	const answer = await askArm(token, `${places[on ?? place] ?? ''}${path()}`, sent);
	await answer.text();
	expect([200, 201, 202, 204, 400, 403, 404, 409]).toContain(answer.status);
	return answer.status !== 403;
}

async function mayGive(
	token: string,
	{ give, role, kind }: { give: string; role: string; kind: string },
): Promise<boolean> {
	const path = `${places['group']}/${authorization}/roleAssignments/${randomUUID()}`;
	const principalId = kind === 'user' ? ids.stranger : ids.application;
	const roleDefinitionId = `${places['subscription']}/${authorization}/roleDefinitions/${roleIds.get(role)}`;
	const body = { properties: { roleDefinitionId, principalId } };
	if (give === 'take') await askArm(owner, path, { method: 'PUT', body });
	const answer = await askArm(token, path, give === 'take' ? remove : { method: 'PUT', body });
	await answer.text();
	await askArm(owner, path, remove);
	expect([200, 201, 403]).toContain(answer.status);
	return answer.status !== 403;
}

async function mayUse(token: string, use: 'pull' | 'push', on: string): Promise<boolean> {
	const host = `${(places[on] ?? '').split('/').at(-1)}.azurecr.io`;
	const form = (body: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(body) });
	const exchange = { grant_type: 'access_token', service: host, access_token: token };
	const swapped = await transports.workstation.send(new Request(`https://${host}/oauth2/exchange`, form(exchange)));
	if (swapped.status === 401) return false;
	const refresh = {
		grant_type: 'refresh_token',
		service: host,
		refresh_token: String((await json(swapped))['refresh_token']),
	};
	const scope = `repository:nginx:${use === 'pull' ? 'pull' : 'pull,push'}`;
	const answer = await transports.workstation.send(
		new Request(`https://${host}/oauth2/token`, form({ ...refresh, scope })),
	);
	const access = String((await json(answer))['access_token']);
	const pull = () => send(access, `https://${host}/v2/nginx/manifests/v1`);
	const push = () => send(access, `https://${host}/v2/nginx/blobs/uploads/`, { method: 'POST' });
	const used = await (use === 'pull' ? pull() : push());
	await used.text();
	expect([200, 202, 401]).toContain(used.status);
	return used.status !== 401;
}

/** Ids of what was made for a case, the last one first; taken away after it. */
let made: string[] = [];

afterEach(async () => {
	for (const path of made) await askArm(owner, path, remove);
	made = [];
});

async function prepare({ as = 'user', roles, denies = [] }: Cell['given']): Promise<void> {
	const make = async (path: string, properties: unknown) => {
		const answer = await askArm(owner, path, { method: 'PUT', body: { properties } });
		expect([answer.status, answer.status === 201 ? '' : await answer.text()]).toEqual([201, '']);
		await answer.body?.cancel();
		made.unshift(path);
	};
	for (const { role, at, to = 'itself', condition } of roles) {
		const id = typeof role === 'string' ? roleIds.get(role) : randomUUID();
		const definition = `${places['subscription']}/${authorization}/roleDefinitions/${id}`;
		if (typeof role !== 'string')
			await make(definition, { roleName: id, permissions: [role], assignableScopes: [places['subscription']] });
		const more = condition === undefined ? {} : { condition, conditionVersion: '2.0' };
		const what = { roleDefinitionId: definition, principalId: idOf(to, as), ...more };
		await make(`${places[at]}/${authorization}/roleAssignments/${randomUUID()}`, what);
	}
	for (const denial of denies)
		await make(`${places[denial.at]}/${authorization}/denyAssignments/${randomUUID()}`, denied(denial, as));
}

/** Whoever makes one for everybody has to exclude somebody; here it is the owner, who takes it away again. */
function denied({ actions, notActions, dataActions, to, except, stopsHere = false }: Denial, as: Kind): unknown {
	const ana = {
		id: JSON.parse(atob(owner.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '')).oid,
		type: 'User',
	};
	const excluded = except === undefined ? [] : [{ id: idOf(except, as), type: 'User' }];
	return {
		denyAssignmentName: 'for a test',
		permissions: [{ actions, notActions, dataActions, notDataActions: [] }],
		principals: to === undefined ? [{ id: everybody, type: 'Everyone' }] : [{ id: idOf(to, as), type: 'User' }],
		excludePrincipals: [ana, ...excluded],
		doNotApplyToChildScopes: stopsHere,
	};
}

let asked = 0;
let surprises = 0;
let unknown = 0;

function count(wanted: boolean, found: boolean): void {
	asked += 1;
	if (wanted !== found) surprises += 1;
}

describe('a built-in role on the subscription lets a user', () => {
	it.each(rows)('$name', async ({ given: { role }, expect: { allows, unknown: open } }) => {
		await prepare({ roles: [{ role, at: 'subscription' }], do: '' });
		const found: string[] = [];
		for (const action of Object.keys(asks).filter((one) => one !== 'subnets/read' && !open.includes(one))) {
			const may = await mayAsk(tokens.user, action);
			count(allows.includes(action), may);
			if (may) found.push(action);
		}
		unknown += open.length;
		expect(found.toSorted()).toEqual(allows.toSorted());
	});
});

describe('it is so that', () => {
	it.each(cells)('$name', async ({ given, expect: { allowed } }) => {
		if (allowed === null) return void (unknown += 1);
		await prepare(given);
		const may = await mayAsk(tokens[given.as ?? 'user'], given.do, given.on);
		count(allowed, may);
		expect(may).toBe(allowed);
	});
});

it('every row names its page and its day', () => {
	const sources = cases.map((one) => one.expect);
	expect(
		sources.filter(
			({ page, date }) => !page.startsWith('https://learn.microsoft.com/') || !/^\d{4}-\d\d-\d\d$/.test(date),
		),
	).toEqual([]);
});
