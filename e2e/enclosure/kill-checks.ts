import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { type Check, expectThat } from '../check.ts';
import { config } from '../config.ts';
import { waitFor } from '../kubernetes/wait.ts';
import type { Job } from './enclosure.ts';
import { cgroupsOf, changesSince, type Family, familyOf, lookAtMachine, survivors, ticks } from './leftovers.ts';

/** A part's own job, to be killed when some process of its is seen. */
export interface Victim extends Pick<Job, 'module' | 'input'> {
	points: KillPoint[];
}

export interface KillPoint {
	/** `killed when …` */
	when: string;
	/** Found in the command line of one of its processes. */
	sees: RegExp;
}

/**
 * A run that is killed without warning leaves no process, namespace or cgroup; that the machine is as before, is one check for
 * all. Without root there are no enclosures, and so none of these.
 */
export function killChecks({ points, ...job }: Victim): Check[] {
	if (!config.isRoot) return [];
	return points.map((point) => ({
		name: `killed when ${point.when}, it leaves nothing`,
		kills: true,
		run: async () => {
			const { pid, folder, family, killedAt } = await killAt(job, point);
			// Otherwise nothing would be found afterwards either.
			expectThat(family.namespaces.size >= 5, 'it was seen in no enclosure');
			await expectNothing(async () => [...(await survivors(family, killedAt)), ...(await cgroupsOf(pid))]);
			if (folder !== '') await rm(folder, { recursive: true });
		},
	}));
}

/** Looks at the machine now; gives a check that finds it as it is now: mounts, cgroups, addresses, kernel settings. */
export async function machineCheck(): Promise<Check> {
	const before = await lookAtMachine();
	return {
		name: 'the machine is as before',
		run: () => expectNothing(() => changesSince(before)),
	};
}

/** The kernel takes its time to end what was killed. */
async function expectNothing(look: () => Promise<string[]>): Promise<void> {
	let left: string[] = [];
	const isClean = async () => {
		left = await look();
		return left.length === 0 ? true : undefined;
	};
	const clean = await waitFor('nothing to be left', isClean, { timeoutMs: 150_000, everyMs: 200 }).catch(() => false);
	expectThat(clean, `left behind:\n${left.join('\n')}`);
}

/** Whoever looks a few times a second may miss what is over in a blink; the run has then come to its end, and is begun anew. */
async function killAt(job: Pick<Job, 'module' | 'input'>, point: KillPoint): Promise<Killed> {
	for (let tries = 0; tries < 5; tries++) {
		const killed = await tryToKill(job, point);
		if (killed) return killed;
	}
	throw new Error(`it ended five times before it was seen that ${point.when}`);
}

interface Killed {
	pid: number;
	/** With the logs of the run. */
	folder: string;
	/** What it was just before. */
	family: Family;
	killedAt: number;
}

/** Gives nothing where the run ended by itself. */
async function tryToKill(job: Pick<Job, 'module' | 'input'>, { sees }: KillPoint): Promise<Killed | undefined> {
	const victim = fileURLToPath(new URL('kill-victim.ts', import.meta.url));
	const child = spawn(process.execPath, [victim, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'ignore'] });
	const said = text(child.stdout);
	const family = await seeing(child, sees).catch(() => undefined);
	child.kill('SIGKILL');
	if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
	const killedAt = await ticks();
	const folder = /^folder (.*)$/m.exec(await said)?.[1] ?? '';
	if (child.signalCode === 'SIGKILL' && family) return { pid: child.pid ?? 0, folder, family, killedAt };
	expectThat(
		child.exitCode === 0,
		`it was not killed at that point: it ended with ${child.exitCode ?? child.signalCode}`,
	);
	return undefined;
}

/** As long as it lives, and however busy the machine is, it may come to that. */
async function seeing(child: ChildProcess, sees: RegExp): Promise<Family> {
	const look = async () => {
		if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
		const family = await familyOf(child.pid ?? 0);
		return family.commands.some((command) => sees.test(command)) ? family : undefined;
	};
	return waitFor(`a process like ${sees}`, look, { timeoutMs: 600_000, everyMs: 20 });
}
