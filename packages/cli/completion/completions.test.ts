/** What a Tab finds in a running world, through real shells where they are there; and that it says nothing where it finds nothing. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { type Admin, faultKinds, openAdmin, type Sandbox, startSandbox } from '@lanyard/sandbox-world';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { readConfig } from '../config.ts';
import { buildProgram } from '../program.ts';
import { testContext, testSession } from '../test-context.ts';
import { leaveWorld } from '../test-left-world.ts';
import { complete as tab } from './completions.ts';

const main = join(import.meta.dirname, '..', 'main.ts');

let folder: string;
let sandbox: Sandbox;
let admin: Admin;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'lanyard-completions-'));
	sandbox = await startSandbox();
	admin = await openAdmin(sandbox, { token: 'admin', stop: () => {} });
	leaveWorld(join(folder, 'state'), 'default', { sandbox, changed: { adminUrl: admin.url } });
	writeFileSync(join(folder, 'state', 'sandboxes', 'default', 'admin-token'), 'admin');
	mkdirSync(join(folder, 'bin'));
	const started = [process.execPath, main].map((one) => `'${one}'`).join(' ');
	writeFileSync(join(folder, 'bin', 'lanyard'), `#!/bin/sh\nexec ${started} "$@"\n`, { mode: 0o755 });
	const ana = await testSession(sandbox);
	const kube = await ana.kube();
	await kube.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
	for (const [namespace, name, type, data] of [
		['default', 'pull', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': btoa('{"auths":{}}') }],
		['default', 'other', 'Opaque', {}],
		['shop', 'shop-pull', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': btoa('{"auths":{}}') }],
	] as const) {
		await kube.create(`/api/v1/namespaces/${namespace}/secrets`, { metadata: { name }, type, data });
	}
	const labels = { app: 'web' };
	const template = {
		metadata: { labels },
		spec: { containers: [{ name: 'web', image: 'myregistry.azurecr.io/nginx:v1' }] },
	};
	const spec = { replicas: 1, selector: { matchLabels: labels }, template };
	await kube.create('/apis/apps/v1/namespaces/shop/deployments', { metadata: { name: 'web' }, spec });
	await ana.close();
	await sandbox.faults.break('dns-failure', { target: 'deployment/web', namespace: 'shop' });
});

afterAll(async () => {
	await admin.close();
	await sandbox.close();
	rmSync(folder, { recursive: true });
});

interface Ran {
	exitCode: number | null;
	out: string;
	err: string;
}

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<Ran> {
	const path = `${join(folder, 'bin')}:${process.env['PATH']}`;
	const surroundings = { PATH: path, HOME: folder, LANYARD_STATE_DIR: join(folder, 'state'), LANYARD_WORLD: 'sandbox' };
	const child = spawn(command, args, { env: { ...surroundings, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
	const exited = once(child, 'exit');
	const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
	return { exitCode: (await exited)[0], out, err };
}

/** What is printed for a line, in this process; with patience, as a busy machine is none of its business. */
async function complete(line: string, env: Record<string, string> = {}, patienceMs = 600_000): Promise<string> {
	const surroundings = {
		LANYARD_STATE_DIR: join(folder, 'state'),
		LANYARD_WORLD: 'sandbox',
		PATH: join(folder, 'bin'),
	};
	const config = readConfig({ ...surroundings, ...env }, ['node', 'lanyard']);
	const context = { ...testContext(), config, patienceMs };
	await tab(buildProgram({ context, outcome: { exitCode: 0 } }), ['--', ...line.split(' ')], context);
	return context.printed();
}

describe('names of what is there', () => {
	it.each([
		['attach --cluster ', ['mycluster']],
		['attach --registry my', ['myregistry']],
		['attach --registry other', []],
		['attach --context ', ['mycluster']],
		['cluster create new --group my', ['myResourceGroup']],
		['whoami --subscription ', ['Payments']],
		['secret list -n ', ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'shop']],
		['secret list -n shop,s', []],
		['secret list --cluster mycluster -n shop,kube-p', ['shop,kube-public']],
		['secret show ', ['pull']],
		['secret rotate -n shop,default ', ['pull', 'shop-pull']],
		['check -n shop dep', ['deployment/web']],
		['secret create new -n shop --attach-to ', ['deployment/web', 'serviceaccount/default']],
		['check --world ', ['azure', 'sandbox', 'sandbox:default']],
		['sandbox down --name ', ['default']],
		[
			'sandbox break identity-',
			Object.keys(faultKinds)
				.filter((code) => code.startsWith('identity-'))
				.toSorted(),
		],
		// No cause that cannot be made true; behind the cause is a workload.
		['sandbox break cross-ten', []],
		['sandbox break --name default dns-failure -n shop dep', ['deployment/web']],
		['sandbox mend ', ['dns-failure']],
		['sandbox mend --name default dns', ['dns-failure']],
	])('%s', async (line, names) => expect(await complete(line)).toBe([...names, ':4', ''].join('\n')));
});

