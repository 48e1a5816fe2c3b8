import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { secretSources } from '@lanyard/connect';
import { reviewScript } from '@lanyard/doctor';
import { Problem } from '@lanyard/core';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { base64Bytes, parseDockerConfig, parsePod, parseSecret, parseServiceAccount } from '@lanyard/wire';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { Session } from '../../session/session.ts';
import { type TestContext, testContext, testSession } from '../../test-context.ts';
import { refusals } from '../../test-schemas.ts';
import { dumpWorld } from '../../test-world-dump.ts';
import { undoCommand } from '../plans.ts';
import { secretCreate, type CreateFlags } from './create.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 100, replicationDelay: '10s' },
	tenants: [
		{
			domain,
			users: [{ name: 'ana', roles: ['Application Administrator'] }, { name: 'carl' }, { name: 'rita' }],
			applications: [{ name: 'old-puller', password: 'not-used-here' }],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [
		{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] },
		{ name: 'abacregistry', group: 'myResourceGroup', roleMode: 'ABAC', images: ['redis:v1'] },
	],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	dockerHub: [{ name: 'jane', password: `a'b"c$HOME \`d\` ü` }],
	assignments: [
		{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: `ana@${domain}`, role: 'Container Registry Repository Writer', scope: 'abacregistry' },
		{ principal: `ana@${domain}`, role: 'Container Registry Repository Catalog Lister', scope: 'abacregistry' },
		{ principal: `carl@${domain}`, role: 'Contributor', scope: 'myResourceGroup' },
		{ principal: `rita@${domain}`, role: 'Reader', scope: 'myResourceGroup' },
		{ principal: 'old-puller', role: 'AcrPull', scope: 'myregistry' },
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
	const kube = await ana.kube();
	for (const name of ['shop', 'web']) await kube.create('/api/v1/namespaces', { metadata: { name } });
	await kube.create('/apis/apps/v1/namespaces/shop/deployments', deployment('store'));
});

afterAll(async () => {
	await Promise.all([ana, carl, rita].map((session) => session.close()));
	await sandbox.close();
});

const flags: CreateFlags = {
	output: 'json',
	registry: ['myregistry'],
	repository: ['nginx'],
	yes: true,
	patience: 60,
	namespace: ['shop'],
};

/** Creates a secret and gives the document that was printed. */
async function create(session: Session, change: Partial<CreateFlags> & { name?: string }, context = contextOf()) {
	const exit = await secretCreate(context, session, { name: 'pull', ...flags, ...change });
	return { exit, document: context.results.at(-1), context };
}

function contextOf(): TestContext & { results: unknown[] } {
	const base = testContext();
	const results: unknown[] = [];
	const result = (text: string) => void results.push(JSON.parse(text));
	return { ...base, clock: sandbox.clock, results, terminal: { ...base.terminal, result } };
}

async function undoLast(session: Session, context: TestContext): Promise<void> {
	const [file = ''] = readdirSync(join(context.folder, 'journal'));
	const plan = file.replace('.json', '');
	expect(await undoCommand(context, session, { output: 'json', plan, yes: true })).toBe(0);
}

async function loginsIn(namespace: string, name = 'pull') {
	const kube = await ana.kube();
	const secret = await kube.get(`/api/v1/namespaces/${namespace}/secrets/${name}`, parseSecret);
	const data = secret?.data['.dockerconfigjson']?.reveal() ?? '';
	return parseDockerConfig(new TextDecoder().decode(base64Bytes(data)));
}

async function problemOf(work: Promise<unknown>): Promise<unknown> {
	const thrown: unknown = await work.then(
		() => 'no problem',
		(problem: unknown) => problem,
	);
	return thrown instanceof Problem ? { code: thrown.code, found: thrown.found, fix: thrown.fix } : thrown;
}

