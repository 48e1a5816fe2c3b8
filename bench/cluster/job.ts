import { join } from 'node:path';

import { Agent } from 'undici';

import type { Enclosed } from '../../e2e/enclosure/furnish.ts';
import { startControlPlane } from '../../e2e/kubernetes/control-plane.ts';
import { openOurs } from './our-cluster.ts';
import { isReady } from './ready.ts';
import { memoryOf, processesOf, type Served } from './served.ts';
import { type Stage, stages } from './stages.ts';

export interface ClusterPrograms {
	kubeall: string;
	kubectl: string;
}

/** Figures in the order of the stages' lines, the time until the cluster was ready before them. */
export interface ClusterFigures {
	ours: number[];
	theirs?: number[];
}

/** Measures a real control plane and the sandbox's cluster beside each other, stage by stage in turns. */
export async function job({ kubeall, kubectl }: ClusterPrograms, enclosed: Enclosed): Promise<ClusterFigures> {
	const real = await openTheirs(enclosed, { kubeall, kubectl });
	const ours = await openOurs(join(enclosed.folder, 'ours'), kubectl);
	const [first, second] = await inTurns([ours.served, real.served]);
	await Promise.all([ours.served.close(), real.served.close()]);
	return { ours: [ours.readyMs, ...(first ?? [])], theirs: [real.readyMs, ...(second ?? [])] };
}

/** The sandbox's cluster alone. */
export async function measureOurs(folder: string, kubectl: string | undefined): Promise<ClusterFigures> {
	const { served, readyMs } = await openOurs(folder, kubectl);
	const [ours = []] = await inTurns([served]);
	await served.close();
	return { ours: [readyMs, ...ours] };
}

/** The best of a few turns each: on a shared machine the others measure the neighbours. */
async function inTurns(all: Served[]): Promise<number[][]> {
	const figures: number[][] = all.map(() => []);
	for (const stage of stages) {
		const turns: number[][][] = all.map(() => []);
		for (let round = 0; round < stage.rounds; round += 1)
			for (const [at, served] of all.entries()) turns[at]?.push(await stage.run(served, round));
		for (const [at, rounds] of turns.entries()) figures[at]?.push(...best(stage, rounds));
	}
	return figures;
}

function best({ lines }: Stage, rounds: number[][]): number[] {
	return lines.map(({ isRate }, at) => {
		const values = rounds.map((round) => round[at] ?? Number.NaN);
		return isRate ? Math.max(...values) : Math.min(...values);
	});
}

async function openTheirs(
	enclosed: Enclosed,
	{ kubeall, kubectl }: ClusterPrograms,
): Promise<{ served: Served; readyMs: number }> {
	const startedAt = performance.now();
	const { authority, kubeconfig } = await startControlPlane(enclosed, kubeall);
	const { certificate, key } = await authority.issue({ subject: 'O=system:masters,CN=admin' });
	const dispatcher = new Agent({ connect: { ca: authority.certificate, cert: certificate, key } });
	const door = { server: 'https://127.0.0.1:6443', dispatcher, headers: {} };
	await isReady(door);
	const readyMs = performance.now() - startedAt;
	const file = await kubeconfig('kubectl', 'O=system:masters,CN=admin');
	return {
		readyMs,
		served: {
			door,
			kubectl,
			env: { KUBECONFIG: file, HOME: join(enclosed.folder), HTTPS_PROXY: undefined, https_proxy: undefined },
			memory: async () => memoryOf(await processesOf('kubeall')),
			close: () => dispatcher.destroy(),
		},
	};
}
