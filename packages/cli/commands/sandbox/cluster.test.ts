import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { mergeInto, readConfig, without } from './cluster.ts';

const entry = (name: string) => `apiVersion: v1
kind: Config
current-context: ${name}
clusters: [{ name: ${name}, cluster: { server: "https://${name}.example" } }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name}-admin } }]
users: [{ name: ${name}-admin, user: { token: of-this-test } }]
`;

it('writes a way in beside those of others, for the owner only, and takes it out again', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-kubeconfig-'));
	const file = join(folder, 'config');
	await writeFile(file, `${entry('mine')}preferences: { colors: true }\n`, { mode: 0o644 });
	await mergeInto(file, await readConfig(file), entry('edge'));
	await mergeInto(file, await readConfig(file), entry('edge'));
	const names = async () => {
		const { contexts, clusters, users, ...rest } = Object(parse(await readFile(file, 'utf8')));
		return [...[contexts, clusters, users].map((all) => all.map(({ name }: { name: string }) => name)), rest];
	};
	const rest = { apiVersion: 'v1', kind: 'Config', preferences: { colors: true } };
	expect(await names()).toEqual([
		['mine', 'edge'],
		['mine', 'edge'],
		['mine-admin', 'edge-admin'],
		{ ...rest, 'current-context': 'edge' },
	]);
	expect((await stat(file)).mode & 0o777).toBe(0o600);
	await mergeInto(file, without(await readConfig(file), 'edge'));
	expect(await names()).toEqual([['mine'], ['mine'], ['mine-admin'], { ...rest, 'current-context': 'mine' }]);
	await rm(folder, { recursive: true });
});

it('leaves alone what is no kubeconfig, and does not repeat it', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-kubeconfig-'));
	const file = join(folder, 'config');
	await writeFile(file, 'clusters: hunter2');
	const problem = await readConfig(file).catch((error: unknown) => error);
	expect(problem).toMatchObject({ code: 'wrong-flag' });
	expect(JSON.stringify(problem)).not.toContain('hunter2');
	await rm(folder, { recursive: true });
});
