/** Every document of `-o json` is what docs/schema says. All of them come from one sandbox, through the commands. */
import { spawn } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { links, Problem, verdicts } from '@lanyard/core';
import {
	openAdmin,
	removeSandboxFolder,
	type Sandbox,
	type SandboxRecord,
	startSandbox,
	writeSandboxFolder,
} from '@lanyard/sandbox-world';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { attachCommand, type AttachFlags } from './commands/attach.ts';
import type { Context } from './commands/context.ts';
import { detachCommand } from './commands/detach.ts';
import { checkCommand, explainCommand } from './commands/diagnose.ts';
import { plansCommand, resumeCommand, undoCommand } from './commands/plans.ts';
import { sandboxClock, sandboxDown, sandboxStatus } from './commands/sandbox/admin.ts';
import { sandboxEnv } from './commands/sandbox/environment.ts';
import { sandboxClusterCreate, sandboxClusterDelete } from './commands/sandbox/cluster.ts';
import { sandboxBreak, sandboxFaults, sandboxMend } from './commands/sandbox/faults.ts';
import { sandboxLog, sandboxWhy } from './commands/sandbox/log.ts';
import { sandboxRestore, sandboxSnapshot } from './commands/sandbox/snapshot.ts';
import { sandboxUp } from './commands/sandbox/up.ts';
import { sandboxFolder } from './session/sandbox-access.ts';
import type { Session } from './session/session.ts';
import { testContext, testSession } from './test-context.ts';
import { refusals, schemas } from './test-schemas.ts';

