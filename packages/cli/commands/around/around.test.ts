import { comparison } from '@lanyard/connect';
import { Problem } from '@lanyard/core';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { parsePod, parseSecret, type RoleAssignment } from '@lanyard/wire';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { OutputFormat } from '../../render/output.ts';
import type { Session } from '../../session/session.ts';
import { type TestContext, testContext, testSession } from '../../test-context.ts';
import { refusals } from '../../test-schemas.ts';
import { dumpWorld } from '../../test-world-dump.ts';
import { undoCommand } from '../plans.ts';
import { secretCreate } from '../secret/create.ts';
import { importCommand, type ImportFlags } from './import.ts';
import { migrateCommand } from './migrate.ts';
import { registryCreate, type RegistryCreateFlags, registryShow } from './registry.ts';
import { methodsCommand, whoami } from './whoami.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 100, replicationDelay: '5s' },
	tenants: [
		{ domain, users: [{ name: 'ana', roles: ['Application Administrator'] }, { name: 'carl' }, { name: 'rita' }] },
	],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] }],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	assignments: [
		{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: `carl@${domain}`, role: 'Contributor', scope: 'myResourceGroup' },
		{ principal: `rita@${domain}`, role: 'Reader', scope: 'myResourceGroup' },
	],
};

let sandbox: Sandbox;
let ana: Session;
let carl: Session;
let rita: Session;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	[ana, carl, rita] = await Promise.all([
		testSession(sandbox),
		testSession(sandbox, `carl@${domain}`),
		testSession(sandbox, `rita@${domain}`),
	]);
});

afterAll(async () => {
	await Promise.all([ana, carl, rita].map((session) => session.close()));
	await sandbox.close();
});

const output: OutputFormat = 'json';
const common = { output, yes: true, patience: 60 };

interface Told extends TestContext {
	results: { outcome?: string; plan?: { id: string; steps: { do: string }[] }; [name: string]: unknown }[];
}

function contextOf(): Told {
	const base = testContext();
	const results: Told['results'] = [];
	const result = (text: string) => void results.push(JSON.parse(text));
	return { ...base, clock: sandbox.clock, results, terminal: { ...base.terminal, result } };
}

async function undoLast(context: Told): Promise<void> {
	const plan = context.results.at(-1)?.plan?.id ?? '';
	// Without --yes it would refuse to do anything, for there is nobody to ask.
	expect(await undoCommand(context, ana, { output, plan, dryRun: true })).toBe(0);
	expect(context.results.pop()?.outcome).toBe('planned');
	expect(await undoCommand(context, ana, { output, plan, yes: true })).toBe(0);
}

async function problemOf(work: Promise<unknown>): Promise<unknown> {
	const thrown: unknown = await work.then(
		() => 'no problem',
		(problem: unknown) => problem,
	);
	return thrown instanceof Problem ? { code: thrown.code, found: thrown.found } : thrown;
}

describe('import', () => {
	const flags: ImportFlags = { ...common, registry: 'myregistry', image: 'mcr.microsoft.com/hello-world:latest' };

	it('copies an image from outside, shows that it is there, and leaves nothing of it when undone', async () => {
		const before = await dumpWorld(ana);
		const context = contextOf();
		expect(await importCommand(context, ana, { ...flags, as: 'hello:v1' })).toBe(0);
		expect(context.results[0]).toMatchObject({ outcome: 'done', plan: { goal: { method: 'import' } } });
		expect(refusals('change', context.results[0])).toEqual([]);
		const registry = ana.registry('myregistry.azurecr.io');
		expect(await registry.tags('hello')).toEqual(['v1']);
		await undoLast(context);
		expect(await dumpWorld(ana)).toEqual(before);
	});

	it('undone, leaves alone what else has come into a repository that it made', async () => {
		const registry = ana.registry('myregistry.azurecr.io');
		const [first, second] = [contextOf(), contextOf()];
		expect(await importCommand(first, ana, { ...flags, as: 'shared:v1' })).toBe(0);
		expect(await importCommand(second, ana, { ...flags, as: 'shared:v2' })).toBe(0);
		await undoLast(first);
		expect(await registry.tags('shared')).toEqual(['v2']);
		await undoLast(second);
		expect(await registry.tags('shared')).toEqual([]);
		expect(await registry.deleteRepository('shared')).toBe(true);
		expect(await registry.deleteRepository('shared')).toBe(false);
	});

	it('replaces nothing that is there, unless it is told to', async () => {
		const nginx = { ...flags, as: 'nginx:v1' };
		expect(await problemOf(importCommand(contextOf(), ana, nginx))).toMatchObject({ code: 'already-exists' });
	});

	it.each<[string, () => Session, Partial<ImportFlags>, object]>([
		['a right that is missing', () => rita, {}, { code: 'caller-lacks-right' }],
		['an image that is none', () => ana, { image: 'a b' }, { code: 'bad-image-reference' }],
		['a name that is none', () => ana, { as: 'A:B:C' }, { code: 'bad-image-reference' }],
		['an image that is not there', () => ana, { image: 'mcr.microsoft.com/nothing:here' }, { code: 'azure-refused' }],
	])('says of %s', async (_name, session, change, problem) => {
		expect(await problemOf(importCommand(contextOf(), session(), { ...flags, ...change }))).toMatchObject(problem);
	});
});

