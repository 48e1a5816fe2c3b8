/**
 * The smallest custom role that works, for attach, detach and secret create; docs/rights.md has them. Without one of its actions the
 * command stops, and names that very action.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { SecretSource } from '@lanyard/connect';
import { type ExitCode, Problem } from '@lanyard/core';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { attachCommand } from './commands/attach.ts';
import { detachCommand } from './commands/detach.ts';
import { secretCreate } from './commands/secret/create.ts';
import { findRegistry } from './session/find.ts';
import type { Session } from './session/session.ts';
import { testContext, testSession } from './test-context.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 200, replicationDelay: '0s' },
	tenants: [{ domain, users: [{ name: 'ana' }, { name: 'dev' }] }],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] }],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	assignments: [{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' }],
};

const acr = 'Microsoft.ContainerRegistry/registries';
const aks = 'Microsoft.ContainerService/managedClusters';
const auth = 'Microsoft.Authorization';
/** What every command reads first. */
const reads = [
	`${acr}/read`,
	`${auth}/roleDefinitions/read`,
	`${auth}/roleAssignments/read`,
	`${auth}/permissions/read`,
];

type Run = (session: Session) => Promise<ExitCode>;
const context = () => ({ ...testContext(), clock: sandbox.clock });
const target = { output: 'text', cluster: 'mycluster', registry: 'myregistry', yes: true, patience: 1 } as const;
const attach: Run = (session) =>
	attachCommand(context(), session, { ...target, proveWith: 'myregistry.azurecr.io/nginx:v1' });
const detach: Run = (session) => detachCommand(context(), session, target);
const createFrom =
	(from: SecretSource): Run =>
	(session) =>
		secretCreate(context(), session, {
			...{ output: 'text', yes: true, patience: 1, name: 'pull', registry: ['myregistry'], from },
			...{ repository: ['nginx'], cluster: 'mycluster', replace: true },
		});

const roles: [name: string, run: Run, actions: string[], decisive: string[]][] = [
	[
		'attach',
		attach,
		[...reads, `${aks}/read`, `${aks}/listClusterUserCredential/action`, `${auth}/roleAssignments/write`],
		[`${auth}/roleAssignments/write`],
	],
	['detach', detach, [...reads, `${aks}/read`, `${auth}/roleAssignments/delete`], [`${auth}/roleAssignments/delete`]],
	[
		'secret create --from token',
		createFrom('token'),
		[
			...reads,
			...[`${aks}/read`, `${aks}/listClusterUserCredential/action`],
			...[`${acr}/scopeMaps/write`, `${acr}/tokens/write`, `${acr}/tokens/read`, `${acr}/generateCredentials/action`],
			...[`${acr}/scopeMaps/delete`, `${acr}/tokens/delete`],
		],
		[`${acr}/tokens/write`, `${acr}/scopeMaps/write`, `${acr}/generateCredentials/action`],
	],
	[
		'secret create --from admin-user',
		createFrom('admin-user'),
		[
			...reads,
			...[`${aks}/read`, `${aks}/listClusterUserCredential/action`],
			...[`${acr}/write`, `${acr}/listCredentials/action`],
		],
		[`${acr}/write`, `${acr}/listCredentials/action`],
	],
	[
		'secret create --from new-service-principal',
		createFrom('new-service-principal'),
		[
			...reads,
			...[`${aks}/read`, `${aks}/listClusterUserCredential/action`],
			...[`${auth}/roleAssignments/write`, `${auth}/roleAssignments/delete`],
		],
		[`${auth}/roleAssignments/write`],
	],
	[
		'secret create --from short-lived',
		createFrom('short-lived'),
		[...reads, `${aks}/read`, `${aks}/listClusterUserCredential/action`, `${acr}/pull/read`],
		[`${acr}/pull/read`],
	],
];

let sandbox: Sandbox;
let ana: Session;
let dev: Session;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	[ana, dev] = await Promise.all([testSession(sandbox), testSession(sandbox, `dev@${domain}`)]);
});

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

async function put(path: string, body: object): Promise<void> {
	const { value } = await ana.signIn.token(ana.cloud.armAudience);
	const headers = { authorization: `Bearer ${value.reveal()}`, 'content-type': 'application/json' };
	const request = new Request(`${ana.cloud.arm}${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
	const response = await ana.send(request);
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

describe.each(roles)('%s', (name, run, actions, decisive) => {
	it('works with its smallest role', async () => {
		if (name === 'detach') await attach(ana);
		expect(await withRole(actions, () => outcome(run(dev)))).toBe('exit 0');
		await detach(ana);
	});

	it.each(decisive)('names %s where it is missing', async (action) => {
		if (name === 'detach') await attach(ana);
		const without = actions.filter((one) => one !== action);
		const said = await withRole(without, () => outcome(run(dev)));
		expect(said).toContain(action);
		await detach(ana);
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
