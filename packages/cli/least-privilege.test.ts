/**
 * The smallest custom role that works, for attach, detach, secret create and cluster create; docs/rights.md has them. Without one of its actions the
 * command stops, and names that very action.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { createClusterAdmin } from '@lanyard/clients';
import type { SecretSource } from '@lanyard/connect';
import { type ExitCode, Problem } from '@lanyard/core';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { clusterCreate } from './commands/around/cluster.ts';
import { attachCommand } from './commands/attach.ts';
import { detachCommand } from './commands/detach.ts';
import { undoCommand } from './commands/plans.ts';
import { secretCreate } from './commands/secret/create.ts';
import { findRegistry } from './session/find.ts';
import type { Session } from './session/session.ts';
import { type TestContext, testContext, testSession } from './test-context.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 200, replicationDelay: '0s' },
	tenants: [
		{
			domain,
			users: [{ name: 'ana', roles: ['Application Administrator', 'Groups Administrator'] }, { name: 'dev' }],
			groups: [{ name: 'others' }],
			applications: [{ name: 'others-puller', password: 'its-password-is-known' }],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] }],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	assignments: [
		{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'others-puller', role: 'AcrPull', scope: 'myregistry' },
	],
};

const acr = 'Microsoft.ContainerRegistry/registries';
const aks = 'Microsoft.ContainerService/managedClusters';
const auth = 'Microsoft.Authorization';
const msi = 'Microsoft.ManagedIdentity/userAssignedIdentities';
/** What every command reads first; what one may do oneself, everybody is told. */
const asked = `${auth}/permissions/read`;
const reads = [`${acr}/read`, `${auth}/roleDefinitions/read`, asked];
/** What is read where it matters who has which role. */
const whoHas = `${auth}/roleAssignments/read`;

type Run = (session: Session) => Promise<ExitCode>;
let last: TestContext;
const hurry = (ms: number) => sleep(ms / sandbox.clock.scale);
const context = () => (last = { ...testContext(), clock: sandbox.clock, sleep: hurry });
const target = { output: 'text', cluster: 'mycluster', registry: 'myregistry', yes: true, patience: 60 } as const;
const proveWith = 'myregistry.azurecr.io/nginx:v1';
const attach: Run = (session) => attachCommand(context(), session, { ...target, proveWith });
const attachVia =
	(viaGroup: string): Run =>
	(session) =>
		attachCommand(context(), session, { ...target, proveWith, viaGroup });
const clusterVia =
	(viaGroup: string): Run =>
	(session) =>
		clusterCreate(context(), session, {
			...{ output: 'text', yes: true, patience: 60, name: 'shop', group: 'myResourceGroup', nodes: 1 },
			...{ nodeSize: 'Standard_DS2_v2', attach: ['myregistry'], viaGroup, proveWith: [proveWith] },
		});
const detach: Run = (session) => detachCommand(context(), session, target);
const createFrom =
	(from: SecretSource, principal?: string): Run =>
	(session) =>
		secretCreate(context(), session, {
			...{ output: 'text', yes: true, patience: 60, name: 'pull', registry: ['myregistry'], from },
			...{ repository: ['nginx'], cluster: 'mycluster', replace: true, ...(principal && { principal }) },
		});

