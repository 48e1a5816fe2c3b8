import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { proveByPull } from '@lanyard/connect';
import { Problem } from '@lanyard/core';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { parsePod } from '@lanyard/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Session } from '../session/session.ts';
import { testContext, testSession } from '../test-context.ts';
import { attach, attachCommand, type AttachFlags } from './attach.ts';
import { detach, detachCommand } from './detach.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 50, replicationDelay: '10s' },
	tenants: [{ domain, users: [{ name: 'ana' }, { name: 'carl' }] }],
	subscriptions: ['Payments', 'Shared'].map((name) => ({ name, tenant: domain })),
	registries: [
		{ name: 'sharedregistry', group: 'sharedGroup', subscription: 'Shared' },
		{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] },
		{ name: 'emptyregistry', group: 'myResourceGroup' },
	],
	clusters: [
		{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 },
		{ name: 'oldcluster', group: 'myResourceGroup', nodes: 1, identity: 'service-principal' },
	],
	assignments: [
		{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: `ana@${domain}`, role: 'Reader', scope: '/subscriptions/Shared' },
		{ principal: `carl@${domain}`, role: 'Contributor', scope: 'myResourceGroup' },
	],
};
const flags: AttachFlags = { output: 'text', cluster: 'mycluster', registry: 'myregistry', yes: true, patience: 60 };

let sandbox: Sandbox;
let ana: Session;
let carl: Session;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	[ana, carl] = await Promise.all([testSession(sandbox), testSession(sandbox, `carl@${domain}`)]);
});

afterAll(async () => {
	await ana.close();
	await carl.close();
	await sandbox.close();
});

const writes = () =>
	sandbox
		.log()
		.filter(
			({ machine, method, host }) => machine === 'workstation' && host === 'management.azure.com' && method !== 'GET',
		);

async function proofPods(): Promise<string[]> {
	const kube = await ana.kube();
	const pods = await kube.list('/api/v1/namespaces/default/pods', parsePod);
	return pods.map(({ name }) => name).filter((name) => name.startsWith('lanyard-proof-'));
}

async function problemOf(work: Promise<unknown>): Promise<unknown> {
	const thrown: unknown = await work.then(
		() => 'no problem',
		(problem: unknown) => problem,
	);
	return thrown instanceof Problem ? { code: thrown.code, sentence: thrown.message, found: thrown.found } : thrown;
}

