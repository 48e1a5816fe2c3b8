/**
 * Killed at every step of every method, and run again: the same end, nothing orphaned. A kill is what the journal shows of one:
 * the step was started, and either nothing happened or all of it did, but nobody wrote it down.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import {
	findSecrets,
	gather,
	gatherCluster,
	gatherProofs,
	gatherSecret,
	parseRepositoryRule,
	perform,
	planAttach,
	planClusterCreate,
	planDelete,
	planDetach,
	planImport,
	planMigrate,
	planRegistryCreate,
	planRotate,
	planSecretCreate,
	type SecretSource,
	undo,
} from '@lanyard/connect';
import { createClusterAdmin, createRegistryAdmin } from '@lanyard/clients';
import { parseImageReference, type Plan, type RepositoryRule } from '@lanyard/core';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { handsOf, newPlanNames } from './commands/change.ts';
import { findCluster, findRegistry, findResourceGroup } from './session/find.ts';
import type { Session } from './session/session.ts';
import { testContext, testSession } from './test-context.ts';
import { dumpWorld } from './test-world-dump.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 200, replicationDelay: '5s' },
	tenants: [
		{
			domain,
			users: [{ name: 'ana', roles: ['Application Administrator', 'Groups Administrator'] }],
			groups: [{ name: 'pullers', members: [] }],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [
		{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] },
		{ name: 'second', group: 'myResourceGroup', roleMode: 'ABAC', images: ['base:1'] },
	],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	assignments: [
		'Owner',
		'Container Registry Repository Contributor',
		'Container Registry Repository Catalog Lister',
	].map((role) => ({ principal: `ana@${domain}`, role, scope: '/subscriptions/Payments' })),
};

let sandbox: Sandbox;
let ana: Session;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	ana = await signedIn();
});

afterAll(async () => {
	await ana.close();
	await sandbox.close();
});

async function signedIn(): Promise<Session> {
	const session = await testSession(sandbox);
	const { send, signIn, cloud } = session;
	// What takes a while on Azure takes its share of it here: a second is a second to whoever polls.
	const atArm = { send, signIn, endpoint: cloud.arm, audience: cloud.armAudience, sleep: hurry };
	return { ...session, registries: createRegistryAdmin(atArm), clusters: createClusterAdmin(atArm) };
}

/** Who goes on is another process: nothing of the one that was killed is known to it. */
async function startAnew(): Promise<void> {
	await ana.close();
	ana = await signedIn();
}

class Killed extends Error {}

const hurry = (ms: number) => sleep(ms / sandbox.clock.scale);
const hands = () => handsOf({ ...testContext(), clock: sandbox.clock, sleep: hurry }, ana, { flags: { patience: 60 } });