const roles: [name: string, run: Run, actions: string[]][] = [
	[
		'attach',
		attach,
		[...reads, whoHas, `${aks}/read`, `${aks}/listClusterUserCredential/action`, `${auth}/roleAssignments/write`],
	],
	['detach', detach, [...reads, whoHas, `${aks}/read`, `${auth}/roleAssignments/delete`]],
	[
		'secret create --from token',
		createFrom('token'),
		[
			...reads,
			...[`${aks}/read`, `${aks}/listClusterUserCredential/action`],
			...[`${acr}/scopeMaps/read`, `${acr}/scopeMaps/write`, `${acr}/tokens/read`, `${acr}/tokens/write`],
			`${acr}/generateCredentials/action`,
			...[`${acr}/scopeMaps/delete`, `${acr}/tokens/delete`],
		],
	],
	[
		'secret create --from admin-user',
		createFrom('admin-user'),
		[
			...reads,
			...[`${aks}/read`, `${aks}/listClusterUserCredential/action`],
			...[`${acr}/write`, `${acr}/listCredentials/action`],
		],
	],
	[
		'secret create --from new-service-principal',
		createFrom('new-service-principal'),
		[
			...reads,
			...[`${aks}/read`, `${aks}/listClusterUserCredential/action`],
			...[`${auth}/roleAssignments/write`, `${auth}/roleAssignments/delete`],
		],
	],
	[
		'secret create --from service-principal',
		createFrom('service-principal', 'devs-puller'),
		[...reads, whoHas, `${aks}/read`, `${aks}/listClusterUserCredential/action`],
	],
	[
		'attach --via-group',
		attachVia('devs'),
		[...reads, whoHas, `${aks}/read`, `${aks}/listClusterUserCredential/action`, `${auth}/roleAssignments/write`],
	],
	[
		'cluster create --attach --via-group',
		clusterVia('devs'),
		[
			...reads,
			whoHas,
			...['Microsoft.Resources/subscriptions/resourceGroups/read', `${aks}/read`, `${aks}/write`],
			...[`${msi}/read`, `${msi}/write`, `${msi}/assign/action`, `${auth}/roleAssignments/write`],
			`${aks}/listClusterUserCredential/action`,
		],
	],
	[
		'secret create --from short-lived',
		createFrom('short-lived'),
		[...reads, `${aks}/read`, `${aks}/listClusterUserCredential/action`, `${acr}/pull/read`],
	],
];

let sandbox: Sandbox;
let ana: Session;
let dev: Session;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	[ana, dev] = await Promise.all([hurried(testSession(sandbox)), hurried(testSession(sandbox, `dev@${domain}`))]);
	await makeOwned();
});

/** What takes a while on Azure takes its share of it here. */
async function hurried(opening: Promise<Session>): Promise<Session> {
	const session = await opening;
	const { send, signIn, cloud } = session;
	const atArm = { send, signIn, endpoint: cloud.arm, audience: cloud.armAudience, sleep: hurry };
	return { ...session, clusters: createClusterAdmin(atArm) };
}

/** Whoever makes a group or an application owns it, and needs no role in the directory for it. */
async function makeOwned(): Promise<void> {
	const group = { displayName: 'devs', mailNickname: 'devs', mailEnabled: false, securityEnabled: true };
	await ask(dev, `${dev.cloud.graph}/v1.0/groups`, { method: 'POST', body: group });
	const { appId } = await dev.graph.createApplication({ displayName: 'devs-puller', tags: [] });
	const { objectId } = await dev.graph.createServicePrincipal(appId);
	const registry = await findRegistry(ana, 'myregistry');
	const [role] = await ana.arm.roleDefinitions(registry.id, 'AcrPull');
	const to = { principalId: objectId, principalType: 'ServicePrincipal' };
	await ana.arm.assignRole({ scope: registry.id, name: crypto.randomUUID(), roleDefinitionId: role?.id ?? '', ...to });
}

afterAll(async () => {
	await Promise.all([ana.close(), dev.close()]);
	await sandbox.close();
});

/** Gives dev a custom role with exactly these actions, and takes it away afterwards. */
async function withRole<T>(actions: string[], work: () => Promise<T>): Promise<T> {
	const [subscription] = await ana.subscriptions();
	const scope = `/subscriptions/${subscription?.id}`;
	const [id, name] = [crypto.randomUUID(), crypto.randomUUID()];
	const roleDefinitionId = `${scope}/providers/${auth}/roleDefinitions/${id}`;
	const properties = {
		roleName: `lanyard ${id}`,
		assignableScopes: [scope],
		permissions: [{ actions, notActions: [] }],
	};
	await put(`${roleDefinitionId}?api-version=2022-05-01-preview`, { properties });
	const { objectId } = await dev.signIn.caller();
	const made = await ana.arm.assignRole({
		scope,
		name,
		roleDefinitionId,
		principalId: objectId,
		principalType: 'User',
	});
	sandbox.clock.jump(3_600_000);
	try {
		return await work();
	} finally {
		await ana.arm.removeRole(made.id);
		sandbox.clock.jump(3_600_000);
	}
}

