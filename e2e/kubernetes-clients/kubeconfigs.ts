import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { mergeKubeconfigs } from '@lanyard/clients';
import { Secret } from '@lanyard/core';

import { expectThat } from '../check.ts';
import { runProgram } from '../set-up/run-program.ts';

/** Two files that disagree on a cluster, a context and a user, and name files of their own folders by the same names. */
const files = {
	'a/config': {
		clusters: [{ name: 'both', cluster: { server: 'https://a.example', 'certificate-authority': 'ca.pem' } }],
		contexts: [{ name: 'both', context: { cluster: 'both', user: 'both' } }],
		users: [{ name: 'both', user: { 'client-certificate': 'c.pem', 'client-key': '../k.pem' } }],
	},
	'b/config': {
		'current-context': 'second',
		clusters: [
			{ name: 'both', cluster: { server: 'https://other.example', 'insecure-skip-tls-verify': true } },
			{ name: 'second', cluster: { server: 'https://b.example', 'certificate-authority': 'ca.pem' } },
		],
		contexts: [
			{ name: 'both', context: { cluster: 'second', user: 'second', namespace: 'shop' } },
			{ name: 'second', context: { cluster: 'second', user: 'second', namespace: 'shop' } },
		],
		users: [
			{ name: 'both', user: { token: 'of-b' } },
			{ name: 'second', user: { token: 'of-b', 'client-certificate': 'c.pem', 'client-key': 'k.pem' } },
		],
	},
	'c/config': { 'current-context': 'both' },
};

/** What both print: one kubeconfig, with files put into it or named. */
interface Kubeconfig {
	'current-context': string;
	clusters: { name: string; cluster: Record<string, unknown> }[];
	contexts: { name: string; context: Record<string, unknown> }[];
	users: { name: string; user: Record<string, unknown> }[];
}

/** Throws where kubectl and we read several kubeconfigs differently. */
export async function compareMerges(kubectl: string): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-kubeconfigs-'));
	try {
		for (const [name, config] of Object.entries(files)) {
			await mkdir(join(folder, dirname(name)));
			await writeFile(join(folder, name), JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...config }));
		}
		for (const name of ['a/ca.pem', 'a/c.pem', 'k.pem', 'b/ca.pem', 'b/c.pem', 'b/k.pem'])
			await writeFile(join(folder, name), `this is ${name}`);
		const paths = Object.keys(files).map((name) => join(folder, name));
		const variable = [paths[0], '', join(folder, 'none'), ...paths.slice(1), paths[0]].join(':');
		const args = ['config', 'view', '--raw', '--flatten', '-o', 'json'];
		const theirs: Kubeconfig = JSON.parse(await runProgram(kubectl, args, { env: { KUBECONFIG: variable } }));
		const read = paths.map(async (path) => ({ path, text: new Secret(await readFile(path, 'utf8')) }));
		const ours: Kubeconfig = JSON.parse((await mergeKubeconfigs(await Promise.all(read))).reveal());
		const [one, other] = [await flattened(ours), await flattened(theirs)];
		expectThat(isDeepStrictEqual(one, other), `kubectl: ${JSON.stringify(other)}\nwe: ${JSON.stringify(one)}`);
	} finally {
		await rm(folder, { recursive: true });
	}
}

async function flattened(config: Kubeconfig) {
	const { 'current-context': current, clusters, contexts, users } = config;
	return {
		current,
		clusters: await Promise.all(clusters.map(async ({ name, cluster }) => [name, await withFiles(cluster)])),
		contexts: contexts.map(({ name, context }) => [name, sorted(context)]),
		users: await Promise.all(users.map(async ({ name, user }) => [name, await withFiles(user)])),
	};
}

/** A named file's content takes its place, as `--flatten` does it. */
async function withFiles(fields: Record<string, unknown>) {
	const read = Object.entries(fields).map(async ([field, value]): Promise<[string, unknown]> => {
		if (typeof value !== 'string' || !value.endsWith('.pem')) return [field, value];
		return [`${field}-data`, (await readFile(value)).toString('base64')];
	});
	return sorted(Object.fromEntries(await Promise.all(read)));
}

function sorted(fields: Record<string, unknown>) {
	return Object.entries(fields).toSorted(([one], [other]) => one.localeCompare(other));
}