describe('registry', () => {
	const flags: RegistryCreateFlags = { ...common, name: 'shopregistry', group: 'myResourceGroup', sku: 'Basic' };

	it('is made, in ABAC mode where that is asked for, and gone again when undone', async () => {
		const before = await dumpWorld(ana);
		const context = contextOf();
		expect(await registryCreate(context, ana, { ...flags, abac: true, sku: 'Premium' })).toBe(0);
		const told = contextOf();
		await registryShow(told, ana, { output, name: 'shopregistry' });
		expect(told.results[0]).toMatchObject({ loginServer: 'shopregistry.azurecr.io', roleMode: 'ABAC', sku: 'Premium' });
		expect(refusals('registry', told.results[0])).toEqual([]);
		await undoLast(context);
		expect(await dumpWorld(ana)).toEqual(before);
	});

	it('is shown with the world it is in, and with who can pull by the names that the directory tells', async () => {
		const context = contextOf();
		await registryShow(context, rita, { output, name: 'myregistry' });
		const pullers = [
			['ana', 'Owner'],
			['carl', 'Contributor'],
			['rita', 'Reader'],
		].map(([name, role]) => ({ principalType: 'User', principalName: `${name}@${domain}`, role }));
		expect(context.results[0]).toMatchObject({ pullers });
		expect(refusals('registry', context.results[0])).toEqual([]);
		const text = testContext();
		await registryShow(text, rita, { output: 'text', name: 'myregistry' });
		expect(text.printed().split('\n')).toEqual([
			'sandbox "test"',
			'',
			'myregistry · myregistry.azurecr.io · Premium · westeurope · RBAC mode',
			`  pull    User ana@${domain} by Owner`,
			`  pull    User carl@${domain} by Contributor`,
			`  pull    User rita@${domain} by Reader`,
			'',
		]);
	});

	it('is shown with who can pull in the order of their names, however Azure lists them', async () => {
		const shown = async (order: (all: RoleAssignment[]) => RoleAssignment[]) => {
			const context = contextOf();
			const roleAssignments = async (id: string) => order(await rita.arm.roleAssignments(id));
			await registryShow(context, { ...rita, arm: { ...rita.arm, roleAssignments } }, { output, name: 'myregistry' });
			return context.results[0]?.['pullers'];
		};
		expect(await shown((all) => all)).toEqual(await shown((all) => all.toReversed()));
	});

	it('is shown with ids to whom the directory tells no names', async () => {
		const namedObjects = () => Promise.reject(new Problem('caller-lacks-right'));
		const context = contextOf();
		await registryShow(context, { ...rita, graph: { ...rita.graph, namedObjects } }, { output, name: 'myregistry' });
		const { objectId } = await ana.signIn.caller();
		const puller = { principalType: 'User', principalId: objectId, role: 'Owner', scope: expect.any(String) };
		expect(context.results[0]?.['pullers']).toContainEqual(puller);
		expect(refusals('registry', context.results[0])).toEqual([]);
	});

	it.each<[string, () => Session, Partial<RegistryCreateFlags>, object]>([
		['a name that is taken', () => ana, { name: 'myregistry' }, { code: 'already-exists' }],
		['a name that is none', () => ana, { name: 'my-registry' }, { code: 'wrong-flag' }],
		['a name in upper case', () => ana, { name: 'MyRegistry' }, { code: 'wrong-flag', found: 'upper-case letters' }],
		['a group that is not there', () => ana, { group: 'x' }, { code: 'group-not-found' }],
		['a right that is missing', () => rita, {}, { code: 'caller-lacks-right' }],
	])('says of %s', async (_name, session, change, problem) => {
		expect(await problemOf(registryCreate(contextOf(), session(), { ...flags, ...change }))).toMatchObject(problem);
	});
});