const root = resolve(import.meta.dirname, '../..');
const domain = 'contoso.onmicrosoft.com';
const world = {
	settings: { timeScale: 100, replicationDelay: '5s' },
	tenants: [{ domain, users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [
		{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] },
		{ name: 'emptyregistry', group: 'myResourceGroup' },
	],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	assignments: [{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' }],
};

/** What each step of the story must print: its kind, and what shows that it went as meant. */
const told: [name: string, kind: string, part: object][] = [
	['a failing pull explained', 'explanation', { failing: [{ pods: 1 }, {}], world: 'sandbox:test' }],
	['a failing pull checked', 'check', { chains: [{ world: 'sandbox:test' }, {}] }],
	['attach in a dry run', 'attach', { outcome: 'planned', plan: { steps: [{ state: 'planned' }] } }],
	['attach, not proved', 'attach', { outcome: 'granted-not-proved', proof: [] }],
	['attach, proved', 'attach', { outcome: 'proved', proof: [{ pulled: true }] }],
	['detach in a dry run', 'detach', { outcome: 'planned' }],
	['detach', 'detach', { outcome: 'detached', tokensEndAt: expect.any(String) }],
	['detach of what is not attached', 'detach', { outcome: 'was-not-attached' }],
	['the journal', 'plan', { steps: [{ state: 'done' }] }],
	['undo', 'change', { outcome: 'undone', plan: { steps: [{ state: 'undone' }] } }],
	['resume', 'change', { outcome: 'done' }],
	['plans', 'plans', { plans: [{}, {}, {}] }],
	['a problem with every detail', 'problem', { code: 'cluster-not-found' }],
	['a problem with none', 'problem', { code: 'declined' }],
	['sandbox up', 'sandbox', { name: 'other', pid: expect.any(Number) }],
	['sandbox status', 'sandbox', { name: 'default', user: `ana@${domain}` }],
	['sandbox clock', 'sandbox', { now: expect.any(String) }],
	['sandbox env', 'sandbox-env', { variables: { LANYARD_WORLD: 'sandbox:default' } }],
	['sandbox log', 'sandbox-log', { lines: expect.any(Array) }],
	['sandbox why', 'sandbox-why', { request: { decision: { allowed: false } } }],
	['sandbox faults', 'sandbox-faults', { known: expect.any(Array), active: [] }],
	['sandbox break', 'sandbox-faults', { broken: [{ code: 'dns-failure', target: 'deployment/broken' }] }],
	['sandbox mend', 'sandbox-faults', { mended: [{ code: 'dns-failure' }] }],
	['sandbox snapshot', 'sandbox-snapshot', { bytes: expect.any(Number) }],
	['sandbox cluster create', 'sandbox-cluster', { cluster: 'edge', nodes: ['edge-nodepool1-0'], context: 'edge' }],
	['sandbox cluster delete', 'sandbox-cluster', { deleted: true }],
	['sandbox restore', 'sandbox', { user: `ana@${domain}` }],
	['sandbox down', 'sandbox', { stopped: true }],
];

const output = 'json';
const flags: AttachFlags = { output, cluster: 'mycluster', registry: 'myregistry', yes: true, patience: 60 };
const base = testContext();
const documents = new Map<string, unknown>();

const container = { name: 'web', image: 'myregistry.azurecr.io/nginx:v1' };

/** Runs a command and keeps what it prints on stdout. */
async function keep(name: string, command: (context: Context) => Promise<unknown>): Promise<void> {
	const result = (text: string) => void documents.set(name, JSON.parse(text));
	await command({ ...base, terminal: { ...base.terminal, result } });
}

let sandbox: Sandbox;
let session: Session;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	session = await testSession(sandbox);
	await diagnoseStory();
	await connectStory();
	await problemStory();
	await sandboxStory();
});

afterAll(async () => {
	await session.close();
	await sandbox.close();
});

async function diagnoseStory(): Promise<void> {
	const kube = await session.kube();
	const auths = { 'myregistry.azurecr.io': { username: 'ana', password: 'wrong' } };
	await kube.create('/api/v1/namespaces/default/secrets', {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: { name: 'pull', namespace: 'default' },
		type: 'kubernetes.io/dockerconfigjson',
		data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
	});
	await kube.create('/api/v1/namespaces/default/pods', podOf('web', {}));
	await kube.create('/api/v1/namespaces/default/pods', podOf('old', { imagePullSecrets: [{ name: 'pull' }] }));
	await vi.waitFor(
		async () => {
			await keep('a failing pull explained', (context) => explainCommand(context, session, { output }));
			expect(documents.get('a failing pull explained')).toMatchObject({ failing: [{}, {}] });
		},
		{ timeout: 120_000, interval: 50 },
	);
	await keep('a failing pull checked', (context) => checkCommand(context, session, { output }));
}

async function connectStory(): Promise<void> {
	const steps: [string, Partial<AttachFlags>][] = [
		['attach in a dry run', { dryRun: true }],
		['attach, not proved', { registry: 'emptyregistry' }],
		['attach, proved', {}],
	];
	for (const [name, change] of steps) {
		await keep(name, (context) =>
			attachCommand({ ...context, clock: sandbox.clock }, session, { ...flags, ...change }),
		);
	}
	await keep('detach in a dry run', (context) => detachCommand(context, session, { ...flags, dryRun: true }));
	await keep('detach', (context) => detachCommand(context, session, flags));
	await keep('detach of what is not attached', (context) => detachCommand(context, session, flags));
	const journal = join(base.folder, 'journal');
	const [file = ''] = readdirSync(journal);
	documents.set('the journal', JSON.parse(readFileSync(join(journal, file), 'utf8')));
	const plan = file.replace('.json', '');
	await keep('undo', (context) => undoCommand(context, session, { output, plan, yes: true }));
	await keep('resume', (context) => resumeCommand(context, session, { output, plan, yes: true }));
	await keep('plans', (context) => plansCommand(context, async () => session, { output }));
}

async function problemStory(): Promise<void> {
	const thrown: unknown = await attachCommand(base, session, { ...flags, cluster: 'myclustr' }).catch(
		(problem: unknown) => problem,
	);
	const known = { 'a problem with every detail': thrown, 'a problem with none': new Problem('declined') };
	for (const [name, problem] of Object.entries(known)) documents.set(name, JSON.parse(JSON.stringify(problem)));
}

/** What `sandbox up` does in a process of its own, done for the one sandbox here. */
async function sandboxStory(): Promise<void> {
	const named = { output, name: 'default' } as const;
	const folder = sandboxFolder(base.folder, named.name);
	// `sandbox down` waits for the end of the world's process: this one stands in for it.
	const standIn = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)']);
	const stop = () => {
		standIn.kill();
		void removeSandboxFolder(folder);
	};
	const admin = await openAdmin(sandbox, { token: 't', stop });
	const { proxyUrl, startedAt, clock } = sandbox;
	const times = { startedAt: startedAt.toISOString(), timeScale: clock.scale };
	const record = { pid: standIn.pid ?? 0, proxyUrl, adminUrl: admin.url, ...times };
	await keep('sandbox up', (context) => sandboxUp(upWith(context, record), { output, name: 'other' }));
	await writeSandboxFolder(folder, { sandbox, record, adminToken: 't', clients: folder });
	await keep('sandbox status', (context) => sandboxStatus(context, named));
	await keep('sandbox clock', (context) => sandboxClock(context, { ...named, ahead: '+1s' }));
	await keep('sandbox env', (context) => sandboxEnv(context, named));
	await keep('sandbox log', (context) => sandboxLog(context, { ...named, lines: 500 }));
	await keep('sandbox why', (context) => sandboxWhy(context, named));
	await keep('sandbox faults', (context) => sandboxFaults(context, named));
	const kube = await session.kube();
	const template = { metadata: { labels: { app: 'broken' } }, spec: { containers: [container] } };
	await kube.create('/apis/apps/v1/namespaces/default/deployments', {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'broken' },
		spec: { replicas: 1, selector: { matchLabels: { app: 'broken' } }, template },
	});
	await keep('sandbox break', (context) => sandboxBreak(context, { ...named, code: 'dns-failure' }));
	await keep('sandbox mend', (context) => sandboxMend(context, named));
	const file = join(base.folder, 'snapshot');
	await keep('sandbox snapshot', (context) => sandboxSnapshot(context, { ...named, file }));
	const edge = { ...named, cluster: 'edge', plain: true, nodes: 1, kubeconfig: join(base.folder, 'edge.yaml') };
	await keep('sandbox cluster create', (context) => sandboxClusterCreate(context, edge));
	await keep('sandbox cluster delete', (context) => sandboxClusterDelete(context, edge));
	await keep('sandbox restore', (context) => sandboxRestore(context, { ...named, file }));
	await keep('sandbox down', (context) => sandboxDown(context, named));
	await admin.close();
}