const put = (path: string, body: object) => ask(ana, `${ana.cloud.arm}${path}`, { method: 'PUT', body });

async function ask(session: Session, url: string, { method, body }: { method: string; body: object }): Promise<void> {
	const { arm, armAudience, graph } = session.cloud;
	const { value } = await session.signIn.token(url.startsWith(arm) ? armAudience : graph);
	const headers = { authorization: `Bearer ${value.reveal()}`, 'content-type': 'application/json' };
	const response = await session.send(new Request(url, { method, headers, body: JSON.stringify(body) }));
	expect(response.status).toBeLessThan(300);
	await response.body?.cancel();
}

const outcome = (work: Promise<ExitCode>): Promise<string> =>
	work.then(
		(exit) => `exit ${exit}`,
		(thrown: unknown) => {
			if (!(thrown instanceof Problem)) throw thrown;
			const { cause } = thrown;
			return [thrown.code, thrown.wanted, thrown.found, cause instanceof Problem ? cause.wanted : ''].join(' ');
		},
	);

/** As ana, who may: what dev made with his smallest role, some of which he may not take back. */
async function takeBack(): Promise<void> {
	await undoCommand(last, ana, { output: 'text', yes: true }).catch((problem: unknown) => {
		if (!(problem instanceof Problem && problem.code === 'plan-not-found')) throw problem;
	});
}

/** All but what others take back later; detach is such a taking back. */
function neededFor(name: string, actions: string[]): string[] {
	return actions.filter((one) => one !== asked && (name === 'detach' || !one.endsWith('/delete')));
}

describe.each(roles)('%s', (name, run, actions) => {
	it('works with its smallest role', async () => {
		if (name === 'detach') await attach(ana);
		expect(await withRole(actions, () => outcome(run(dev)))).toBe('exit 0');
		await (name.endsWith('--via-group') ? takeBack() : detach(ana));
	});

	it.each(neededFor(name, actions))('names %s where it is missing', async (action) => {
		if (name === 'detach') await attach(ana);
		const without = actions.filter((one) => one !== action);
		// A session that is open keeps the way into a cluster.
		const fresh = await hurried(testSession(sandbox, `dev@${domain}`));
		const said = await withRole(without, () => outcome(run(fresh)));
		await fresh.close();
		expect(`${said} ${last.printed().replaceAll(/\s+/g, ' ')}`).toContain(action);
		await (name.endsWith('--via-group') ? takeBack() : detach(ana));
	});

	afterEach(async () => {
		// The next one is to switch it on again.
		if (name.endsWith('admin-user'))
			await ana.registries.switchAdminUser((await findRegistry(ana, 'myregistry')).id, false);
	});

	it('is documented with exactly these actions', () => {
		const text = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/rights.md'), 'utf8');
		const section = text.split(/^## /m).find((one) => one.startsWith(name)) ?? '';
		const documented = Array.from(section.matchAll(/^\s+"(Microsoft[^"]+)"/gm), ([, action = '']) => action);
		expect(documented.toSorted()).toEqual(actions.toSorted());
	});
});

it.each<[string, Run, string, RegExp]>([
	[
		'secret create --from service-principal',
		createFrom('service-principal', 'others-puller'),
		'secret create --from service-principal',
		/POST \/applications\/\S+\/addPassword/,
	],
	['attach --via-group', attachVia('others'), 'attach --via-group', /POST \/groups\/\S+\/members\/\$ref/],
	[
		'cluster create --attach --via-group',
		clusterVia('others'),
		'cluster create --attach --via-group',
		/POST \/groups\/\S+\/members\/\$ref/,
	],
])('%s names what the directory does not let do', async (_name, run, row, missing) => {
	const [, , actions = []] = roles.find(([name]) => name === row) ?? [];
	const said = await withRole(actions, () => outcome(run(dev)));
	expect(said).toMatch(/caller-lacks-right|stopped-part-way/);
	expect(said).toMatch(missing);
	await takeBack();
});
