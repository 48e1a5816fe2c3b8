import { mkdir } from 'node:fs/promises';

import type { Enclosed } from '../enclosure/furnish.ts';
import { waitFor } from '../kubernetes/wait.ts';
import { tryProgram } from '../set-up/run-program.ts';

export interface EngineSpec {
	folder: string;
	client: string;
	dockerd: string;
	socket: string;
	/** Proxy and roots: the engine, and not its client, speaks to registries. */
	env: Record<string, string>;
}

/** Starts a Docker engine that needs no network of its own, and waits until it answers. */
export async function startEngine(enclosed: Enclosed, spec: EngineSpec): Promise<void> {
	const { folder, client, dockerd, socket, env } = spec;
	await mkdir(folder, { recursive: true });
	const network = ['--bridge=none', '--iptables=false', '--ip6tables=false'];
	const places = [`--data-root=${folder}/data`, `--exec-root=${folder}/exec`, `--pidfile=${folder}/pid`];
	const command = [dockerd, `--host=unix://${socket}`, ...network, ...places, '--storage-driver=vfs'];
	await enclosed.start('dockerd', [...command, `--cgroup-parent=${enclosed.cgroup}`], env);
	await waitFor('the Docker engine', async () => {
		const { status } = await tryProgram(client, ['info'], { env: { DOCKER_HOST: `unix://${socket}` } });
		return status === 0 ? true : undefined;
	});
}