describe.each([
	['new-service-principal', {}],
	['service-principal', { principal: 'old-puller' }],
	['token', {}],
	['short-lived', {}],
	['admin-user', {}],
] as const)('a secret from %s', (from, change) => {
	it('is exported as a script in which review finds no trap', async () => {
		const context = testContext();
		const wish = { name: 'pull', ...flags, from, ...change, export: 'az' as const };
		expect(await secretCreate(context, ana, { ...wish, output: 'text' })).toBe(0);
		const script = context.printed().slice(context.printed().indexOf('#!/usr/bin/env bash'));
		expect(script).toContain('apply --server-side');
		expect(reviewScript(script)).toEqual([]);
	});

	it('pulls, is what its document says, and leaves the world as it was when undone', async () => {
		const before = await dumpWorld(ana);
		const attachTo = ['serviceaccount/default', 'deploy/store'];
		const { exit, document, context } = await create(ana, { from, ...change, attachTo });
		expect(document).toMatchObject({ outcome: 'proved', secret: 'pull' });
		expect([exit, refusals('secret-change', document)]).toEqual([0, []]);
		const kube = await ana.kube();
		const [login] = await loginsIn('shop');
		if (!login) throw new Error('there is no login in the secret');
		const granted = await ana.registryAs('myregistry.azurecr.io', login).accessToken('nginx', ['pull']);
		expect(granted.grants).toMatchObject([{ name: 'nginx' }]);
		expect(await kube.get('/api/v1/namespaces/shop/serviceaccounts/default', parseServiceAccount)).toMatchObject({
			imagePullSecrets: ['pull'],
		});
		await vi.waitFor(async () => {
			const pods = await kube.list('/api/v1/namespaces/shop/pods', parsePod);
			expect(pods.some(({ isReady, spec }) => isReady && spec.imagePullSecrets.includes('pull'))).toBe(true);
		}, 120_000);
		expect(await dumpWorld(ana)).not.toEqual(before);
		await undoLast(ana, context);
		expect(await dumpWorld(ana)).toEqual(before);
	});
});

describe('what is chosen when nobody says', () => {
	it.each<[string, () => Session, string]>([
		['an Owner gets a principal of its own', () => ana, 'new-service-principal'],
		['a Contributor, who may assign no role, gets a token', () => carl, 'token'],
		['a Reader gets a token of three hours', () => rita, 'short-lived'],
	])('%s', async (_name, session, method) => {
		const { document } = await create(session(), { dryRun: true });
		expect(document).toMatchObject({ outcome: 'planned', plan: { goal: { method } } });
	});

	it('never is the admin user', () => {
		expect(secretSources.indexOf('admin-user')).toBeGreaterThan(0);
	});
});

