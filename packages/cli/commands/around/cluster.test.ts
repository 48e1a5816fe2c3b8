import { createClusterAdmin } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { OutputFormat } from '../../render/output.ts';
import type { Session } from '../../session/session.ts';
import { type TestContext, testContext, testSession } from '../../test-context.ts';
import { refusals } from '../../test-schemas.ts';
import { dumpWorld } from '../../test-world-dump.ts';
import { undoCommand } from '../plans.ts';
import { clusterCreate, type ClusterCreateFlags } from './cluster.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 100, replicationDelay: '5s', directoryDelay: '5s' },
	tenants: [
		{ domain, users: [{ name: 'ana' }, { name: 'carl' }], groups: [{ name: 'pullers', members: [`carl@${domain}`] }] },
	],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [
		{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] },
		{ name: 'abacregistry', group: 'myResourceGroup', roleMode: 'ABAC' },
	],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	assignments: [
		{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: `carl@${domain}`, role: 'Contributor', scope: 'myResourceGroup' },
	],
};

let sandbox: Sandbox;
let ana: Session;
let carl: Session;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	[ana, carl] = await Promise.all([hurried(testSession(sandbox)), hurried(testSession(sandbox, `carl@${domain}`))]);
});

afterAll(async () => {
	await Promise.all([ana, carl].map((session) => session.close()));
	await sandbox.close();
});

/** What takes a while on Azure takes its share of it here: a second is a second to whoever polls. */
async function hurried(opening: Promise<Session>): Promise<Session> {
	const session = await opening;
	const { send, signIn, cloud } = session;
	const atArm = { send, signIn, endpoint: cloud.arm, audience: cloud.armAudience };
	return { ...session, clusters: createClusterAdmin({ ...atArm, sleep: (ms) => sleep(ms / sandbox.clock.scale) }) };
}

const output: OutputFormat = 'json';
const flags: ClusterCreateFlags = {
	...{ output, yes: true, patience: 60, name: 'shop', group: 'myResourceGroup', nodes: 1 },
	nodeSize: 'Standard_DS2_v2',
	attach: ['myregistry'],
};

interface Told extends TestContext {
	results: { outcome?: string; plan?: { id: string; steps: { do: string; says: string }[] } }[];
}

function contextOf(): Told {
	const base = testContext();
	const results: Told['results'] = [];
	const result = (text: string) => void results.push(JSON.parse(text));
	const hurry = (ms: number) => sleep(ms / sandbox.clock.scale);
	return { ...base, clock: sandbox.clock, sleep: hurry, results, terminal: { ...base.terminal, result } };
}

async function undoLast(context: Told): Promise<void> {
	const plan = context.results.at(-1)?.plan?.id ?? '';
	expect(await undoCommand(context, ana, { output, plan, yes: true })).toBe(0);
}

const made: [name: string, change: Partial<ClusterCreateFlags>, steps: string[]][] = [
	[
		'an identity of its own',
		{},
		['make-identity', 'make-identity', 'assign-role', 'assign-role', 'create-cluster', 'prove-pull'],
	],
	[
		'an identity that is in the group first',
		{ viaGroup: 'pullers' },
		['make-identity', 'make-identity', 'assign-role', 'add-member', 'assign-role', 'create-cluster', 'prove-pull'],
	],
	['the identities that AKS makes, where it is to pull from nowhere', { attach: [] }, ['create-cluster']],
];

describe('cluster create', () => {
	it.each(made)('makes a cluster with %s, and leaves nothing when undone', async (_name, change, steps) => {
		const before = await dumpWorld(ana);
		const context = contextOf();
		// A session is one command's: it keeps the doors that it has opened to a cluster.
		const session = await hurried(testSession(sandbox));
		expect(await clusterCreate(context, session, { ...flags, ...change })).toBe(0);
		await session.close();
		const [result] = context.results;
		expect(refusals('change', result)).toEqual([]);
		expect(result).toMatchObject({ outcome: 'done' });
		expect(result?.plan?.steps.map((step) => step.do)).toEqual(steps);
		expect((await ana.arm.clusters((await ana.subscriptions())[0]?.id ?? '')).map(({ name }) => name)).toContain(
			'shop',
		);
		await undoLast(context);
		expect(await dumpWorld(ana)).toEqual(before);
	});

	it('says of groups what their latency is', async () => {
		const context = contextOf();
		await clusterCreate(context, ana, { ...flags, viaGroup: 'pullers', dryRun: true });
		expect(context.printed().replaceAll(/\s+/g, ' ')).toContain(
			'a later change of that group counts only when the nodes get a new token, after up to 24 hours',
		);
	});

	it('gives the role that an ABAC registry knows, and says that nothing could prove it', async () => {
		const context = contextOf();
		expect(await clusterCreate(context, ana, { ...flags, attach: ['abacregistry'], dryRun: true })).toBe(0);
		const says = context.results[0]?.plan?.steps.map((step) => step.says).join('\n');
		expect(says).toContain('give  Container Registry Repository Reader  to  shop-kubelet  on  abacregistry');
		expect(context.printed()).toContain('there is no image to pull in abacregistry');
	});

	it.each<[string, () => Session, Partial<ClusterCreateFlags>, object]>([
		['a name that is taken', () => ana, { name: 'mycluster' }, { code: 'already-exists' }],
		['a name that is none', () => ana, { name: '-shop' }, { code: 'wrong-flag' }],
		['a group that is not there', () => ana, { group: 'x' }, { code: 'group-not-found' }],
		['a group of the directory that is not there', () => ana, { viaGroup: 'nobody' }, { code: 'principal-not-found' }],
		['a registry that is not there', () => ana, { attach: ['x12345'] }, { code: 'registry-not-found' }],
		['a right that is missing', () => carl, {}, { code: 'caller-lacks-right' }],
		['a group without a registry', () => ana, { attach: [], viaGroup: 'pullers' }, { code: 'missing-flag' }],
	])('says of %s, and changes nothing', async (_name, session, change, problem) => {
		const before = await dumpWorld(ana);
		const thrown: unknown = await clusterCreate(contextOf(), session(), { ...flags, ...change }).catch(
			(one: unknown) => one,
		);
		expect(thrown).toBeInstanceOf(Problem);
		expect(thrown).toMatchObject(problem);
		expect(await dumpWorld(ana)).toEqual(before);
	});
});
