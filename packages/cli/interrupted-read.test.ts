/** Ctrl-C while somebody does not answer: the whole program, as a process of its own: nothing is changed yet. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { leaveWorld } from './test-left-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanyard-interrupted-'));
const main = join(import.meta.dirname, 'main.ts');

/** Takes connections, reads what comes, and says nothing. */
let silent: Server;
let silentUrl: string;
const sockets = new Set<Socket>();
let sandbox: Sandbox;

beforeAll(async () => {
	silent = createServer((socket) => void sockets.add(socket.resume().on('error', () => {})));
	await once(silent.listen(0, '127.0.0.1'), 'listening');
	const address: AddressInfo | string | null = silent.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	silentUrl = `http://127.0.0.1:${address.port}`;
	sandbox = await startSandbox();
	leaveWorld(folder, 'no-sign-in', { sandbox, changed: { proxyUrl: silentUrl } });
	const kubeconfig = sandbox.kubeconfig.replace(/^( *)server: .*$/m, `$&\n$1proxy-url: ${silentUrl}`);
	leaveWorld(folder, 'no-cluster', { sandbox, changed: { kubeconfig } });
});

afterAll(async () => {
	for (const socket of sockets) socket.destroy();
	silent.close();
	await sandbox.close();
	rmSync(folder, { recursive: true });
});

it.each([
	['check deployment/web', 'SIGINT', 'no-sign-in', 'Ctrl-C'],
	['check deployment/web', 'SIGINT', 'no-cluster', 'Ctrl-C'],
	['explain deployment/web', 'SIGINT', 'no-cluster', 'Ctrl-C'],
	['explain deployment/web', 'SIGTERM', 'no-cluster', 'SIGTERM'],
	// Before their first step these only read, too.
	['attach --cluster mycluster --registry myregistry --yes', 'SIGINT', 'no-sign-in', 'Ctrl-C'],
	['detach --cluster mycluster --registry myregistry --yes', 'SIGTERM', 'no-sign-in', 'SIGTERM'],
	['import docker.io/library/nginx:latest --registry myregistry --yes', 'SIGINT', 'no-sign-in', 'Ctrl-C'],
	['secret create pull --registry docker.io --user jane --password-env PATH --yes', 'SIGINT', 'no-sign-in', 'Ctrl-C'],
	['secret delete pull --yes', 'SIGINT', 'no-cluster', 'Ctrl-C'],
	['secret rotate pull --yes', 'SIGINT', 'no-cluster', 'Ctrl-C'],
] as const)('ends %s at once by %s (%s), and says so', async (command, signal, world, by) => {
	const asked = once(silent, 'connection');
	const args = [main, ...command.split(' '), '--world', `sandbox:${world}`];
	const env = { PATH: process.env['PATH'], LANYARD_STATE_DIR: folder };
	const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
	const said = Promise.all([text(child.stdout), text(child.stderr)]);
	await asked;
	const interruptedAt = Date.now();
	child.kill(signal);
	const [exitCode] = await once(child, 'exit');
	// Unheard, it would go on until the minute is over that an answer may take.
	expect(Date.now() - interruptedAt).toBeLessThan(30_000);
	const [result, words] = await said;
	expect({ exitCode, result }).toEqual({ exitCode: 130, result: '' });
	const broken = words.split('\n').filter((line) => line.includes('✗'));
	expect(broken.map((line) => line.replace(/ {2,}/g, ' · '))).toEqual([`✗ stopped by ${by} · interrupted`]);
	expect(words).not.toContain('    at ');
	if (command.includes('--yes')) expect(words).toMatch(/ found +nothing was changed\n +do +Run it again/);
});

// The signal is there before the first line of the program: who loads it first is Node.
it.each([
	['SIGINT', 130],
	['SIGTERM', 143],
])(
	'is ended by %s itself while it is being loaded, without a word, which a shell gives as %i',
	async (signal, code) => {
		const early = `--import=data:text/javascript,process.kill(process.pid,"${signal}")`;
		const command = [process.execPath, early, main, 'sandbox', 'up', '--name', 'early'];
		const env = { PATH: process.env['PATH'], LANYARD_STATE_DIR: folder };
		const shell = spawn('sh', ['-c', '"$@"; echo $?', 'sh', ...command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
		const [printed, words] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
		expect(printed).toBe(`${code}\n`);
		expect(words).not.toMatch(/✗|^ {4}at /m);
		expect(existsSync(join(folder, 'sandboxes', 'early'))).toBe(false);
	},
);
