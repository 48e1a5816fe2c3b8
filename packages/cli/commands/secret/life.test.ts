/** What becomes of pull secrets after they were made: renewed, found, adopted, taken away. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { Problem } from '@lanyard/core';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { base64Bytes, parseDockerConfig, parseSecret } from '@lanyard/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { OutputFormat } from '../../render/output.ts';
import type { Session } from '../../session/session.ts';
import { type TestContext, testContext, testSession } from '../../test-context.ts';
import { refusals } from '../../test-schemas.ts';
import { dumpWorld } from '../../test-world-dump.ts';
import { plansCommand, undoCommand } from '../plans.ts';
import { secretAdopt, secretDelete, secretRotate } from './change-secret.ts';
import { secretCreate } from './create.ts';
import { secretList, secretShow } from './list.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 100, replicationDelay: '5s' },
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
	ana = await testSession(sandbox);
	const kube = await ana.kube();
	for (const name of ['shop', 'web']) await kube.create('/api/v1/namespaces', { metadata: { name } });
});

afterAll(async () => {
	await ana.close();
	await sandbox.close();
});

afterEach(async () => {
	const kube = await ana.kube();
	for (const namespace of ['shop', 'web']) {
		const all = await kube.list(`/api/v1/namespaces/${namespace}/secrets`, parseSecret);
		for (const { name } of all) await kube.delete(`/api/v1/namespaces/${namespace}/secrets/${name}`);
	}
});

const output: OutputFormat = 'json';
const common = { output, yes: true, patience: 60, name: 'pull' };
const inBoth = { namespace: ['shop', 'web'], repository: ['nginx'] };

interface Told extends TestContext {
	results: { outcome?: string; secrets?: unknown[]; plan?: { id: string } }[];
}

function contextOf(): Told {
	const base = testContext();
	const results: Told['results'] = [];
	const result = (text: string) => void results.push(JSON.parse(text));
	return { ...base, clock: sandbox.clock, results, terminal: { ...base.terminal, result } };
}

async function loginIn(namespace: string) {
	const kube = await ana.kube();
	const secret = await kube.get(`/api/v1/namespaces/${namespace}/secrets/pull`, parseSecret);
	const data = secret?.data['.dockerconfigjson']?.reveal() ?? '';
	const [login] = parseDockerConfig(new TextDecoder().decode(base64Bytes(data)));
	if (!login) throw new Error('there is no login in the secret');
	return { uid: secret?.uid, ...login };
}

async function opens(login: {
	user: string;
	password: Awaited<ReturnType<typeof loginIn>>['password'];
}): Promise<boolean> {
	const asked = ana.registryAs('myregistry.azurecr.io', login).accessToken('nginx', ['pull']);
	return asked.then(
		({ grants }) => grants.length > 0,
		() => false,
	);
}

const create = (from: 'new-service-principal' | 'token' | 'admin-user' | 'short-lived') =>
	secretCreate(contextOf(), ana, { ...common, ...inBoth, registry: ['myregistry'], from });

async function problemOf(work: Promise<unknown>): Promise<unknown> {
	const thrown: unknown = await work.then(
		() => 'no problem',
		(problem: unknown) => problem,
	);
	return thrown instanceof Problem ? { code: thrown.code, fix: thrown.fix } : thrown;
}

describe.each(['new-service-principal', 'token', 'admin-user'] as const)('rotating a secret from %s', (from) => {
	it('writes a second credential everywhere, in place, and ends the first one last', async () => {
		await create(from);
		const old = await loginIn('shop');
		const context = contextOf();
		expect(await secretRotate(context, ana, { ...common, repository: ['nginx'] })).toBe(0);
		const [shop, web] = [await loginIn('shop'), await loginIn('web')];
		expect(shop.password.reveal()).toBe(web.password.reveal());
		expect([shop.uid, await opens(shop), await opens(old)]).toEqual([old.uid, true, false]);
		expect(refusals('secret-change', context.results[0])).toEqual([]);
		// And once more: the two slots change places.
		expect(await secretRotate(contextOf(), ana, { ...common, repository: ['nginx'] })).toBe(0);
		expect([await opens(await loginIn('shop')), await opens(shop)]).toEqual([true, false]);
	});

	it('never has a moment in which what is in the secret does not work', async () => {
		await create(from);
		const working: boolean[] = [];
		const context = contextOf();
		const say = (text: string) => void (text.includes('✓') && working.push(true));
		const checked = { ...context, terminal: { ...context.terminal, say } };
		const session = {
			...ana,
			kubeBy: async (cluster: string) => {
				working.push(await opens(await loginIn('web')));
				return ana.kubeBy(cluster);
			},
		};
		await secretRotate(checked, session, { ...common, repository: ['nginx'] });
		expect([working.length > 4, working.every(Boolean)]).toEqual([true, true]);
	});
});

it('says that a rotation cannot be taken back once the old password has ended', async () => {
	await create('token');
	const context = contextOf();
	await secretRotate(context, ana, { ...common, repository: ['nginx'] });
	const plan = context.results[0]?.plan?.id ?? '';
	expect(await problemOf(undoCommand(context, ana, { output, plan, yes: true }))).toMatchObject({
		code: 'cannot-undo',
	});
});

it('takes a secret away with the plan that made it, also after it was renewed', async () => {
	const before = await dumpWorld(ana);
	const context = contextOf();
	const own = { ...common, name: 'own' };
	await secretCreate(context, ana, { ...own, ...inBoth, registry: ['myregistry'], from: 'token' });
	await secretRotate(contextOf(), ana, { ...own, repository: ['nginx'] });
	await undoCommand(context, ana, { output, plan: context.results[0]?.plan?.id ?? '', yes: true });
	expect(await dumpWorld(ana)).toEqual(before);
});

describe('copies for the undo', () => {
	const copies = async () => {
		const kube = await ana.kube();
		const all = await kube.list('/api/v1/namespaces/shop/secrets', parseSecret);
		return all.filter(({ name }) => name.includes('.before-')).length;
	};
	const inShop = { ...common, namespace: ['shop'] };

	it('stay after a deletion, until its plan is forgotten', async () => {
		await create('token');
		const context = contextOf();
		await secretDelete(context, ana, inShop);
		expect(await copies()).toBe(1);
		const opened: string[] = [];
		const open = async (name: string) => {
			opened.push(name);
			return { ...ana, close: async () => undefined };
		};
		const forget = context.results[0]?.plan?.id ?? '';
		expect(await plansCommand(context, open, { output, forget })).toBe(0);
		expect([opened, await copies(), context.results[1]]).toMatchObject([['sandbox:test'], 0, { plans: [] }]);
	});

	it('are none of the forgetting of a world that is no more, and keep a plan whose world does not answer', async () => {
		await create('token');
		const context = contextOf();
		await secretDelete(context, ana, inShop);
		const forget = context.results[0]?.plan?.id ?? '';
		const failing = (code: 'not-reachable' | 'no-sandbox') => () => Promise.reject(new Problem(code));
		const forgetting = plansCommand(context, failing('not-reachable'), { output, forget });
		expect(await problemOf(forgetting)).toMatchObject({ code: 'not-reachable' });
		expect(await plansCommand(context, failing('no-sandbox'), { output, forget })).toBe(0);
	});

	it('do not stay where the credential has ended', async () => {
		await create('token');
		await secretDelete(contextOf(), ana, { ...inShop, revoke: true });
		expect(await copies()).toBe(0);
	});

	it('are of one plan each: two that write into one secret are taken back one after the other', async () => {
		const into = async (from: 'token' | 'admin-user') => {
			const context = contextOf();
			await secretCreate(context, ana, {
				...inShop,
				repository: ['nginx'],
				registry: ['myregistry'],
				from,
				replace: true,
			});
			return { context, plan: context.results[0]?.plan?.id ?? '', user: (await loginIn('shop')).user };
		};
		await create('new-service-principal');
		const [first, second] = [await into('token'), await into('admin-user')];
		await undoCommand(second.context, ana, { output, plan: second.plan, yes: true });
		expect((await loginIn('shop')).user).toBe(first.user);
		await undoCommand(first.context, ana, { output, plan: first.plan, yes: true });
		expect((await loginIn('shop')).user).not.toBe(first.user);
		expect(await copies()).toBe(0);
	});
});

it.each([
	['token', 'token', 'az acr token update --name USER --registry myregistry --status disabled'],
	['admin-user', 'admin-user', undefined],
	['admin-user', 'token', 'az acr update --name myregistry --admin-enabled false'],
] as const)('says what stays good of one from %s that is replaced by one from %s', async (from, by, command) => {
	await create(from);
	const old = await loginIn('shop');
	const context = contextOf();
	const wish = { ...common, namespace: ['shop'], repository: ['nginx'], registry: ['myregistry'] };
	await secretCreate(context, ana, { ...wish, from: by, replace: true });
	const said = context.printed().replaceAll(/\s+/g, ' ');
	const left = 'what shop/pull has now for myregistry.azurecr.io stays good';
	if (command) expect(said).toContain(`${left}; once nobody uses it, end it: ${command.replace('USER', old.user)} `);
	else expect(said).not.toContain('stays good');
	expect(await opens(old)).toBe(true);
	await undoCommand(context, ana, { output, plan: context.results[0]?.plan?.id ?? '', yes: true });
	expect((await loginIn('shop')).password.reveal()).toBe(old.password.reveal());
});

it('takes a rotation back that fails before the old password has ended', async () => {
	await create('token');
	const old = await loginIn('shop');
	const context = contextOf();
	const keepPasswords = () => Promise.reject(new Problem('azure-throttled'));
	const failing = { ...ana, registries: { ...ana.registries, keepPasswords } };
	expect(await problemOf(secretRotate(context, failing, { ...common, repository: ['nginx'] }))).toMatchObject({
		code: 'stopped-part-way',
	});
	expect((await loginIn('shop')).password.reveal()).not.toBe(old.password.reveal());
	const [file = ''] = readdirSync(join(context.folder, 'journal'));
	await undoCommand(context, ana, { output, plan: file.replace('.json', ''), yes: true });
	expect((await loginIn('shop')).password.reveal()).toBe(old.password.reveal());
	expect(await opens(old)).toBe(true);
});

describe('a secret that somebody else made', () => {
	const foreign = async (user: string, password: string) => {
		const kube = await ana.kube();
		const auths = { 'myregistry.azurecr.io': { auth: Buffer.from(`${user}:${password}`).toString('base64') } };
		await kube.create('/api/v1/namespaces/shop/secrets', {
			metadata: { name: 'pull' },
			type: 'kubernetes.io/dockerconfigjson',
			data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
		});
	};

	it('cannot be rotated before its origin is known', async () => {
		await foreign('jane', 'x');
		expect(await problemOf(secretRotate(contextOf(), ana, common))).toMatchObject({
			code: 'method-not-possible',
			fix: 'Adopt it first: lanyard secret adopt pull -n shop',
		});
	});

	it('is adopted, with its origin found by its user and password, then rotated', async () => {
		const [registry] = await ana.arm.registries((await ana.subscriptions())[0]?.id ?? '');
		await ana.registries.switchAdminUser(registry?.id ?? '', true);
		const { username, passwords } = await ana.registries.adminUser(registry?.id ?? '');
		await foreign(username, passwords[1]?.value.reveal() ?? '');
		const before = await dumpWorld(ana);
		const context = contextOf();
		const adopt = { ...common, namespace: ['shop'], repository: ['nginx'], attachTo: ['sa/default'] };
		expect(await secretAdopt(context, ana, adopt)).toBe(0);
		const told = contextOf();
		await secretList(told, ana, { output });
		expect(told.results[0]?.secrets).toMatchObject([
			{ name: 'pull', state: 'ok', logins: [{ source: 'admin-user' }], usedBy: ['serviceaccount/default'] },
		]);
		const plan = context.results[0]?.plan?.id ?? '';
		await undoCommand(context, ana, { output, plan, yes: true });
		expect(await dumpWorld(ana)).toEqual(before);
		await secretAdopt(contextOf(), ana, adopt);
		await secretRotate(contextOf(), ana, { ...common, namespace: ['shop'], repository: ['nginx'] });
		const kube = await ana.kube();
		const renewed = await kube.get('/api/v1/namespaces/shop/secrets/pull', parseSecret);
		expect(renewed?.annotations['lanyard.dev/credentials']).toContain('"id":"password"');
		await kube.patch('/api/v1/namespaces/shop/serviceaccounts/default', { imagePullSecrets: null });
	});

	it('is not adopted when it does not open the registry', async () => {
		await foreign('jane', 'wrong');
		const adopt = { ...common, namespace: ['shop'], repository: ['nginx'], patience: 0.001 };
		expect(await problemOf(secretAdopt(contextOf(), ana, adopt))).toMatchObject({ code: 'stopped-part-way' });
	});
});

describe('deleting a secret', () => {
	it('takes it out of what names it, and puts all back when undone', async () => {
		await secretCreate(contextOf(), ana, {
			...{ ...common, ...inBoth, registry: ['myregistry'], from: 'short-lived', attachTo: ['sa/default'] },
		});
		const before = await dumpWorld(ana);
		const context = contextOf();
		expect(await secretDelete(context, ana, { ...common, namespace: ['shop', 'web'] })).toBe(0);
		expect(context.results[0]).toMatchObject({ outcome: 'removed' });
		const told = contextOf();
		await secretList(told, ana, { output });
		expect(told.results[0]?.secrets).toEqual([]);
		await undoCommand(context, ana, { output, plan: context.results[0]?.plan?.id ?? '', yes: true });
		expect(await dumpWorld(ana)).toEqual(before);
		await secretDelete(contextOf(), ana, { ...common, namespace: ['shop', 'web'] });
	});

	it('ends the credential too where that is asked for', async () => {
		await create('token');
		const old = await loginIn('shop');
		await secretDelete(contextOf(), ana, { ...common, namespace: ['shop', 'web'], revoke: true });
		expect(await opens(old)).toBe(false);
	});

	it('says of a credential that cannot be ended until when it works, whatever is asked', async () => {
		await create('short-lived');
		const context = testContext();
		const flags = { ...common, namespace: ['shop', 'web'], revoke: true, output: 'text' as const };
		await secretDelete(context, ana, flags);
		expect(context.printed()).toMatch(/cannot be ended from here and works until\s+\d{4}-/);
	});
});

describe('what can be read', () => {
	it('tells of every secret where it is from and until when, and never its values', async () => {
		await create('short-lived');
		const { password } = await loginIn('shop');
		const told = contextOf();
		expect(await secretShow(told, ana, { ...common })).toBe(0);
		expect(told.results[0]).toMatchObject({
			secrets: [
				{ namespace: 'shop', state: 'ends-soon', logins: [{ source: 'short-lived', endsAt: expect.any(String) }] },
				{ namespace: 'web' },
			],
		});
		expect(refusals('secrets', told.results[0])).toEqual([]);
		expect(JSON.stringify(told.results)).not.toContain(password.reveal());
	});

	it('says what has ended, with the exit code of a problem', async () => {
		await create('short-lived');
		const context = { ...testContext(), clock: { now: () => new Date(sandbox.clock.now().getTime() + 4 * 3_600_000) } };
		expect(await secretList(context, ana, { output: 'text' })).toBe(1);
		expect(context.printed()).toContain('✗ has ended');
	});

	it('says so where there is none, and names those that there are', async () => {
		expect(await problemOf(secretShow(contextOf(), ana, { ...common, name: 'x' }))).toMatchObject({
			code: 'secret-not-found',
		});
	});
});
