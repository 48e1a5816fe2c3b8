/** kill -9 while the whole program, a process of its own, is changing a world: it goes on to the same end, or takes all of it back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { findSecrets } from '@lanyard/connect';
import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';
import { parseSecret } from '@lanyard/wire';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Session } from './session/session.ts';
import { testSession } from './test-context.ts';
import { leaveWorld } from './test-left-world.ts';
import { dumpWorld } from './test-world-dump.ts';

const main = join(import.meta.dirname, 'main.ts');

let folder: string;
let sandbox: Sandbox;
let ana: Session;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'lanyard-killed-'));
	sandbox = await startSandbox({ timeScale: 100 });
	ana = await testSession(sandbox);
	leaveWorld(folder, 'default', { sandbox });
});

afterEach(async () => {
	await ana.close();
	await sandbox.close();
	rmSync(folder, { recursive: true });
});

/** Runs a command; once the world has seen its nth change, the process is killed as `kill -9` does. */
async function run(
	line: string,
	{ killAt }: { killAt?: number } = {},
): Promise<{ exitCode: number | null; said: string }> {
	const env = { PATH: process.env['PATH'], LANYARD_STATE_DIR: folder };
	const args = [main, ...line.split(' '), '--world', 'sandbox'];
	const from = sandbox.log().at(-1)?.number ?? 0;
	const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
	const said = Promise.all([text(child.stdout), text(child.stderr)]);
	const exited = once(child, 'exit');
	const over = new AbortController();
	if (killAt !== undefined) void changesSeen(killAt, { from, signal: over.signal }).then(() => child.kill('SIGKILL'));
	const [exitCode] = await exited;
	over.abort();
	return { exitCode, said: (await said).join('') };
}

/** Resolves when ana has changed the world so many times; never, when that does not come. */
async function changesSeen(count: number, { from, signal }: { from: number; signal: AbortSignal }): Promise<void> {
	for (;;) {
		const changes = sandbox
			.log(from)
			.filter(({ method, path, principal }) => isChange(method, path) && principal?.startsWith('ana') === true);
		if (changes.length >= count) return;
		if (signal.aborted) return new Promise(() => {});
		await sandbox.nextRequest(signal);
	}
}

/** Asking for a token, or for what one may do, changes nothing. */
const isChange = (method: string, path: string) =>
	!['GET', 'HEAD'].includes(method) && !/oauth2|selfsubject|list\w*credential|getbyids/i.test(path);

const leftOverPods = async () => {
	const kube = await ana.kube();
	return kube.list('/api/v1/namespaces/default/pods', (pod) => JSON.stringify(pod));
};

const attach = 'attach --cluster mycluster --registry myregistry --yes';
const detach = 'detach --cluster mycluster --registry myregistry --yes';
const create = 'secret create pull --registry myregistry --repository nginx --yes --from';

/** Each with the command that takes it back, and the one before it. */
it.each<[command: string, back?: string, first?: string]>([
	[attach, detach],
	[`${create} token -n default,kube-public`],
	[`${create} new-service-principal --attach-to serviceaccount/default`],
	[detach, 'undo --yes', attach],
	['import mcr.microsoft.com/hello-world:latest --registry myregistry --as hello:v1 --yes'],
	[
		'migrate --cluster mycluster --registry myregistry --prove-with myregistry.azurecr.io/nginx:v1 --yes',
		'undo --yes',
		`${create} token`,
	],
])('%s', async (command, back, first) => {
	if (first !== undefined) expect((await run(first)).exitCode).toBe(0);
	const before = await dumpWorld(ana);
	let kills = 0;
	for (let killAt = 1; ; killAt++) {
		const { exitCode, said } = await run(command, { killAt });
		if (exitCode !== null) {
			expect([exitCode, said]).toEqual([0, said]);
			expect((await run(back ?? 'undo --yes')).exitCode).toBe(0);
			expect(await dumpWorld(ana)).toEqual(before);
			break;
		}
		kills += 1;
		// Every other time somebody goes on before it is taken back.
		if (killAt % 2 === 1) {
			const resumed = await run('resume --yes');
			expect([resumed.exitCode, resumed.said]).toEqual([0, resumed.said]);
		}
		const undone = await run('undo --yes');
		expect([undone.exitCode, undone.said]).toEqual([0, undone.said]);
		expect(await dumpWorld(ana)).toEqual(before);
		expect(await leftOverPods()).toEqual([]);
	}
	expect(kills).toBeGreaterThan(0);
	// A journal is written whole or not at all.
	const files = await readdir(join(folder, 'journal'));
	expect(files.filter((name) => !name.endsWith('.json'))).toEqual([]);
});

it('rotates to one working password, wherever it is killed', async () => {
	expect((await run(`${create} new-service-principal`)).exitCode).toBe(0);
	let kills = 0;
	for (let killAt = 1; ; killAt++) {
		const { exitCode, said } = await run('secret rotate pull --repository nginx --yes', { killAt });
		if (exitCode === null) {
			kills += 1;
			const resumed = await run('resume --yes');
			expect([resumed.exitCode, resumed.said]).toEqual([0, resumed.said]);
		} else expect([exitCode, said]).toEqual([0, said]);
		const [application] = await ana.graph.applicationsCalled('lanyard-mycluster-pull');
		expect(application?.passwords).toHaveLength(1);
		const kube = await ana.kube();
		const secrets = await kube.list('/api/v1/namespaces/default/secrets', parseSecret);
		expect(secrets.map(({ name }) => name)).toEqual(['pull']);
		const [found] = await findSecrets(kube, { name: 'pull', namespaces: ['default'] });
		const login = found?.logins[0];
		if (!login) throw new Error('the secret has no login');
		await ana.registryAs('myregistry.azurecr.io', login).accessToken('nginx', ['pull']);
		if (exitCode !== null) break;
	}
	expect(kills).toBeGreaterThan(0);
});
