/** No credential comes out: not of a printer, a plan, a journal, a log, an event or an error. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';

import { Problem, Secret } from '@lanyard/core';
import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';
import { parseSecret } from '@lanyard/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';

import { attachCommand } from './commands/attach.ts';
import type { Context } from './commands/context.ts';
import { detachCommand } from './commands/detach.ts';
import { checkCommand, explainCommand } from './commands/diagnose.ts';
import { type CreateFlags, secretCreate } from './commands/secret/create.ts';
import { outputFormats, renderAs } from './render/output.ts';
import { renderProblem } from './render/problem.ts';
import type { Session } from './session/session.ts';
import { testContext, testSession } from './test-context.ts';
import { leaveWorld } from './test-left-world.ts';

/** Every way in which a value might be written down. */
function formsOf(secret: string): string[] {
	const base64 = Buffer.from(secret).toString('base64');
	return [secret, encodeURIComponent(secret), base64.replace(/=+$/, ''), JSON.stringify(secret).slice(1, -1)];
}

describe('a Secret', () => {
	it('is shown by no printer, whatever it holds and wherever it stands', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string(), async (part) => {
				// Framed, so that it is nothing that a printer says anyway (fast-check likes words such as "toString").
				const value = `k7Q-${part}-zz9`;
				const secret = new Secret(value);
				const problem = new Problem('azure-refused', {
					found: `a token ${String(secret)}`,
					cause: { secret, list: [secret] },
				});
				const document = { secret, nested: [{ secret }], text: String(secret), problem };
				const shown = [
					...(await Promise.all(
						outputFormats.map((format) => renderAs(format, { document, text: () => document.text })),
					)),
					renderProblem(problem, testContext().terminal.errStyle),
					inspect(problem, { depth: 10 }),
					inspect(document, { depth: 10, showHidden: true }),
					JSON.stringify(Object.entries(secret)),
				].join('\n');
				expect(formsOf(value).filter((form) => shown.includes(form))).toEqual([]);
			}),
		);
	});
});

const canary = `canary-'"$x ü-7Kq`;
const login: CreateFlags & { name: string } = {
	...{ output: 'json', name: 'typed', registry: ['registry.example'], user: 'jane', passwordStdin: true },
	...{ yes: true, attachTo: ['serviceaccount/default'] },
};

/** A context in which somebody pipes the password in. */
function typed(context: Context): Context {
	return { ...context, stdin: Readable.from([`${canary}\n`]) };
}