/** A context in which the process that `sandbox up` starts makes no world, but says that one is ready, and soon ends. */
function upWith(context: Context, record: SandboxRecord): Context {
	const file = JSON.stringify(join(sandboxFolder(base.folder, 'other'), 'sandbox.json'));
	const ready = `JSON.stringify({ ...${JSON.stringify(record)}, pid: process.pid })`;
	const program = `require('fs').writeFileSync(${file}, ${ready}); setTimeout(() => {}, 30_000)`;
	return { ...context, config: { ...context.config, self: [process.execPath, '-e', program] } };
}

function podOf(name: string, spec: object): unknown {
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name, namespace: 'default' },
		spec: { ...spec, containers: [{ name: 'web', image: 'myregistry.azurecr.io/nginx:v1' }] },
	};
}

describe.each(told)('%s', (name, kind, part) => {
	it('is as meant, and as its schema says', () => {
		expect(documents.get(name)).toMatchObject({ schema: `lanyard.dev/${kind}/v1`, ...part });
		expect(refusals(kind, documents.get(name))).toEqual([]);
	});

	it('would be refused with a property that nobody knows, without its schema, or with another one', () => {
		const { schema, ...rest } = Object(documents.get(name));
		const wrong = [{ schema, ...rest, surprise: 1 }, rest, { ...rest, schema: 'lanyard.dev/other/v1' }];
		expect(wrong.map((document) => refusals(kind, document).length > 0)).toEqual([true, true, true]);
	});
});

/** Every schema within a schema, with the path that leads there. */
function* within(schema: unknown, path: string): Generator<[path: string, schema: Record<string, unknown>]> {
	if (typeof schema !== 'object' || schema === null) return;
	if (!Array.isArray(schema)) yield [path, Object(schema)];
	for (const [key, value] of Object.entries(schema)) yield* within(value, `${path}/${key}`);
}

describe('docs/schema', () => {
	const names = [...schemas.keys()].toSorted();
	const parts = [...schemas].flatMap(([name, schema]) => [...within(schema, name)]);
	const sources = globSync('packages/**/*.ts', { cwd: root, exclude: ['**/node_modules', '**/dist', '**/*.test.ts'] });
	const code = sources.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');

	it('has a file for every schema that the code names, and no other but what these refer to', () => {
		const named = Array.from(code.matchAll(/lanyard\.dev\/([a-z-]+)\/(v\d+)/g), ([, kind, v]) => `${kind}.${v}.json`);
		const referred = parts.flatMap(([, { $ref }]) => (typeof $ref === 'string' ? ($ref.match(/^[^#]+/) ?? []) : []));
		expect(named.length).toBeGreaterThan(5);
		expect([...new Set([...named, ...referred])].toSorted()).toEqual(names);
	});

	it('has each of them in its table', () => {
		const table = readFileSync(join(root, 'docs/schema/README.md'), 'utf8');
		expect(Array.from(table.matchAll(/^\| \[.+?\]\((.+?)\)/gm), ([, name = '']) => name).toSorted()).toEqual(names);
	});

	it.each(names)('%s is draft 2020-12, closed, and says of every property in one sentence what it is', (name) => {
		expect(schemas.get(name)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
		const own = parts.filter(([path]) => path.startsWith(name));
		const open = own.filter(([, { properties, additionalProperties }]) => properties && additionalProperties !== false);
		expect(open.map(([path]) => path)).toEqual([]);
		const silent = own.filter(
			([path, { description }]) =>
				/\/(properties|\$defs)\/[^/]+$/.test(path) && !/^[A-Z][^.]*(\.[^. ]+[^.]*)*\.$/.test(String(description)),
		);
		expect(silent.map(([path]) => path)).toEqual([]);
	});

	it('has the words of the core', () => {
		expect(schemas.get('chain.v1.json')).toMatchObject({
			$defs: { linkName: { enum: [...links] }, link: { properties: { verdict: { enum: [...verdicts] } } } },
		});
	});
});
