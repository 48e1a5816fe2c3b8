import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { config } from '../e2e/config.ts';
import { runEnclosed } from '../e2e/enclosure/enclosure.ts';
import { kubernetesBuild } from '../e2e/set-up/builds.ts';
import { requirePrograms } from '../e2e/set-up/debian.ts';
import { goPrograms } from '../e2e/set-up/go.ts';
import { kubectlAndHelm } from '../e2e/set-up/kubectl-and-helm.ts';
import { Lacking } from '../e2e/set-up/lacking.ts';
import { versions } from '../e2e/set-up/versions.ts';
import { type ClusterFigures, type ClusterPrograms, type Measured, measureOurs } from './cluster/job.ts';
import { type Line, stages } from './cluster/stages.ts';

/** A machine under load measures anything; red only where no load explains it. */
const redFactor = 3;

const lines: Line[] = [
	{ what: 'cluster ready to take a pod', unit: 'ms', budgetMs: 100 },
	...stages.flatMap((stage) => stage.lines),
];

/**
 * The sandbox's cluster and a real control plane (etcd, API server, scheduler, controller-manager) in one run: the same client, the same
 * requests. The real one takes root and the interop rig's programs; where they are absent, ours alone is measured.
 */
export async function measureCluster(): Promise<boolean> {
	const programs = await findPrograms().catch((error: unknown) => {
		if (!(error instanceof Lacking)) throw error;
		console.log(`cluster: the sandbox alone, without a real control plane beside it: ${error.message}`);
		return undefined;
	});
	const figures = programs ? await measureBoth(programs) : await measureAlone();
	return report(figures);
}

async function findPrograms(): Promise<ClusterPrograms> {
	if (!config.isRoot) throw new Lacking('root', 'run "sudo npm run bench -- cluster"');
	const system = { unshare: 'util-linux', setpriv: 'util-linux', mount: 'mount', ip: 'iproute2' };
	await requirePrograms(
		Object.entries(system).map(([program, inPackage]) => ({ program, package: inPackage })),
		false,
	);
	const folder = await goPrograms(config.cacheRoot, kubernetesBuild);
	const { kubectl } = await kubectlAndHelm(config.cacheRoot, false);
	return { kubeall: join(folder, 'kubeall'), kubectl };
}

function measureBoth(input: ClusterPrograms): Promise<ClusterFigures> {
	return runEnclosed({ module: new URL('cluster/job.ts', import.meta.url).href, input });
}

async function measureAlone(): Promise<ClusterFigures> {
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-bench-'));
	try {
		const { kubectl } = await kubectlAndHelm(config.cacheRoot, false).catch((error: unknown) => {
			if (error instanceof Lacking) return { kubectl: undefined };
			throw error;
		});
		return await measureOurs(folder, kubectl);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function report({ ours, theirs }: ClusterFigures): boolean {
	const machine = `Node ${process.versions.node}, ${availableParallelism()} cores (${cpus()[0]?.model ?? ''})`;
	const beside = theirs ? `the real one is Kubernetes ${versions.kubernetes}` : 'nothing to compare with';
	console.log(`cluster: ${machine}; ${beside}\n`);
	console.log(row(['', 'sandbox', 'real', 'ratio', 'budget', '']));
	const verdicts = lines.map((line, at) => {
		const [here = Number.NaN, there] = [figuresOf(ours)[at], theirs && figuresOf(theirs)[at]];
		const { budget, over } = judge(line, here, there);
		const verdict = Number.isNaN(over) ? 'not measured' : over <= 1 ? 'ok' : over <= redFactor ? 'over budget' : 'red';
		const ratio = there === undefined ? '-' : `${(here / there).toFixed(2)} ×`;
		console.log(row([line.what, shown(here, line), shown(there, line), ratio, budget, verdict]));
		return verdict;
	});
	console.log('\n  processor time of the servers, which a busy machine does not change much');
	for (const [at, stage] of stages.entries()) {
		const line: Line = { what: stage.lines[0]?.what.replace(', median', '') ?? '', unit: 'ms' };
		const [here = Number.NaN, there] = [ours.processorMs[at], theirs?.processorMs[at]];
		const ratio = there === undefined ? '-' : `${(here / there).toFixed(2)} ×`;
		console.log(row([line.what, shown(here, line), shown(there, line), ratio, '', '']));
	}
	console.log(`\n  red at ${redFactor} times the budget`);
	return !verdicts.includes('red');
}

function figuresOf({ readyMs, figures }: Measured & { readyMs: number }): number[] {
	return [readyMs, ...figures];
}

/** A start has a budget of its own, everything else is to be as good as the real one. */
function judge({ isRate, budgetMs }: Line, here: number, there = Number.NaN): { budget: string; over: number } {
	if (budgetMs !== undefined) return { budget: `${budgetMs} ms`, over: here / budgetMs };
	const over = isRate ? there / here : here / there;
	return { budget: isRate ? '≥ 1 ×' : '≤ 1 ×', over };
}

function shown(value: number | undefined, { unit }: Line): string {
	if (value === undefined || Number.isNaN(value)) return '-';
	return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

function row([what = '', ...cells]: string[]): string {
	const [verdict = '', ...rest] = cells.toReversed();
	return `  ${what.padEnd(52)}${rest
		.toReversed()
		.map((cell) => cell.padStart(11))
		.join('')}  ${verdict}`;
}