describe('one secret', () => {
	it('opens several registries, in several namespaces, each by its own role', async () => {
		const before = await dumpWorld(ana);
		const wide = { registry: ['myregistry', 'abacregistry'], namespace: ['shop', 'web'], repository: [] };
		const { context, document } = await create(ana, wide);
		expect(document).toMatchObject({ outcome: 'proved' });
		expect((await loginsIn('web')).map(({ server }) => server).toSorted()).toEqual([
			'abacregistry.azurecr.io',
			'myregistry.azurecr.io',
		]);
		await undoLast(ana, context);
		expect(await dumpWorld(ana)).toEqual(before);
	});

	it('keeps quotes, dollars and spaces of a password that is typed', async () => {
		const password = `a'b"c$HOME \`d\` ü\\n`;
		const context = contextOf();
		context.stdin = (await import('node:stream')).Readable.from([`${password}\n`]);
		const { exit, document } = await create(
			ana,
			{ name: 'hub', registry: ['docker.io'], user: 'jane', passwordStdin: true, repository: [] },
			context,
		);
		expect([exit, document]).toMatchObject([5, { outcome: 'granted-not-proved' }]);
		const [login] = await loginsIn('shop', 'hub');
		expect([login?.server, login?.user, login?.password.reveal()]).toEqual([
			'https://index.docker.io/v1/',
			'jane',
			password,
		]);
		expect(JSON.stringify([document, context.printed()])).not.toContain('HOME');
		await undoLast(ana, context);
	});

	it.each([
		['proves a login of Docker Hub, whose tokens come from another host', {}, `a'b"c$HOME \`d\` ü`, 'proved'],
		['writes nothing for a wrong one', { patience: 0.0001 }, 'wrong', 'secret-wrong-credentials'],
	])('%s', async (_name, change, password, expected) => {
		const before = await dumpWorld(ana);
		const context = contextOf();
		context.stdin = (await import('node:stream')).Readable.from([password]);
		const hub = { name: 'hub', registry: ['docker.io'], user: 'jane', passwordStdin: true, repository: ['nginx'] };
		const outcome = await create(ana, { ...hub, ...change }, context).then(
			({ document }) => Object(document).outcome,
			(problem: unknown) => Object(Object(problem).cause).code,
		);
		expect(outcome).toBe(expected);
		await undoLast(ana, context);
		expect(await dumpWorld(ana)).toEqual(before);
	});

	it('is not written over one that is there, unless that is asked for; and then that one comes back', async () => {
		const kube = await ana.kube();
		const theirs = { auths: { 'ghcr.io': { username: 'x', password: 'y' } } };
		await kube.create('/api/v1/namespaces/web/secrets', {
			metadata: { name: 'pull', labels: { team: 'web' } },
			type: 'kubernetes.io/dockerconfigjson',
			data: { '.dockerconfigjson': Buffer.from(JSON.stringify(theirs)).toString('base64') },
		});
		const before = await dumpWorld(ana);
		const wish = { namespace: ['web'], from: 'short-lived' as const };
		expect(await problemOf(create(ana, wish))).toMatchObject({ code: 'already-exists' });
		const { context } = await create(ana, { ...wish, replace: true });
		expect((await loginsIn('web')).map(({ server }) => server).toSorted()).toEqual([
			'ghcr.io',
			'myregistry.azurecr.io',
		]);
		await undoLast(ana, context);
		expect(await dumpWorld(ana)).toEqual(before);
	});
});

describe('refusals, before anything is changed', () => {
	it.each<[string, () => Session, Partial<CreateFlags> & { name?: string }, object]>([
		['a role that may not be given', () => carl, { from: 'new-service-principal' }, { code: 'caller-lacks-right' }],
		['a token that may not be made', () => rita, { from: 'token' }, { code: 'caller-lacks-right' }],
		['an admin user that may not be read', () => rita, { from: 'admin-user' }, { code: 'caller-lacks-right' }],
		['a namespace that is not there', () => ana, { namespace: ['shpo'] }, { code: 'namespace-not-found' }],
		['a workload that is not there', () => ana, { attachTo: ['deploy/x'] }, { code: 'workload-not-found' }],
		['a kind that cannot be changed', () => ana, { attachTo: ['pod/x'] }, { code: 'bad-target' }],
		[
			'a principal that cannot pull',
			() => ana,
			{ from: 'service-principal', principal: 'x' },
			{
				code: 'principal-not-found',
				found: expect.stringContaining('old-puller'),
			},
		],
		['a login that nobody gave', () => ana, { registry: ['ghcr.io'] }, { code: 'missing-flag' }],
		[
			'a name that Kubernetes refuses',
			() => ana,
			{ name: 'Bad_Name' },
			{ code: 'wrong-flag', found: 'upper-case letters' },
		],
	])('%s', async (_name, session, change, problem) => {
		const before = await dumpWorld(ana);
		expect(await problemOf(create(session(), { name: 'refused', ...change }))).toMatchObject(problem);
		expect(await dumpWorld(ana)).toEqual(before);
	});
});

function deployment(name: string) {
	const labels = { app: name };
	return {
		metadata: { name },
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