describe('a Tab that finds nothing is silent', () => {
	const nothing = ':4\n';
	it('without a running world', async () =>
		expect(await complete('attach --world sandbox:none --registry ')).toBe(nothing));

	it('where no name is one', async () => expect(await complete('secret show --cluster none ')).toBe(nothing));

	it('where nobody is signed in, and asks nobody to', async () => {
		writeFileSync(join(folder, 'bin', 'az'), '#!/bin/sh\necho "Please run az login" >&2\nexit 1\n', { mode: 0o755 });
		const env = { LANYARD_WORLD: 'azure', HTTP_PROXY: 'http://127.0.0.1:9' };
		expect(await complete('attach --registry ', env)).toBe(nothing);
		expect(await complete('attach --sign-in device-code --registry ', env)).toBe(nothing);
	});

	it('where only a credential plugin could open the cluster, which may ask', async () => {
		const [file, trace] = [join(folder, 'kubeconfig'), join(folder, 'started')];
		const plugin = join(folder, 'bin', 'plugin');
		writeFileSync(plugin, `#!/bin/sh\ntouch '${trace}'\n`, { mode: 0o755 });
		const config = {
			...{ 'current-context': 'edge', contexts: [{ name: 'edge', context: { cluster: 'edge', user: 'me' } }] },
			clusters: [{ name: 'edge', cluster: { server: 'https://127.0.0.1:9' } }],
			users: [{ name: 'me', user: { exec: { command: plugin, apiVersion: 'client.authentication.k8s.io/v1' } } }],
		};
		writeFileSync(file, JSON.stringify(config));
		const env = { LANYARD_WORLD: 'azure', KUBECONFIG: file };
		expect(await complete('check -n ', env)).toBe(nothing);
		expect(existsSync(trace)).toBe(false);
		expect(await complete('check --context ', env)).toBe('edge\n:4\n');
	});

	it('where the world does not answer', async () => {
		const server = createServer().listen(0, '127.0.0.1');
		await once(server, 'listening');
		onTestFinished(() => void server.close());
		const address = server.address();
		const proxyUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
		leaveWorld(join(folder, 'state'), 'mute', { sandbox, changed: { proxyUrl } });
		expect(await complete('attach --world sandbox:mute --registry ', {}, 100)).toBe(nothing);
		const words = ['attach', '--world', 'sandbox:mute', '--registry', ''];
		const whole = await run(process.execPath, [main, 'complete', '--', ...words]);
		expect(whole).toEqual({ exitCode: 0, out: nothing, err: '' });
		rmSync(join(folder, 'state', 'sandboxes', 'mute'), { recursive: true });
	});
});

/** As bash calls it: the line up to the cursor, and what it would put in. */
const bash = `
source <(lanyard complete bash); source <(lanyard complete bash)
COMP_LINE=$1 COMP_POINT=\${#1}
_lanyard
printf '%s\\n' "\${COMPREPLY[@]}"`;

describe('bash', () => {
	it.each([
		['lanyard sandbox down --name ', ['default']],
		['lanyard sandbox down --name=de', ['default']],
		['lanyard attach --meth', ['--method']],
		['lanyard sandbox stat', ['status']],
		// Bash puts in what is behind a colon only.
		['lanyard check --world sandbox:de', ['default']],
	])('%s', async (line, names) => {
		const { out, err } = await run('bash', ['--norc', '-c', bash, 'bash', line]);
		expect([out, err]).toEqual([`${names.join('\n')}\n`, '']);
	});

	it('never runs what is typed', async () => {
		const trace = join(folder, 'ran');
		const line = `lanyard attach --group $(touch ${trace}) --world az`;
		const { out } = await run('bash', ['--norc', '-c', bash, 'bash', line]);
		expect([out, existsSync(trace)]).toEqual(['azure\n', false]);
	});
});

it.each(['zsh', 'fish', 'powershell'])('prints what %s evaluates', async (shell) => {
	const { exitCode, out, err } = await run(process.execPath, [main, 'complete', shell]);
	expect([exitCode, err]).toEqual([0, '']);
	expect(out).toContain('lanyard complete');
});

it('refuses a shell that it does not know', async () => {
	const { exitCode, err } = await run(process.execPath, [main, 'complete', 'tcsh']);
	expect(exitCode).toBe(2);
	expect(err).toContain('tcsh');
});
