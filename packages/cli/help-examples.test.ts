/** Every example of every `--help` is run, in a world where what it names exists; each change is taken back before the next one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { Problem } from '@lanyard/core';
import { type Command, CommanderError } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { readConfig } from './config.ts';
import { listJournal } from './journal.ts';
import { buildProgram } from './program.ts';
import { exitCodeOf, renderProblem } from './render/problem.ts';
import { openSession } from './session/open.ts';
import { readRecord, sandboxFolder } from './session/sandbox-access.ts';
import { testContext } from './test-context.ts';
import { asProblem } from './usage-problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanyard-examples-'));
const main = join(import.meta.dirname, 'main.ts');
const environment = {
	...{ PATH: process.env['PATH'], HOME: folder, SHELL: '/bin/sh' },
	...{ LANYARD_STATE_DIR: folder, LANYARD_WORLD: 'sandbox' },
};

/** The files that examples name. */
const files = {
	'world.yaml': `
settings: { timeScale: 200, replicationDelay: 5s }
tenants: [{ domain: contoso.onmicrosoft.com, users: [{ name: ana, roles: [Application Administrator] }] }]
subscriptions: [{ name: Payments, tenant: contoso.onmicrosoft.com }]
registries: [{ name: myregistry, group: myResourceGroup, images: ['nginx:v1'] }]
clusters:
  - { name: mycluster, group: myResourceGroup, nodes: 1 }
  - { name: on-premises, group: myResourceGroup, nodes: 1 }
assignments: [{ principal: ana@contoso.onmicrosoft.com, role: Owner, scope: /subscriptions/Payments }]
`,
	'events.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [] }),
	'setup.sh': 'docker login myregistry.azurecr.io --username jane --password "$PASSWORD"\n',
	'README.md': '# How to set up\n',
	'docs/setup.md': '# How to set up\n',
	'script.sh': 'lanyard whoami\n',
};

/** Not run here, and why. */
const elsewhere: Record<string, string> = {
	'sandbox browser': 'somebody must wait for the answer: commands/sandbox/browser.test.ts',
	'quickstart --real-delays': 'it takes minutes',
};

/** What an example ends with when it did what it says; left out: 0. */
const endings: [RegExp, number][] = [
	[/^(explain|check) ?(deployment\/web|$)/, 1], // a problem was found
	[/^sandbox exec .*(check|explain)/, 1],
	[/^secret create hub /, 5], // there is no Docker Hub in a sandbox to prove it
	[/^review setup/, 1],
];

/** What must be there before, as another command line. */
const before: [RegExp, string][] = [
	[/^detach /, 'attach --cluster mycluster --registry myregistry --yes'],
	[/^migrate /, 'secret create pull --registry myregistry -n default,shop --yes'],
	[/^secret (list|show|rotate|delete|adopt)\b/, 'secret create pull --registry myregistry -n default,shop,web --yes'],
	[/^plans/, 'attach --cluster mycluster --registry myregistry --yes'],
	[/^(resume|undo)\b/, 'secret create pull --registry myregistry --yes'],
	[/^sandbox cluster delete edge(?! --name)/, 'sandbox cluster create edge --plain'],
	[/^sandbox cluster delete edge --name shop/, 'sandbox cluster create edge --plain --name shop'],
	[/^sandbox mend dns-failure/, 'sandbox break dns-failure'],
	[/^sandbox mend --name shop/, 'sandbox break rate-limited --name shop'],
	[/^sandbox mend$/, 'sandbox break identity-lacks-pull-role'],
	[/^sandbox up --name shop/, 'sandbox down --name shop'],
	[/^sandbox up/, 'sandbox down'],
];

interface Ending {
	exitCode: number;
	said: string;
}

