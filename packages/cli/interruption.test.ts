/**
 * Killed at every step of every method, and run again: the same end, nothing orphaned. A kill is what the journal shows of one:
 * the step was started, and either nothing happened or all of it did, but nobody wrote it down.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import {
	findSecrets,
	gather,
	gatherProofs,
	gatherSecret,
	perform,
	planAttach,
	planDelete,
	planMigrate,
	planRotate,
	planSecretCreate,
	type SecretSource,
	undo,
} from '@lanyard/connect';
import { createRegistryAdmin } from '@lanyard/clients';
import type { Plan } from '@lanyard/core';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { handsOf, newPlanNames } from './commands/change.ts';
import { findCluster, findRegistry } from './session/find.ts';
import type { Session } from './session/session.ts';
import { testContext, testSession } from './test-context.ts';
import { dumpWorld } from './test-world-dump.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 200, replicationDelay: '5s' },
	tenants: [{ domain, users: [{ name: 'ana', roles: ['Application Administrator'] }] }],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] }],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	assignments: [{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' }],
};

let sandbox: Sandbox;
let ana: Session;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	const session = await testSession(sandbox);
	const { send, signIn, cloud } = session;
	// What takes a while on Azure takes its share of it here: a second is a second to whoever polls.
	const atArm = { send, signIn, endpoint: cloud.arm, audience: cloud.armAudience, sleep: hurry };
	ana = { ...session, registries: createRegistryAdmin(atArm) };
});

afterAll(async () => {
	await ana.close();
	await sandbox.close();
});

class Killed extends Error {}

const hurry = (ms: number) => sleep(ms / sandbox.clock.scale);
const hands = () => handsOf({ ...testContext(), clock: sandbox.clock, sleep: hurry }, ana, { flags: { patience: 5 } });

/** Performs until the journal is written for the nth time, and gives what the journal has then, and whether it got to its end. */
async function killedAt(plan: Plan, nth: number): Promise<{ journal: Plan; isWhole: boolean }> {
	let journal = plan;
	let writes = 0;
	const onChange = async (changed: Plan) => {
		if (++writes === nth) throw new Killed();
		journal = changed;
	};
	try {
		return { journal: await perform(plan, { hands: hands(), onChange }), isWhole: true };
	} catch (thrown) {
		if (thrown instanceof Killed) return { journal, isWhole: false };
		throw thrown;
	}
}

const secretPlan = (source: SecretSource) => async () => {
	const registry = await findRegistry(ana, 'myregistry');
	const server = registry.loginServer;
	const wish = {
		...{ name: 'pull', cluster: 'context:mycluster', clusterName: 'mycluster', source },
		targets: [{ server, host: server, registry }],
		namespaces: ['default', 'kube-public'],
		attachTo: [{ kind: 'serviceaccount', name: 'default' }],
		repositories: ['nginx'],
		endsAt: new Date(sandbox.clock.now().getTime() + 86_400_000),
		replace: false,
	};
	return planSecretCreate(await gatherSecret({ ...ana, kube: ana.kubeBy }, wish), newPlanNames(ana));
};

async function attachPlan(): Promise<Plan> {
	const [cluster, registry] = [await findCluster(ana, 'mycluster'), await findRegistry(ana, 'myregistry')];
	return planAttach(await gather(ana, { cluster, registry }), newPlanNames(ana));
}

const found = async () => findSecrets(await ana.kube(), { name: 'pull', namespaces: ['default', 'kube-public'] });
const place = { name: 'pull', cluster: 'context:mycluster', clusterName: 'mycluster' };

async function migratePlan(): Promise<Plan> {
	const [cluster, registry] = [await findCluster(ana, 'mycluster'), await findRegistry(ana, 'myregistry')];
	const attach = await gather(ana, { cluster, registry });
	const image = 'myregistry.azurecr.io/nginx:v1';
	return planMigrate({ attach, found: await found(), image, pools: ['nodepool1'] }, newPlanNames(ana));
}

describe.each<[string, () => Promise<Plan>, SecretSource | undefined]>([
	['attach', attachPlan, undefined],
	['secret create --from new-service-principal', secretPlan('new-service-principal'), undefined],
	['secret create --from token', secretPlan('token'), undefined],
	['secret create --from admin-user', secretPlan('admin-user'), undefined],
	['secret create --from short-lived', secretPlan('short-lived'), undefined],
	[
		'secret delete',
		async () => planDelete({ ...place, found: await found(), revoke: false }, newPlanNames(ana)),
		'token',
	],
	['migrate', migratePlan, 'token'],
])('%s', (_name, makePlan, first) => {
	it('is killed at each step, goes on to the same end, and is undone to the world before', async () => {
		const setUp = first && (await perform(await secretPlan(first)(), { hands: hands() }));
		const before = await dumpWorld(ana);
		let kills = 0;
		for (let nth = 1; ; nth++) {
			const { journal, isWhole } = await killedAt(await makePlan(), nth);
			const done = isWhole ? journal : await perform(journal, { hands: hands() });
			expect(done.steps.map(({ state }) => state)).toEqual(done.steps.map(() => 'done'));
			await undo(done, { hands: hands() });
			expect(await dumpWorld(ana)).toEqual(before);
			if (isWhole) {
				expect(kills).toBe(done.steps.length * 2);
				break;
			}
			kills += 1;
			// And where nobody goes on, what the journal has is enough to take all of it back.
			await undo((await killedAt(await makePlan(), nth)).journal, { hands: hands() });
			expect(await dumpWorld(ana)).toEqual(before);
		}
		if (setUp) await undo(setUp, { hands: hands() });
	});
});

it('a rotation is killed at each step and ends with one working password', async () => {
	const made = await perform(await secretPlan('new-service-principal')(), { hands: hands() });
	const application = made.steps.find(({ result }) => result?.['application'])?.result?.['application'] ?? '';
	const plan = async () => {
		const servers = ['myregistry.azurecr.io'];
		const wish = { cluster: place.cluster, servers, namespaces: [], repositories: ['nginx'] };
		const proofRepositories = await gatherProofs({ ...ana, kube: ana.kubeBy }, wish);
		const endsAt = new Date(sandbox.clock.now().getTime() + 86_400_000);
		return planRotate({ ...place, found: await found(), proofRepositories, endsAt }, newPlanNames(ana));
	};
	for (let nth = 1; ; nth++) {
		const { journal, isWhole } = await killedAt(await plan(), nth);
		if (isWhole) break;
		await perform(journal, { hands: hands() });
		expect((await ana.graph.application(application))?.passwords).toHaveLength(1);
		const [one, two] = await found();
		const [login, other] = [one?.logins[0], two?.logins[0]];
		expect(login?.password.reveal()).toBe(other?.password.reveal());
		if (login) await ana.registryAs('myregistry.azurecr.io', login).accessToken('nginx', ['pull']);
	}
});
