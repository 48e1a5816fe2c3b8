import { join } from 'node:path';

import { Agent } from 'undici';

import type { Enclosed } from '../../e2e/enclosure/furnish.ts';
import { startControlPlane } from '../../e2e/kubernetes/control-plane.ts';
import { openOurs } from './our-cluster.ts';
import { untilReady } from './until-ready.ts';
import { processesOf, processorTimeOf, type Served } from './served.ts';
import { type Stage, stages } from './stages.ts';

export interface ClusterPrograms {
	kubeall: string;
	kubectl: string;
}

/** Figures in the order of the stages' lines, and what each stage cost its servers in processor time. */
export interface Measured {
	figures: number[];
	processorMs: number[];
}

export interface ClusterFigures {
	ours: Measured & { readyMs: number };
	theirs?: Measured & { readyMs: number };
}

/** Measures a real control plane and the sandbox's cluster beside each other, stage by stage in turns. */
export async function job({ kubeall, kubectl }: ClusterPrograms, enclosed: Enclosed): Promise<ClusterFigures> {
	const real = await openTheirs(enclosed, { kubeall, kubectl });
	const ours = await openOurs(join(enclosed.folder, 'ours'), kubectl);
	const [first = nothing, second = nothing] = await inTurns([ours.served, real.served]);
	await Promise.all([ours.served.close(), real.served.close()]);
	return { ours: { ...first, readyMs: ours.readyMs }, theirs: { ...second, readyMs: real.readyMs } };
}

/** The sandbox's cluster alone. */
export async function measureOurs(folder: string, kubectl: string | undefined): Promise<ClusterFigures> {
	const { served, readyMs } = await openOurs(folder, kubectl);
	const [ours = nothing] = await inTurns([served]);
	await served.close();
	return { ours: { ...ours, readyMs } };
}

const nothing: Measured = { figures: [], processorMs: [] };

/** The best of a few turns each: on a shared machine the others measure the neighbours. */
async function inTurns(all: Served[]): Promise<Measured[]> {
	const measured: Measured[] = all.map(() => ({ figures: [], processorMs: [] }));
	for (const stage of stages) {
		const turns: Turn[][] = all.map(() => []);
		for (let round = 0; round < stage.rounds; round += 1)
			for (const [at, served] of all.entries()) turns[at]?.push(await takeTurn(stage, served, round));
		for (const [at, rounds] of turns.entries()) {
			measured[at]?.figures.push(...best(stage, rounds));
			measured[at]?.processorMs.push(Math.min(...rounds.map(({ processorMs }) => processorMs)));
		}
	}
	return measured;
}

interface Turn {
	values: number[];
	processorMs: number;
}

async function takeTurn(stage: Stage, served: Served, round: number): Promise<Turn> {
	const processes = await served.processes();
	const before = await processorTimeOf(processes);
	const values = await stage.run(served, round);
	return { values, processorMs: (await processorTimeOf(processes)) - before };
}

function best({ lines }: Stage, rounds: Turn[]): number[] {
	return lines.map(({ isRate }, at) => {
		const values = rounds.map((round) => round.values[at] ?? Number.NaN);
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
	await untilReady(door);
	const readyMs = performance.now() - startedAt;
	const file = await kubeconfig('kubectl', 'O=system:masters,CN=admin');
	return {
		readyMs,
		served: {
			door,
			kubectl,
			env: { KUBECONFIG: file, HOME: join(enclosed.folder), HTTPS_PROXY: undefined, https_proxy: undefined },
			processes: () => processesOf('kubeall'),
			close: () => dispatcher.destroy(),
		},
	};
}