describe('a whole story in the sandbox', () => {
	let sandbox: Sandbox;
	let session: Session;
	let shown = '';

	beforeAll(async () => {
		sandbox = await startSandbox({ timeScale: 50 });
		session = await testSession(sandbox);
		shown = await tellStory();
	});

	afterAll(async () => {
		await session.close();
		await sandbox.close();
	});

	async function tellStory(): Promise<string> {
		const kube = await session.kube();
		await kube.create('/apis/apps/v1/namespaces/default/deployments', deployment);
		const eventsSay = () => kube.list('/api/v1/events', (event) => JSON.stringify(event));
		await vi.waitFor(async () => expect((await eventsSay()).join('\n')).toContain('Failed to pull image'), 120_000);
		const context = testContext();
		const target = { cluster: 'mycluster', registry: 'myregistry', patience: 60, yes: true };
		for (const output of outputFormats) {
			await explainCommand(context, session, { output, target: 'deployment/web' });
			await checkCommand(context, session, { output, target: 'deployment/web' });
			await attachCommand(context, session, { output, ...target });
			await detachCommand(context, session, { output, ...target });
		}
		for (const dryRun of [true, false]) await secretCreate(typed(context), session, { ...login, dryRun });
		await secretCreate(typed(context), session, { ...login, name: 'other', export: 'az' });
		await secretCreate(typed(context), session, { ...login, name: 'other', export: 'kubernetes' });
		const journal = join(context.folder, 'journal');
		const plans = await Promise.all((await readdir(journal)).map((name) => readFile(join(journal, name), 'utf8')));
		return [context.printed(), ...plans, ...(await eventsSay()), JSON.stringify(sandbox.log())].join('\n');
	}

	it('has printed, kept and logged something', () => {
		expect(shown).toContain('identity-lacks-pull-role');
		expect(shown).toContain('/oauth2/exchange');
	});

	it('shows none of the credentials that it was told with', async () => {
		// Kept by the session: the very token that the commands used.
		const entra = await session.signIn.token('https://management.core.windows.net/');
		const kubeTokens = Array.from(
			sandbox.kubeconfig.matchAll(/(?:token|client-key-data): ?"?([\w.~+/=-]{12,})/g),
			([, token = '']) => token,
		);
		expect(kubeTokens.length).toBeGreaterThan(0);
		const secrets = [sandbox.signIn.refreshToken, entra.value.reveal(), ...kubeTokens];
		expect(secrets.flatMap(formsOf).filter((form) => shown.includes(form))).toEqual([]);
	});

	it('shows nothing of a password that was typed, but has written it into the secret', async () => {
		expect(formsOf(canary).filter((form) => shown.includes(form))).toEqual([]);
		const kube = await session.kube();
		const secret = await kube.get('/api/v1/namespaces/default/secrets/typed', parseSecret);
		const config = Buffer.from(secret?.data['.dockerconfigjson']?.reveal() ?? '', 'base64').toString();
		expect(JSON.parse(config)).toMatchObject({ auths: { 'registry.example': { password: canary } } });
	});

	it('has put nothing of it into the arguments or the environment of this process, which are all that /proc shows', () => {
		const visible = [...process.argv, ...Object.values(process.env)].join('\n');
		expect(formsOf(canary).filter((form) => visible.includes(form))).toEqual([]);
	});

	it('shows no token of anybody: nothing that looks like a JWT', () => {
		expect(shown).not.toMatch(/eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/);
	});
});

describe('a process of its own', () => {
	it('keeps a password out of arguments, environments and files, its own and those of programs that it starts', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'lanyard-canary-'));
		const sandbox = await startSandbox();
		onTestFinished(async () => {
			await sandbox.close();
			rmSync(folder, { recursive: true });
		});
		leaveWorld(folder, 'default', { sandbox });
		const words = 'secret create typed --registry registry.example --user jane --password-stdin --yes --world sandbox';
		const args = [join(import.meta.dirname, 'main.ts'), ...words.split(' ')];
		const env = { PATH: process.env['PATH'], LANYARD_STATE_DIR: folder, TMPDIR: folder, HOME: folder };
		const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
		const said = Promise.all([text(child.stdout), text(child.stderr)]);
		child.stdin.end(`${canary}\n`);
		const visible: string[] = [];
		while (child.exitCode === null && child.signalCode === null) {
			visible.push(...(await visibleOf(child.pid)));
			await setImmediate();
		}
		// Not proved: there is no such registry to ask.
		expect(child.exitCode).toBe(5);
		const files = await readdir(folder, { recursive: true, withFileTypes: true });
		const kept = await Promise.all(
			files.filter((file) => file.isFile()).map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
		);
		const shown = [...visible, ...kept, ...(await said)].join('\n');
		if (process.platform === 'linux') expect(visible.join('\n')).toContain('--password-stdin');
		expect(kept.join('\n')).toContain('lanyard.dev/plan/');
		expect(formsOf(canary).filter((form) => shown.includes(form))).toEqual([]);
	});
});

/** What anybody with the same rights can read of a process and of those that it started, at this moment. */
async function visibleOf(pid: number | undefined): Promise<string[]> {
	const read = (path: string) => readFile(path, 'utf8').catch(() => '');
	const children = await read(`/proc/${pid}/task/${pid}/children`);
	const all = [String(pid), ...children.split(' ').filter(Boolean)];
	return Promise.all(all.flatMap((one) => ['cmdline', 'environ'].map((file) => read(`/proc/${one}/${file}`))));
}

const labels = { app: 'web' };
const deployment = {
	apiVersion: 'apps/v1',
	kind: 'Deployment',
	metadata: { name: 'web', namespace: 'default' },
	spec: {
		replicas: 1,
		selector: { matchLabels: labels },
		template: {
			metadata: { labels },
			spec: { containers: [{ name: 'web', image: 'myregistry.azurecr.io/nginx:v1' }] },
		},
	},
};
