import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { ProxyAgent } from 'undici';
import { parse } from 'yaml';

import type { Door } from '../../e2e/api-server/door.ts';
import { medianOf } from './median.ts';
import { untilReady } from './until-ready.ts';
import type { Served } from './served.ts';

interface Told {
	kubeconfig: string;
	proxyUrl: string;
	caPem: string;
}

interface Kubeconfig {
	clusters: { cluster: { server: string } }[];
	users: { user: { token: string } }[];
}

/** How many clusters are made one after the other. */
const clusters = 9;

/** Starts a world with a cluster in it, and makes more of them: the cluster, and how long one takes until it has taken a pod. */
export async function openOurs(
	folder: string,
	kubectl: string | undefined,
): Promise<{ served: Served; readyMs: number }> {
	const program = fileURLToPath(new URL('world-program.ts', import.meta.url));
	const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const next = async (): Promise<Told> => JSON.parse(String((await lines.next()).value));
	const told = await next();
	const times: number[] = [];
	for (let at = 0; at < clusters; at += 1) {
		const startedAt = performance.now();
		child.stdin.write(`cluster${at}\n`);
		const door = doorOf(await next());
		await untilReady(door);
		times.push(performance.now() - startedAt);
		await door.dispatcher.destroy();
	}
	const door = doorOf(told);
	const served: Served = {
		door,
		kubectl,
		env: await kubectlEnv(folder, told),
		processes: () => Promise.resolve([child.pid ?? 0]),
		async close() {
			await door.dispatcher.destroy();
			const ended = once(child, 'exit');
			child.stdin.end();
			await ended;
		},
	};
	return { served, readyMs: medianOf(times) };
}

async function kubectlEnv(folder: string, { kubeconfig, proxyUrl }: Told): Promise<Served['env']> {
	await mkdir(folder, { recursive: true });
	const file = join(folder, 'kubeconfig');
	await writeFile(file, kubeconfig, { mode: 0o600 });
	const noProxy = { NO_PROXY: undefined, no_proxy: undefined };
	return { KUBECONFIG: file, HOME: folder, HTTPS_PROXY: proxyUrl, https_proxy: undefined, ...noProxy };
}

function doorOf({ kubeconfig, proxyUrl, caPem }: Told): Door {
	const { clusters: [first] = [], users }: Kubeconfig = parse(kubeconfig);
	return {
		server: first?.cluster.server ?? '',
		dispatcher: new ProxyAgent({ uri: proxyUrl, requestTls: { ca: caPem } }),
		headers: { authorization: `Bearer ${users[0]?.user.token ?? ''}` },
	};
}
