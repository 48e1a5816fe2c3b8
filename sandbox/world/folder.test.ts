import { chmod, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import { writeSandboxFolder } from './folder.ts';

const signIn = { user: 'ana@contoso.onmicrosoft.com', tenantId: 't', clientId: 'c', refreshToken: 'r' };
const sandbox = { proxyUrl: 'http://127.0.0.1:1', caPem: 'ca', signIn, kubeconfig: 'kubeconfig' };
const record = { pid: 1, proxyUrl: '', adminUrl: '', startedAt: '', timeScale: 1 };

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'lanyard-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('lets nobody but the owner read any of it, and leaves nothing half written', async () => {
	await writeSandboxFolder(folder, { sandbox, record, adminToken: 'word', clients: folder });
	const modes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mode));
	expect(modes.filter((mode) => (mode & 0o077) !== 0)).toEqual([]);
	expect((await readdir(folder)).toSorted()).toEqual([
		'admin-token',
		'azure',
		'bundle.pem',
		'ca.pem',
		'docker',
		'environment.json',
		'kubeconfig',
		'sandbox.json',
		'shims',
		'sign-in.json',
	]);
});

it('writes into no file that somebody may have open already', async () => {
	const path = join(folder, 'admin-token');
	await writeFile(path, 'old');
	await chmod(path, 0o666);
	const held = await open(path, 'r');
	await writeSandboxFolder(folder, { sandbox, record, adminToken: 'word', clients: folder });
	expect([await held.readFile('utf8'), await readFile(path, 'utf8')]).toEqual(['old', 'word']);
	await held.close();
});

it("renews the world's entries in a kubeconfig, and leaves those of others", async () => {
	const entry = (name: string, token: string) =>
		stringify({
			'current-context': name,
			clusters: [{ name, cluster: { server: `https://${name}.example` } }],
			contexts: [{ name, context: { cluster: name, user: name } }],
			users: [{ name, user: { token } }],
		});
	const write = (kubeconfig: string) =>
		writeSandboxFolder(folder, { sandbox: { ...sandbox, kubeconfig }, record, adminToken: 'word', clients: folder });
	const path = join(folder, 'kubeconfig');
	await write(entry('mine', 'old'));
	const before = Object(parse(await readFile(path, 'utf8')));
	const theirs = Object(parse(entry('theirs', 'kept')));
	const users = [...before.users, ...theirs.users];
	const contexts = [...before.contexts, ...theirs.contexts];
	await writeFile(path, stringify({ ...before, users, contexts, 'current-context': 'theirs' }));
	await write(entry('mine', 'new'));
	const after = Object(parse(await readFile(path, 'utf8')));
	expect([after['current-context'], after.users]).toEqual([
		'theirs',
		[
			{ name: 'mine', user: { token: 'new' } },
			{ name: 'theirs', user: { token: 'kept' } },
		],
	]);
});