/** Runs a line as somebody types it in that folder, in a shell. */
async function inShell(line: string): Promise<Ending> {
	const known = `lanyard() { '${process.execPath}' '${main}' "$@"; }; kubectl() { echo 'Back-off pulling image "x"'; }`;
	const child = spawn('/bin/sh', ['-c', `${known}; lanyard ${line}`], {
		...{ cwd: folder, env: environment },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const said = Promise.all([text(child.stdout), text(child.stderr)]);
	child.stdin.on('error', () => {}).end();
	const [exitCode] = await once(child, 'exit');
	return { exitCode, said: (await said).join('') };
}

/** The same without a process, for lines that a shell would only split. */
async function inHere(line: string): Promise<Ending> {
	const context = {
		...testContext(),
		config: readConfig(environment, [process.execPath, main]),
		stdin: Readable.from(['a password\n']),
	};
	const args = line.split(' ').map((word) => (word in files ? join(folder, word) : word));
	const outcome = { exitCode: 0 };
	const program = buildProgram({ context, outcome });
	try {
		await program.parseAsync(args, { from: 'user' });
	} catch (thrown) {
		if (thrown instanceof CommanderError && thrown.exitCode === 0) return { exitCode: 0, said: context.printed() };
		const problem = asProblem(thrown, { program, args });
		if (!(problem instanceof Problem)) throw thrown;
		return { exitCode: exitCodeOf(problem), said: renderProblem(problem, context.terminal.errStyle) };
	}
	return { exitCode: outcome.exitCode, said: context.printed() };
}

const run = (line: string) => (/^(sandbox|quickstart)|["<]/.test(line) ? inShell(line) : inHere(line));

async function succeed(line: string): Promise<void> {
	const { exitCode, said } = await run(line);
	expect([line, exitCode, said]).toEqual([line, 0, said]);
}

async function ensureUp(name: string): Promise<void> {
	if ((await readRecord(sandboxFolder(folder, name))) !== undefined) return;
	await succeed(`sandbox up --name ${name}`);
	await succeed(`sandbox restore --name ${name} ${name}.snapshot`);
}

const leaves = (command: Command): Command[] =>
	command.commands.flatMap((one) => (one.commands.length > 0 ? leaves(one) : [one]));

/** All examples, without the name of the program. */
function examplesOf(command: Command): string[] {
	let help = '';
	command.configureOutput({ writeOut: (part) => void (help += part) }).outputHelp();
	const lines = help.split('Examples:\n')[1]?.trim().split('\n') ?? [];
	return lines.map((line) => line.trim().replace(/^lanyard /, ''));
}

/** Undoes what was done, the latest first; what cannot be undone has ended a credential that another plan made. */
async function takeAllBack(): Promise<void> {
	for (const { id } of await listJournal(folder)) {
		const { exitCode, said } = await inHere(`undo ${id} --yes`);
		expect([0, 2], said).toContain(exitCode);
	}
	// What was rotated is another secret than the one whose making is undone.
	const { exitCode, said } = await inHere('secret delete pull -n default,shop,web --revoke --yes');
	expect([0, 3], said).toContain(exitCode);
}

const changing =
	/^(attach|detach|import|migrate|registry create|cluster create|secret (create|rotate|adopt|delete)|resume|undo) ?/;
const answersItself = /--(yes|dry-run|export)\b/;

beforeAll(async () => {
	mkdirSync(join(folder, 'docs'));
	for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
	await succeed('sandbox up --file world.yaml');
	await succeed('sandbox up --name shop --file world.yaml');
	for (const world of ['sandbox', 'sandbox:shop']) {
		const session = await openSession(readConfig(environment), { world });
		const kube = await session.kube();
		for (const name of ['shop', 'web'])
			await kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
		for (const namespace of ['default', 'shop'])
			await kube.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, deployment(namespace));
		await session.close();
	}
	for (const name of ['before', 'ready', 'default']) await succeed(`sandbox snapshot ${name}.snapshot`);
	await succeed('sandbox snapshot --name shop shop.snapshot');
});

afterAll(async () => {
	for (const name of ['default', 'shop']) await inShell(`sandbox down --name ${name}`);
	rmSync(folder, { recursive: true });
});

/** Takes an example back, so that the next one finds the world as it was. */
async function tidyAfter(line: string): Promise<void> {
	if (line.startsWith('sandbox break')) await succeed('sandbox mend');
	if (line.startsWith('sandbox cluster create'))
		await succeed(line.replace(/create edge --plain( --nodes 3)?/, 'delete edge'));
	if (!/^(sandbox|quickstart|help)\b/.test(line)) await takeAllBack();
}

const everything = leaves(buildProgram({ context: testContext(), outcome: { exitCode: 0 } })).flatMap(examplesOf);

it.each(everything.filter((line) => !Object.keys(elsewhere).some((start) => line.startsWith(start))))(
	'lanyard %s',
	async (line) => {
		if (!line.startsWith('sandbox up')) for (const name of ['default', 'shop']) await ensureUp(name);
		const setUp = before.filter(([pattern]) => pattern.test(line)).map(([, first]) => first);
		for (const first of setUp) await succeed(first);
		if (line.startsWith('sandbox snapshot'))
			rmSync(join(folder, /\S+\.snapshot/.exec(line)?.[0] ?? ''), { force: true });
		const asked = line.replace('2f7k-9qdm', (await listJournal(folder))[0]?.id ?? '');
		const { exitCode, said } = await run(changing.test(line) && !answersItself.test(line) ? `${asked} --yes` : asked);
		const expected = endings.find(([pattern]) => pattern.test(line))?.[1] ?? 0;
		expect([exitCode, said]).toEqual([expected, said]);
		await tidyAfter(line);
		rmSync(join(folder, 'journal'), { recursive: true, force: true });
	},
);

const deployment = (namespace: string) => ({
	...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace } },
	spec: {
		...{ replicas: 1, selector: { matchLabels: { app: 'web' } } },
		template: {
			metadata: { labels: { app: 'web' } },
			spec: { containers: [{ name: 'web', image: 'myregistry.azurecr.io/nginx:v1' }] },
		},
	},
});