describe('whoami', () => {
	it.each<[string, () => Session, boolean[]]>([
		['an Owner may do everything', () => ana, [true, true, true, true, true, true]],
		['a Contributor may not assign roles', () => carl, [false, false, true, true, true, true]],
		['a Reader only reads', () => rita, [false, false, false, false, false, true]],
	])('%s', async (_name, session, rights) => {
		const context = contextOf();
		expect(await whoami(context, session(), { output, registry: 'myregistry' })).toBe(0);
		expect(context.results[0]).toMatchObject({
			cloud: 'AzureCloud',
			subscriptions: [{ name: 'Payments' }],
			rights: rights.map((isAllowed) => ({ isAllowed })),
		});
		expect(refusals('whoami', context.results[0])).toEqual([]);
	});

	it('reads as text', async () => {
		const context = testContext();
		await whoami(context, carl, { output: 'text', registry: 'myregistry' });
		expect(context.printed()).toContain('✗ may not  attach, secret create --from new-service-principal');
	});
});

it('compares the methods as documents 002 and 004 do', async () => {
	const context = contextOf();
	expect(await methodsCommand(context, { output })).toBe(0);
	expect(refusals('methods', context.results[0])).toEqual([]);
	const text = testContext();
	await methodsCommand(text, { output: 'text' });
	for (const { method } of comparison) expect(text.printed()).toContain(`${method}\n`);
	expect(text.printed()).toMatch(/kubelet identity +no +no +no +Azure/);
	expect(comparison.length).toBeGreaterThan(8);
});

describe('migrate', () => {
	const flags = {
		...common,
		cluster: 'mycluster',
		registry: 'myregistry',
		proveWith: 'myregistry.azurecr.io/nginx:v1',
	};

	it('goes from a secret to identity with a proof in between, and back again', async () => {
		const kube = await ana.kube();
		await kube.create('/apis/apps/v1/namespaces/default/deployments', deployment());
		await secretCreate(contextOf(), ana, {
			...{ ...common, name: 'pull', registry: ['myregistry'], from: 'short-lived', repository: ['nginx'] },
			attachTo: ['serviceaccount/default', 'deployment/web'],
		});
		const before = await dumpWorld(ana);
		const context = contextOf();
		expect(await migrateCommand(context, ana, flags)).toBe(0);
		expect(context.results[0]?.plan?.steps.map((step) => step.do)).toEqual([
			'assign-role',
			'prove-pull',
			'unname-secret',
			'unname-secret',
			'remove-secret',
		]);
		expect(context.printed()).toContain('the credential of default/pull stays good until');
		expect(refusals('change', context.results[0])).toEqual([]);
		const left = await kube.list('/api/v1/namespaces/default/secrets', parseSecret);
		expect(left.filter(({ type }) => type === 'kubernetes.io/dockerconfigjson')).toEqual([]);
		await vi.waitFor(async () => {
			const pods = await kube.list('/api/v1/namespaces/default/pods', parsePod);
			expect(pods.some(({ isReady, spec }) => isReady && spec.imagePullSecrets.length === 0)).toBe(true);
		}, 120_000);
		await undoLast(context);
		expect(await dumpWorld(ana)).toEqual(before);
	});

	it('touches no secret where the pull without them fails', async () => {
		const before = await dumpWorld(ana);
		const context = contextOf();
		const gone = { ...flags, proveWith: 'myregistry.azurecr.io/nginx:nothere', patience: 0.001 };
		expect(await problemOf(migrateCommand(context, ana, gone))).toMatchObject({ code: 'stopped-part-way' });
		const secrets = JSON.stringify(before['/api/v1/secrets']);
		expect(JSON.stringify((await dumpWorld(ana))['/api/v1/secrets'])).toBe(secrets);
	});

	it('says so where no secret is for that registry', async () => {
		const namespaced = { ...flags, namespace: ['kube-system'] };
		expect(await problemOf(migrateCommand(contextOf(), ana, namespaced))).toMatchObject({ code: 'secret-not-found' });
	});
});

function deployment() {
	const labels = { app: 'web' };
	return {
		metadata: { name: 'web' },
		spec: {
			replicas: 1,
			selector: { matchLabels: labels },
			template: {
				metadata: { labels },
				spec: { containers: [{ name: 'web', image: 'myregistry.azurecr.io/nginx:v1' }] },
			},
		},
	};
}
