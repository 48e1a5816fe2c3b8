import { dirname, resolve } from 'node:path';

import { Problem, Secret } from '@lanyard/core';
import { optionalArray, optionalField, optionalString } from '@lanyard/wire';

/** A kubeconfig as it lies on disk. */
export interface KubeconfigFile {
	path: string;
	text: Secret;
}

/** Reads a kubeconfig's YAML; `path` is where it is from, for who has several. */
export async function parseKubeconfigText(kubeconfig: Secret | string, path?: string): Promise<unknown> {
	const { parse } = await import('../yaml.ts');
	try {
		return parse(typeof kubeconfig === 'string' ? kubeconfig : kubeconfig.reveal());
	} catch {
		// The parser's message shows the line, which may hold a key.
		throw new Problem('no-cluster-access', {
			wanted: 'a kubeconfig',
			found: 'text that is no YAML',
			...(path !== undefined && { where: path }),
		});
	}
}

/**
 * One kubeconfig out of several, as kubectl merges them (client-go 0.35.4, `ClientConfigLoadingRules.Load`): the first file to
 * name a cluster, context or user has it whole, the first to set a current context chooses, and paths are relative to the file
 * they stand in.
 */
export async function mergeKubeconfigs(files: KubeconfigFile[]): Promise<Secret> {
	const configs = await Promise.all(files.map(({ path, text }) => parseKubeconfigText(text, path)));
	const read = configs.map((config, index) => ({ config, folder: dirname(resolve(files[index]?.path ?? '')) }));
	const first = configs.map((config) => optionalString(config, 'current-context')).find(Boolean);
	return new Secret(
		JSON.stringify({
			'current-context': first,
			clusters: firstOfEach(read, 'cluster'),
			contexts: firstOfEach(read, 'context'),
			users: firstOfEach(read, 'user'),
		}),
	);
}

type Kind = 'cluster' | 'context' | 'user';

function firstOfEach(read: { config: unknown; folder: string }[], kind: Kind): object[] {
	const named = new Map<string, object>();
	for (const { config, folder } of read) {
		for (const item of optionalArray(config, `${kind}s`, (entry) => entry)) {
			const name = optionalString(item, 'name') ?? '';
			if (!named.has(name)) named.set(name, { name, [kind]: withPaths(optionalField(item, kind) ?? {}, folder) });
		}
	}
	return [...named.values()];
}

/** The fields that name a file: `GetClusterFileReferences` and `GetAuthInfoFileReferences` of client-go. */
const fileFields = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

function withPaths(value: object, folder: string): object {
	const paths = fileFields.flatMap((field): [string, string][] => {
		const file = optionalString(value, field);
		return file ? [[field, resolve(folder, file)]] : [];
	});
	const exec = optionalField(value, 'exec');
	const command = optionalString(exec, 'command');
	// Without a slash it is looked for on the PATH.
	const plugin = exec && command?.includes('/') ? { exec: { ...exec, command: resolve(folder, command) } } : {};
	return { ...value, ...Object.fromEntries(paths), ...plugin };
}
