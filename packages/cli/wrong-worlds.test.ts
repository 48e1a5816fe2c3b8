/**
 * Worlds that go wrong while a command is at work: Azure throttles, a cluster is deleted, a name is taken. What the command says, with
 * which exit code, what it leaves, and that going on or taking back comes to its end. docs/wrong-worlds.md is made of it.
 */
import { setTimeout } from 'node:timers/promises';

import { createClusterAdmin, createRegistryAdmin } from '@lanyard/clients';
import { isProblemCode, Problem } from '@lanyard/core';
import { type Sandbox, type Snapshot, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod/mini';

import { renderProblem } from './render/problem.ts';
import { runIn } from './run.ts';
import type { Session } from './session/session.ts';
import { type TestContext, testContext, testSession } from './test-context.ts';
import { leaveWorld } from './test-left-world.ts';
import { dumpWorld, leftIn } from './test-world-dump.ts';

const domain = 'contoso.onmicrosoft.com';
const world: WorldDeclaration = {
	settings: { timeScale: 200, replicationDelay: '5s' },
	tenants: [
		{
			domain,
			users: [{ name: 'ana', roles: ['Application Administrator'] }],
			applications: [{ name: 'old-puller', password: 'its-password-is-known' }],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [
		{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] },
		{ name: 'another', group: 'otherGroup' },
	],
	clusters: [
		{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 },
		{ name: 'oldcluster', group: 'myResourceGroup', nodes: 1, identity: 'service-principal' },
	],
	assignments: [
		{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'old-puller', role: 'AcrPull', scope: 'myregistry' },
	],
};

/** Hears of every request of the world; what it answers, the world does not. */
type Wrong = (request: Request) => Promise<Response | undefined>;

let sandbox: Sandbox;
let asDeclared: Snapshot;
let ana: Session;
let context: TestContext;
let wrong: Wrong | undefined;
let untouched: Record<string, unknown> | undefined;

const hurry = (ms: number) => setTimeout(ms / sandbox.clock.scale);

beforeAll(async () => {
	sandbox = await startSandbox({ world, meanwhile: async (request) => wrong?.(request) });
	asDeclared = await sandbox.snapshot();
});

beforeEach(async () => {
	ana = await signedIn();
});

afterEach(async () => {
	wrong = undefined;
	await ana.close();
	await sandbox.restore(asDeclared);
});

afterAll(() => sandbox.close());

async function signedIn(): Promise<Session> {
	const session = await testSession(sandbox, `ana@${domain}`);
	const { send, signIn, cloud } = session;
	const atArm = { send, signIn, endpoint: cloud.arm, audience: cloud.armAudience, sleep: hurry };
	return { ...session, registries: createRegistryAdmin(atArm), clusters: createClusterAdmin(atArm) };
}

/** A machine on which ana is signed in, and whose clock may be wrong. */
function machine(skewMs = 0): TestContext {
	let sleptMs = 0;
	// Patience is counted by what was waited for, and not by how long this machine takes for the rest.
	const clock = { now: () => new Date(Date.now() + skewMs + sleptMs) };
	const sleep = (ms: number) => {
		sleptMs += ms;
		return hurry(ms);
	};
	const made = { ...testContext(), sleep, clock };
	const signIn = sandbox.signInAs(`ana@${domain}`);
	leaveWorld(made.folder, 'default', { sandbox: { ...sandbox, signIn }, changed: { aheadMs: skewMs } });
	return made;
}

/** Runs a command line as the whole program does. */
async function lanyard(line: string): Promise<{ exit: number; said: string }> {
	const from = context.printed().length;
	const exit = await runIn(context, [...line.split(' '), '--world', 'sandbox']);
	return { exit, said: context.printed().slice(from) };
}

const is = ({ method, url }: Request, wanted: RegExp) => wanted.test(`${method} ${url}`);

/** These requests are answered so, so many times. */
function answering(which: RegExp, make: () => Response, times = Number.POSITIVE_INFINITY): Wrong {
	let left = times;
	return async (request) => (is(request, which) && left-- > 0 ? make() : undefined);
}

/** The 429 of Resource Manager and of Graph. */
const throttled = (seconds: number) => () => {
	const error = { code: 'TooManyRequests', message: 'Too many requests.' };
	return Response.json({ error }, { status: 429, headers: { 'retry-after': String(seconds) } });
};

const refused = (code: string, message: string) => () => Response.json({ error: { code, message } }, { status: 400 });

/** When the first such request comes, this happens before it is answered. */
function when(which: RegExp, happens: () => Promise<unknown>): Wrong {
	return async (request) => {
		if (!is(request, which)) return undefined;
		wrong = undefined;
		await happens();
		return undefined;
	};
}

const inGroup = async (group: string, type: string, name: string) => {
	const [subscription] = await ana.subscriptions();
	return `/subscriptions/${subscription?.id}/resourceGroups/${group}/providers/${type}/${name}`;
};
const clusterId = () => inGroup('myResourceGroup', 'Microsoft.ContainerService/managedClusters', 'mycluster');
const registryId = (group: string, name: string) => inGroup(group, 'Microsoft.ContainerRegistry/registries', name);

const deleteCluster = async () => ana.clusters.remove(await clusterId());
const makeRegistry = (group: string) => async () =>
	ana.registries.create(await registryId(group, 'fresh'), { location: 'westeurope', sku: 'Basic', isAbac: false });
async function makeScopeMap(): Promise<string> {
	const map = `${await registryId('myResourceGroup', 'myregistry')}/scopeMaps/mycluster-pull`;
	await ana.registries.putScopeMap(map, { actions: ['repositories/nginx/content/read'], description: 'of somebody' });
	return map;
}
async function makeToken(): Promise<void> {
	const map = await makeScopeMap();
	await ana.registries.putToken(map.replace('scopeMaps', 'tokens'), map);
}
async function makeSecret(): Promise<void> {
	const kube = await ana.kubeOf({ id: await clusterId() });
	const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pull' }, type: 'Opaque' };
	await kube.create('/api/v1/namespaces/default/secrets', secret);
}
const pass = (hours: number) => async () => sandbox.clock.jump(hours * 3_600_000);

const attach = 'attach --cluster mycluster --registry myregistry --yes';
const attachOld = 'attach --cluster oldcluster --registry myregistry --yes';
const detach = 'detach --cluster mycluster --registry myregistry --yes';
const create = (from: string) =>
	`secret create pull --registry myregistry --cluster mycluster --repository nginx --from ${from} --attach-to serviceaccount/default --yes`;
const createRegistry = 'registry create fresh --group myResourceGroup --yes';

interface Case {
	goesWrong: string;
	line: string;
	/** Done before the command is run. */
	before?: () => Promise<unknown>;
	/** Done once ana is signed in. */
	after?: () => Promise<unknown>;
	wrong?: () => Wrong;
	/** How far this machine's clock is ahead. */
	skewMs?: number;
	/** Things of others that come or go meanwhile: lanyard is to leave them so. */
	meanwhile?: () => Promise<unknown>;
	exit: number;
	/** What is done about it; `none` where nothing was changed and nothing helps. */
	helps: 'nothing to do' | 'again' | 'resume' | 'undo' | 'none';
	/** Done before that. */
	first?: () => Promise<unknown>;
}

const unknownPrincipal = refused(
	'PrincipalNotFound',
	'Principal 15b5517f2ab550a1aba4c70295524f1a does not exist in the directory. Check that you have the correct principal ID.',
);
const unknownApplication = refused(
	'Request_BadRequest',
	"The appId '15b5517f' of the service principal does not reference a valid application object.",
);
const assigning = /PUT .*\/roleAssignments\//;

const cases: Case[] = [
	{
		goesWrong: 'Graph throttles, for a second',
		...{ line: attachOld, wrong: () => answering(/graph/, throttled(1), 1), exit: 0, helps: 'nothing to do' },
	},
	{
		goesWrong: 'Graph throttles, for two minutes',
		...{ line: attachOld, wrong: () => answering(/graph/, throttled(120)), exit: 7, helps: 'again' },
	},
	{
		goesWrong: 'Graph throttles the password of a new service principal',
		line: create('new-service-principal'),
		...{ wrong: () => answering(/addPassword/, throttled(120)), exit: 6, helps: 'resume' },
	},
	{
		goesWrong: 'Graph throttles the new service principal itself',
		line: 'attach --context oldcluster --registry myregistry --method new-service-principal --yes',
		...{ wrong: () => answering(/POST .*servicePrincipals$/, throttled(120)), exit: 6, helps: 'resume' },
	},
	{
		goesWrong: 'Graph throttles the password of a service principal that is there',
		line: `${create('service-principal')} --principal old-puller`,
		...{ wrong: () => answering(/addPassword/, throttled(120)), exit: 7, helps: 'resume' },
	},
	{
		goesWrong: 'Resource Manager throttles a role, for a second',
		...{ line: attach, wrong: () => answering(assigning, throttled(1), 1), exit: 0, helps: 'nothing to do' },
	},
	{
		goesWrong: 'Resource Manager throttles a role, for five minutes',
		line: create('new-service-principal'),
		...{ wrong: () => answering(assigning, throttled(300)), exit: 6, helps: 'resume' },
	},
	{
		goesWrong: 'Graph throttles while a secret is taken back',
		line: 'undo --yes',
		after: async () => expect((await lanyard(create('new-service-principal'))).exit).toBe(0),
		...{ wrong: () => answering(/DELETE .*graph.*applications/, throttled(120)), exit: 6, helps: 'undo' },
	},
	{
		goesWrong: 'the cluster is deleted while its role is planned',
		line: attach,
		...{ wrong: () => when(/roleAssignments/, deleteCluster), meanwhile: deleteCluster, exit: 6, helps: 'undo' },
	},
	{
		goesWrong: 'the cluster is deleted between the plan and the role',
		line: attach,
		...{ wrong: () => when(assigning, deleteCluster), meanwhile: deleteCluster, exit: 6, helps: 'undo' },
	},
	{
		goesWrong: 'the cluster is deleted while a detach is planned',
		line: detach,
		...{ wrong: () => when(/roleAssignments/, deleteCluster), meanwhile: deleteCluster, exit: 0, helps: 'none' },
	},
	{
		goesWrong: 'the cluster is deleted while a secret is planned',
		line: create('token'),
		...{
			wrong: () => when(/listClusterUserCredential/, deleteCluster),
			meanwhile: deleteCluster,
			exit: 3,
			helps: 'none',
		},
	},
	{
		goesWrong: 'the cluster is deleted while a service principal is made for it',
		line: create('new-service-principal'),
		...{ wrong: () => when(/POST .*applications$/, deleteCluster), meanwhile: deleteCluster, exit: 6, helps: 'undo' },
	},
	{
		goesWrong: 'a new service principal is not replicated for a while',
		line: create('new-service-principal'),
		...{ wrong: () => answering(assigning, unknownPrincipal, 3), exit: 0, helps: 'nothing to do' },
	},
	{
		goesWrong: 'a new service principal is not replicated for longer than five minutes',
		line: create('new-service-principal'),
		...{ wrong: () => answering(assigning, unknownPrincipal), exit: 6, helps: 'resume' },
	},
	{
		goesWrong: 'a new application is not replicated for a while',
		line: create('new-service-principal'),
		...{ wrong: () => answering(/POST .*servicePrincipals$/, unknownApplication, 3), exit: 0, helps: 'nothing to do' },
	},
	{
		goesWrong: 'the token ends between the plan and the role',
		...{ line: attach, wrong: () => when(assigning, pass(1)), exit: 4, helps: 'again' },
	},
	{
		goesWrong: 'the token for Graph ends in the middle',
		line: create('new-service-principal'),
		...{ wrong: () => when(/addPassword/, pass(1)), exit: 6, helps: 'resume' },
	},
	{
		goesWrong: 'the sign-in has ended',
		...{ line: attach, after: pass(24), exit: 4, helps: 'again' },
		first: async () => void (context = machine()),
	},
	{
		goesWrong: "this machine's clock is an hour behind",
		...{ line: create('new-service-principal'), skewMs: -3_600_000, exit: 0, helps: 'nothing to do' },
	},
	{
		goesWrong: "this machine's clock is an hour ahead",
		...{ line: create('new-service-principal'), skewMs: 3_600_000, exit: 0, helps: 'nothing to do' },
	},
	{
		goesWrong: 'the name of a registry is taken',
		...{ line: createRegistry.replace('fresh', 'another'), exit: 2, helps: 'none' },
	},
	{
		goesWrong: 'the name of a registry is taken after it was checked',
		line: createRegistry,
		...{ wrong: () => when(/PUT .*registries\/fresh/, makeRegistry('otherGroup')), exit: 2, helps: 'none' },
		meanwhile: makeRegistry('otherGroup'),
	},
	{
		goesWrong: 'somebody makes the very registry after the name was checked',
		line: createRegistry,
		...{ wrong: () => when(/GET .*registries\/fresh/, makeRegistry('myResourceGroup')), exit: 2, helps: 'none' },
		meanwhile: makeRegistry('myResourceGroup'),
	},
	{
		goesWrong: 'a secret of that name is there, and not ours',
		...{ line: create('token'), before: makeSecret, exit: 2, helps: 'none' },
	},
	{
		goesWrong: 'a secret of that name comes meanwhile',
		line: create('new-service-principal'),
		...{ wrong: () => when(/POST .*applications$/, makeSecret), meanwhile: makeSecret, exit: 6, helps: 'undo' },
	},
	{
		goesWrong: 'a repository token of that name is there',
		...{ line: create('token'), before: makeToken, exit: 0, helps: 'nothing to do' },
	},
	{
		goesWrong: 'a repository token of that name comes meanwhile',
		line: create('token'),
		...{ wrong: () => when(/GET .*tokens\/mycluster-pull/, makeToken), meanwhile: makeToken, exit: 2, helps: 'none' },
	},
	{
		goesWrong: 'a scope map of that name is there',
		...{ line: create('token'), before: makeScopeMap, exit: 0, helps: 'nothing to do' },
	},
	{
		goesWrong: 'a scope map of that name comes meanwhile',
		line: create('token'),
		...{ wrong: () => when(/GET .*scopeMaps\/mycluster-pull/, makeScopeMap), meanwhile: makeScopeMap },
		...{ exit: 2, helps: 'none' },
	},
];

/** The world that there would be if lanyard had done nothing. */
async function withoutLanyard({ before, meanwhile }: Case): Promise<Record<string, unknown>> {
	if (!before && !meanwhile) return (untouched ??= await dump());
	await before?.();
	if (!meanwhile) return dump();
	await meanwhile();
	const there = await dump();
	await sandbox.restore(asDeclared);
	await before?.();
	return there;
}

/** By somebody who signs in for it: what is tested may have ended the sign-in. */
async function dump(): Promise<Record<string, unknown>> {
	await ana.close();
	ana = await signedIn();
	const dumped = await dumpWorld(ana);
	// What somebody makes meanwhile is made at another moment each time.
	return JSON.parse(
		JSON.stringify(dumped, (key, value) => (/^(creationDate|lastUpdatedTime)$/.test(key) ? undefined : value)),
	);
}

const told: string[] = [];

it.each(cases.map((one): [string, Case] => [one.goesWrong, one]))('%s', async (_name, one) => {
	const before = await withoutLanyard(one);
	context = machine(one.skewMs);
	await one.after?.();
	wrong = one.wrong?.();
	const ran = await lanyard(`${one.line} -o json`);
	wrong = undefined;
	expect([ran.exit, ran.said]).toEqual([one.exit, ran.said]);
	const left = leftIn(await dump(), before);
	await one.first?.();
	if (one.helps === 'again') {
		expect(left).toEqual([]);
		expect((await lanyard(one.line)).exit).toBe(0);
	}
	if (one.helps === 'resume') expect(await lanyard('resume --yes')).toMatchObject({ exit: 0 });
	// Where nothing was done, undoing must not touch what somebody else has in its place.
	const undone = await lanyard('undo --yes');
	if (one.helps === 'none') expect(left).toEqual([]);
	else expect(undone).toMatchObject({ exit: 0 });
	expect(await dump()).toEqual(before);
	told.push(section(one, { ...ran, left }));
});

it('shows what it waits for where it is asked to', async () => {
	const shown: string[] = [];
	context = machine();
	context.terminal = {
		...context.terminal,
		progress: (text) => shown.push(text),
		progressDone: () => shown.push('over'),
	};
	wrong = answering(/servicePrincipals/, throttled(1), 1);
	expect(await lanyard(`${attachOld} --dry-run`)).toMatchObject({ exit: 0 });
	expect(shown.slice(0, 2)).toEqual(['  … waiting 1 s, as graph.microsoft.com asks', 'over']);
});

it('is documented as it was', async () => {
	expect(told).toHaveLength(cases.length);
	await expect(`${head}\n${told.join('\n')}`).toMatchFileSnapshot('../../docs/wrong-worlds.md');
});

const head = `# Worlds that go wrong

What the commands say, with which exit code, what they leave and what helps, where Azure or somebody else gets in between. Each case is run
over a sandbox that goes wrong in just that way: \`npm run wrong-worlds\`, which writes this page too. After the last command of each case the world
is compared, whole, with what it would be if Lanyard had done nothing.

A 429 with \`Retry-After\` of up to 30 s is waited out, by every command, four tries in all; a terminal shows it.
`;

const helpWords: Record<Case['helps'], string> = {
	'nothing to do': 'It comes to its end; `lanyard undo` leaves nothing.',
	again: 'Nothing is left. Run again, it comes to its end; `lanyard undo` leaves nothing.',
	resume: '`lanyard resume` comes to the end; `lanyard undo` leaves nothing.',
	undo: '`lanyard undo` leaves nothing.',
	none: 'Nothing is left.',
};

function section({ goesWrong, line, exit, helps, first }: Case, o: { said: string; left: string[] }): string {
	const block = exit === 0 ? '' : `\n\`\`\`text\n${problemIn(o.said)}\n\`\`\`\n`;
	const left = ['resume', 'undo'].includes(helps) ? `Left: ${o.left.join(', ') || 'nothing'}. ` : '';
	const signIn = first ? 'After signing in again: ' : '';
	return `## ${goesWrong.charAt(0).toUpperCase()}${goesWrong.slice(1)}

\`lanyard ${line}\` ends with exit code ${exit}.
${block}
${signIn}${left}${helpWords[helps]}
`;
}

const problemSchema = z.object({
	...{ code: z.string(), sentence: z.string(), fix: z.string() },
	...{ wanted: z.optional(z.string()), found: z.optional(z.string()) },
});

/** The problem as people read it, made of the document of it: its lines break where they always do, whatever the ids and times. */
function problemIn(said: string): string {
	const text = withoutChance(said.slice(said.indexOf('{\n  "schema": "lanyard.dev/problem/v1"')));
	const { code, sentence, wanted, found, fix } = problemSchema.parse(JSON.parse(text));
	if (!isProblemCode(code)) throw new Error(`no problem has the code ${code}`);
	const seen = { ...(wanted !== undefined && { wanted }), ...(found !== undefined && { found }) };
	return renderProblem(new Problem(code, { sentence, fix, ...seen }), context.terminal.errStyle);
}

/** What differs from run to run. */
function withoutChance(text: string): string {
	return text
		.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
		.replaceAll(/\b[b-z2-9]{4}-[b-z2-9]{4}\b/g, 'PLAN')
		.replaceAll(/'\d+\/\d+\/\d+ [\d:]+ [AP]M'/g, 'TIME');
}