describe('attach, before anything is changed', () => {
	const cases: [name: string, change: Partial<AttachFlags>, problem: unknown][] = [
		[
			'an unknown cluster, with the nearest',
			{ cluster: 'myclustr' },
			{
				code: 'cluster-not-found',
				sentence: 'no cluster "myclustr"; did you mean "mycluster"?',
				found: 'mycluster, oldcluster',
			},
		],
		[
			'an unknown registry, with the nearest',
			{ registry: 'myregisty' },
			{
				code: 'registry-not-found',
				sentence: 'no registry "myregisty"; did you mean "myregistry"?',
				found: 'emptyregistry, myregistry, sharedregistry',
			},
		],
		[
			'a resource id of something else',
			{ cluster: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry' },
			{
				code: 'cluster-not-found',
				sentence: 'this is not the resource id of a cluster',
				found: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry',
			},
		],
		[
			'half a resource id',
			{ registry: '/subscriptions/s' },
			{
				code: 'registry-not-found',
				sentence: 'this is not the resource id of a registry',
				found: '/subscriptions/s',
			},
		],
		[
			'an unknown subscription',
			{ subscription: 'Payment' },
			expect.objectContaining({ code: 'subscription-not-found' }),
		],
		[
			'a role that a registry in RBAC mode cannot narrow',
			{ repository: ['nginx'] },
			expect.objectContaining({ code: 'method-not-possible' }),
		],
		['a group that nobody knows', { viaGroup: 'pullers' }, expect.objectContaining({ code: 'principal-not-found' })],
		[
			'an image of another registry to prove it with',
			{ proveWith: 'mcr.microsoft.com/hello-world:latest' },
			{
				code: 'wrong-flag',
				sentence: '--prove-with names no image of myregistry',
				found: 'mcr.microsoft.com/hello-world:latest',
			},
		],
		['that nobody can be asked', { yes: false }, expect.objectContaining({ code: 'no-confirmation-possible' })],
	];
	it.each(cases)('says of %s', async (_name, change, problem) => {
		expect(await problemOf(attach(testContext(), ana, { ...flags, ...change }))).toEqual(problem);
		expect(writes()).toEqual([]);
	});

	it('says which right the caller lacks, and what to send to someone who has it', async () => {
		const refusal = await attach(testContext(), carl, flags).catch((problem: unknown) => problem);
		expect(refusal).toMatchObject({
			code: 'caller-lacks-right',
			wanted: expect.stringContaining('Microsoft.Authorization/roleAssignments/write on /subscriptions/'),
			fix: expect.stringContaining('az role assignment create --assignee-object-id'),
		});
		expect(writes()).toEqual([]);
	});

	it('does nothing in a dry run', async () => {
		expect(await attach(testContext(), ana, { ...flags, dryRun: true, yes: false })).toMatchObject({
			outcome: 'planned',
		});
		expect(writes()).toEqual([]);
	});
});

/** What a dry run prints on a terminal of this width. */
async function dryRunOf(command: typeof attachCommand, width: number): Promise<string[]> {
	const context = testContext();
	context.terminal = { ...context.terminal, width };
	expect(await command(context, ana, { ...flags, dryRun: true })).toBe(0);
	expect(context.printed()).toContain('undo: ');
	return context.printed().split('\n');
}

describe('attach and detach', () => {
	it('prints the plan of attach as wide as the terminal', async () => {
		for (const width of [60, 80]) {
			expect((await dryRunOf(attachCommand, width)).filter((line) => line.length > width)).toEqual([]);
		}
		expect((await dryRunOf(attachCommand, 100)).some((line) => line.length > 80)).toBe(true);
	});

	it('gives the role, waits until Azure knows it, proves it by a pull, and leaves no pod behind', async () => {
		const context = { ...testContext(), clock: sandbox.clock };
		const result = await attach(context, ana, flags);
		expect(result).toMatchObject({ outcome: 'proved', proof: [{ pool: 'nodepool1', pulled: true }] });
		expect(await proofPods()).toEqual([]);
		expect(await readdir(join(context.folder, 'journal'))).toEqual([`${result.plan.id}.json`]);
	});

	it('has nothing to do a second time, and proves it all the same', async () => {
		expect(await attach(testContext(), ana, flags)).toMatchObject({ outcome: 'proved', plan: { steps: [] } });
	});

	it('prints the plan of detach as wide as the terminal', async () => {
		for (const width of [60, 80]) {
			expect((await dryRunOf(detachCommand, width)).filter((line) => line.length > width)).toEqual([]);
		}
		expect((await dryRunOf(detachCommand, 100)).some((line) => line.length > 80)).toBe(true);
	});

	it('takes it back, and the next exchange of the nodes is refused', async () => {
		const result = await detach(testContext(), ana, { ...flags, output: 'text' });
		expect(result).toMatchObject({ outcome: 'detached', remaining: [] });
		// The removal is replicated, and what the nodes' provider keeps (60 minutes) has ended.
		sandbox.clock.jump(3_600_000);
		const [proof] = await proveByPull({
			kube: await ana.kube(),
			namespace: 'default',
			image: 'myregistry.azurecr.io/nginx:v1',
			pools: ['nodepool1'],
			patienceMs: 0,
			...testContext(),
			randomName: () => 'bcdfghjk',
		});
		expect(proof).toMatchObject({ pulled: false, message: expect.stringContaining('401 Unauthorized') });
		const refused = sandbox.log().findLast(({ path }) => path === '/oauth2/exchange');
		expect(refused).toMatchObject({ status: 401, decision: { allowed: false } });
	});

	it('says what else gives pull where detach cannot end it', async () => {
		const payments = (await ana.subscriptions()).find(({ name }) => name === 'Payments')?.id ?? '';
		const registries = await ana.arm.registries(payments);
		const scope = registries[0]?.id.split('/providers/')[0] ?? '';
		const [reader] = await ana.arm.roleDefinitions(scope, 'Reader');
		const [cluster] = (await ana.arm.clusters(payments)).filter(({ name }) => name === 'mycluster');
		const assignment = await ana.arm.assignRole({
			scope,
			name: crypto.randomUUID(),
			roleDefinitionId: reader?.id ?? '',
			principalId: cluster?.kubeletIdentity?.objectId ?? '',
			principalType: 'ServicePrincipal',
		});
		const result = await detach(testContext(), ana, { ...flags, output: 'text' });
		expect(result).toMatchObject({ outcome: 'still-can-pull', remaining: [{ role: 'Reader', scope, via: 'itself' }] });
		await ana.arm.removeRole(assignment.id);
		sandbox.clock.jump(3_600_000);
	});

	it('is granted but not proved where the registry has no image to pull', async () => {
		const context = testContext();
		expect(await attachCommand(context, ana, { ...flags, registry: 'emptyregistry' })).toBe(5);
		expect(context.printed()).toContain('not proved: there is no image to pull');
	});

	it('is granted but not proved where no pool has a Linux node', async () => {
		const clusters = async (id: string) =>
			(await ana.arm.clusters(id)).map((cluster) => ({
				...cluster,
				nodePools: cluster.nodePools.map((pool) => ({ ...pool, count: 0 })),
			}));
		const scaledDown = { ...ana, arm: { ...ana.arm, clusters } };
		const result = await attach(testContext(), scaledDown, flags);
		expect(result).toMatchObject({ outcome: 'granted-not-proved', why: 'no pool has a Linux node to pull on' });
		await detach(testContext(), ana, { ...flags, output: 'text' });
	});

	it('says what stays after Ctrl-C in the proof, and removes its pod', async () => {
		const interrupt = new AbortController();
		const context = { ...testContext(interrupt.signal), sleep: async () => interrupt.abort() };
		expect(await problemOf(attach(context, ana, flags))).toMatchObject({
			code: 'interrupted',
			found: 'mycluster has the role; the proof was stopped; its pod is removed',
		});
		expect(await proofPods()).toEqual([]);
	});
});

describe('a cluster that pulls with a service principal', () => {
	it('is attached by that principal, proved, and detached again', async () => {
		const context = testContext();
		const result = await attach(context, ana, { ...flags, cluster: 'oldcluster' });
		expect(result).toMatchObject({
			outcome: 'proved',
			plan: { goal: { method: 'cluster-service-principal' }, steps: [{ state: 'done' }] },
		});
		expect(context.printed()).toContain(
			"Method: the cluster's service principal, because oldcluster has no managed identity",
		);
		const taken = await detach(testContext(), ana, { ...flags, output: 'text', cluster: 'oldcluster' });
		expect(taken).toMatchObject({ outcome: 'detached' });
	});
});

describe('the plan in another language', () => {
	it('is a script for az, and nothing is done', async () => {
		const before = writes();
		const context = testContext();
		expect(await attachCommand(context, ana, { ...flags, cluster: 'oldcluster', export: 'az' })).toBe(0);
		expect(context.printed()).toContain('az role assignment create --name');
		expect(writes()).toEqual(before);
	});
});

describe('where the nodes have no identity to use', () => {
	it('makes a pull secret from the source that was named', async () => {
		const context = testContext();
		const by = { ...flags, method: 'short-lived', repository: ['nginx'] };
		expect(await attachCommand({ ...context, clock: sandbox.clock }, ana, by)).toBe(0);
		expect(context.printed()).toContain('Pull secret "pull-myregistry" is in default');
	});

	it('makes one for a cluster that Azure does not know', async () => {
		const { cluster: _, ...byContext } = flags;
		const context = testContext();
		expect(await attachCommand(context, ana, { ...byContext, namespace: 'kube-system', dryRun: true })).toBe(0);
		expect(context.printed()).toContain('Method: new-service-principal, because you may give it exactly the pull role');
	});

	it('says where a registry is that --subscription leaves out', async () => {
		const asked = { ...flags, subscription: 'Payments', registry: 'SharedRegistry.azurecr.io' };
		await expect(attach(testContext(), ana, asked)).rejects.toMatchObject({
			code: 'registry-not-found',
			message: 'the registry "SharedRegistry.azurecr.io" is in another subscription',
			found: expect.stringMatching(/\/registries\/sharedregistry$/),
		});
	});

	it('says what remains for a registry of another tenant', async () => {
		const elsewhere = attach(testContext(), ana, { ...flags, registry: 'theirs12345.azurecr.io' });
		await expect(elsewhere).rejects.toMatchObject({
			code: 'registry-not-found',
			fix: expect.stringContaining('lanyard import theirs12345.azurecr.io/REPOSITORY:TAG'),
		});
	});
});