/** Performs until the journal is written for the nth time, and gives what the journal has then, and whether it got to its end. */
async function killedAt(plan: Plan, nth: number): Promise<{ journal: Plan; isWhole: boolean }> {
	await startAnew();
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

const secretPlan =
	(source: SecretSource, name = 'pull') =>
	async () => {
		const registry = await findRegistry(ana, 'myregistry');
		const server = registry.loginServer;
		const wish = {
			...{ name, cluster: 'context:mycluster', clusterName: 'mycluster', source },
			targets: [{ server, host: server, registry }],
			namespaces: ['default', 'kube-public'],
			attachTo: [{ kind: 'serviceaccount', name: 'default' }],
			repositories: ['nginx'],
			endsAt: new Date(sandbox.clock.now().getTime() + 86_400_000),
			replace: false,
		};
		return planSecretCreate(await gatherSecret({ ...ana, kube: ana.kubeBy }, wish), newPlanNames(ana));
	};

const attachPlan =
	(wish: { to?: string; viaGroup?: string; wanted?: RepositoryRule[] } = {}) =>
	async () => {
		const { to = 'myregistry', ...how } = wish;
		const [cluster, registry] = [await findCluster(ana, 'mycluster'), await findRegistry(ana, to)];
		return planAttach(await gather(ana, { cluster, registry, ...how }), newPlanNames(ana));
	};

async function detachPlan(): Promise<Plan> {
	const [cluster, registry] = [await findCluster(ana, 'mycluster'), await findRegistry(ana, 'myregistry')];
	return planDetach(await gather(ana, { cluster, registry }), newPlanNames(ana));
}

const inGroup = { group: 'myResourceGroup' };

async function clusterPlan(): Promise<Plan> {
	const { group } = await findResourceGroup(ana, inGroup);
	const registries = [await findRegistry(ana, 'myregistry')];
	const size = { nodes: 1, nodeSize: 'Standard_DS2_v2' };
	const place = { name: 'fresh', groupId: group.id, location: group.location };
	const ask = { ...place, ...size, registries, viaGroup: 'pullers', proveWith: [] };
	return planClusterCreate(await gatherCluster(ana, ask), newPlanNames(ana));
}

async function registryPlan(): Promise<Plan> {
	const { group, subscriptionId } = await findResourceGroup(ana, inGroup);
	const [verdict, callerMay] = await Promise.all([
		ana.registries.checkName(subscriptionId, 'freshregistry'),
		ana.arm.permissions(group.id),
	]);
	const place = { name: 'freshregistry', groupId: group.id, location: group.location };
	const wish = { ...place, sku: 'Basic', roleMode: 'RBAC' as const, verdict, callerMay };
	return planRegistryCreate(wish, newPlanNames(ana));
}

async function importPlan(): Promise<Plan> {
	const [registry, sourceRegistry] = [await findRegistry(ana, 'second'), await findRegistry(ana, 'myregistry')];
	const source = parseImageReference('myregistry.azurecr.io/nginx:v1');
	const target = { repository: 'copy', tag: 'v1', isThere: false, isNew: true, force: false };
	return planImport(
		{ registry, sourceRegistry, source, ...target, callerMay: await ana.arm.permissions(registry.id) },
		newPlanNames(ana),
	);
}

const found = async () => findSecrets(await ana.kube(), { name: 'pull', namespaces: ['default', 'kube-public'] });
const place = { name: 'pull', cluster: 'context:mycluster', clusterName: 'mycluster' };

async function migratePlan(): Promise<Plan> {
	const [cluster, registry] = [await findCluster(ana, 'mycluster'), await findRegistry(ana, 'myregistry')];
	const attach = await gather(ana, { cluster, registry });
	const image = 'myregistry.azurecr.io/nginx:v1';
	return planMigrate({ attach, found: await found(), image, pools: ['nodepool1'] }, newPlanNames(ana));
}

/** Each with what is there before it. */
describe.each<[string, () => Promise<Plan>, (() => Promise<Plan>)?]>([
	['attach', attachPlan()],
	['attach --via-group', attachPlan({ viaGroup: 'pullers' })],
	['attach --repository, in ABAC mode', attachPlan({ to: 'second', wanted: [parseRepositoryRule('base')] })],
	['detach', detachPlan, attachPlan()],
	['secret create --from new-service-principal', secretPlan('new-service-principal')],
	[
		'secret create --from service-principal',
		secretPlan('service-principal'),
		secretPlan('new-service-principal', 'other'),
	],
	['secret create --from token', secretPlan('token')],
	['secret create --from admin-user', secretPlan('admin-user')],
	['secret create --from short-lived', secretPlan('short-lived')],
	[
		'secret delete',
		async () => planDelete({ ...place, found: await found(), revoke: false }, newPlanNames(ana)),
		secretPlan('token'),
	],
	['migrate', migratePlan, secretPlan('token')],
	['cluster create --attach --via-group', clusterPlan],
	['registry create', registryPlan],
	['import', importPlan],
])('%s', (_name, makePlan, first) => {
	it('is killed at each step, goes on to the same end, and is undone to the world before', async () => {
		const setUp = first && (await perform(await first(), { hands: hands() }));
		const before = await dumpWorld(ana);
		let kills = 0;
		for (let nth = 1; ; nth++) {
			const { journal, isWhole } = await killedAt(await makePlan(), nth);
			if (!isWhole) await startAnew();
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
		await startAnew();
		await perform(journal, { hands: hands() });
		expect((await ana.graph.application(application))?.passwords).toHaveLength(1);
		const [one, two] = await found();
		const [login, other] = [one?.logins[0], two?.logins[0]];
		expect(login?.password.reveal()).toBe(other?.password.reveal());
		if (login) await ana.registryAs('myregistry.azurecr.io', login).accessToken('nginx', ['pull']);
	}
});
