import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { type ExitCode, Problem } from '@lanyard/core';
import { z } from 'zod/mini';

import { labelled } from '../../render/layout.ts';
import { renderAs } from '../../render/output.ts';
import type { Context } from '../context.ts';
import { askAdmin, type NamedFlags } from './admin.ts';
import { openWorld } from './environment.ts';

export interface ClusterFlags extends NamedFlags {
	cluster: string;
	/** A cluster that is not AKS; the only kind that this command makes. */
	plain?: boolean;
	nodes: number;
	/** Where the way in is written; left out: the world's own kubeconfig, which its shells use. */
	kubeconfig?: string;
}

const madeSchema = z.object({
	name: z.string(),
	nodes: z.array(z.string()),
	server: z.string(),
	context: z.string(),
	kubeconfig: z.string(),
});

const schema = 'lanyard.dev/sandbox-cluster/v1';

/** `lanyard sandbox cluster create NAME --plain`: one more cluster, and a kubeconfig with the way in. */
export async function sandboxClusterCreate(context: Context, flags: ClusterFlags): Promise<ExitCode> {
	if (flags.plain !== true) {
		const shell = `lanyard sandbox exec${flags.name === 'default' ? '' : ` --name ${flags.name}`} --`;
		throw new Problem('wrong-flag', {
			sentence: 'this command makes clusters that are not AKS',
			wanted: '--plain',
			fix: `Say --plain, or make one of AKS: ${shell} az aks create --name ${flags.cluster} --resource-group GROUP`,
		});
	}
	const file = await fileOf(context, flags);
	const before = await readConfig(file);
	const body = { name: flags.cluster, nodes: flags.nodes };
	const made = madeSchema.parse(await askAdmin(context, flags.name, { route: 'POST /clusters', body }));
	await mergeInto(file, before, made.kubeconfig);
	const { name: cluster, nodes, server, context: current } = made;
	const document = { schema, name: flags.name, cluster, nodes, server, context: current, kubeconfig: file };
	const at = { indent: 2, label: 9 };
	const text = () =>
		[
			`cluster "${cluster}" is ready in sandbox "${flags.name}"; it is not AKS: its nodes are nobody in Azure`,
			labelled('nodes', nodes.join(', '), at),
			labelled('server', server, at),
			labelled('context', `"${current}", now the current one of ${file}`, at),
		].join('\n');
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

/** `lanyard sandbox cluster delete NAME` */
export async function sandboxClusterDelete(
	context: Context,
	flags: NamedFlags & { cluster: string; kubeconfig?: string },
): Promise<ExitCode> {
	const { cluster } = flags;
	const file = await fileOf(context, flags);
	const before = await readConfig(file);
	await askAdmin(context, flags.name, { route: `DELETE /clusters?name=${encodeURIComponent(cluster)}` });
	await mergeInto(file, without(before, cluster));
	const document = { schema, name: flags.name, cluster, deleted: true };
	const text = () => `cluster "${cluster}" of sandbox "${flags.name}" is gone`;
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

async function fileOf(context: Context, { name, kubeconfig }: { name: string; kubeconfig?: string }): Promise<string> {
	const { variables } = await openWorld(context, name);
	const environment: Record<string, string> = variables;
	return resolve(kubeconfig ?? environment['KUBECONFIG'] ?? 'kubeconfig');
}

const entries = z._default(z.array(z.looseObject({ name: z.string() })), []);
const configSchema = z.looseObject({
	'current-context': z.optional(z.string()),
	clusters: entries,
	contexts: entries,
	users: entries,
});
type Config = z.infer<typeof configSchema>;

/** A kubeconfig; an empty one where there is no file. */
export async function readConfig(file: string): Promise<Config> {
	const { parse } = await import('../../yaml.ts');
	const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
		if (cause.code === 'ENOENT') return '';
		throw notWritable(file, cause);
	});
	try {
		return configSchema.parse(parse(text) ?? {});
	} catch {
		// What the parsers say may quote a credential.
		throw new Problem('wrong-flag', { sentence: `"${file}" is no kubeconfig`, wanted: 'a kubeconfig, or no file' });
	}
}

/** Entries of the same names give way, as with `az aks get-credentials --overwrite-existing`; all others stay. */
export async function mergeInto(file: string, before: Config, added?: string): Promise<void> {
	const { parse, stringify } = await import('../../yaml.ts');
	const more = configSchema.parse(added === undefined ? {} : parse(added));
	const merged = (kind: 'clusters' | 'contexts' | 'users') => {
		const isNew = ({ name }: { name: string }) => !more[kind].some((one) => one.name === name);
		return [...before[kind].filter(isNew), ...more[kind]];
	};
	const config = {
		...{ apiVersion: 'v1', kind: 'Config' },
		...before,
		...{ clusters: merged('clusters'), contexts: merged('contexts'), users: merged('users') },
		'current-context': more['current-context'] ?? before['current-context'] ?? '',
	};
	const made = `${file}.${randomUUID()}`;
	try {
		await writeFile(made, stringify(config), { mode: 0o600, flag: 'wx' });
		await rename(made, file);
	} catch (cause) {
		throw notWritable(file, cause);
	}
}

/** A kubeconfig without the context of a cluster, and without what only this context leads to. */
export function without(config: Config, cluster: string): Config {
	const contexts = config.contexts.filter(({ name }) => name !== cluster);
	const gone = config.contexts.filter(({ name }) => name === cluster);
	const users = new Set(gone.map(({ context }) => z.looseObject({ user: z.string() }).parse(context).user));
	const isCurrent = config['current-context'] === cluster;
	return {
		...config,
		contexts,
		clusters: config.clusters.filter(({ name }) => name !== cluster),
		users: config.users.filter(({ name }) => !users.has(name)),
		...(isCurrent && { 'current-context': contexts[0]?.name ?? '' }),
	};
}

function notWritable(file: string, cause: unknown): Problem {
	const found = cause instanceof Error ? cause.message : '';
	return new Problem('wrong-flag', { sentence: `cannot write "${file}"`, wanted: 'a file of yours', found, cause });
}
