import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { type Check, expectThat } from '../check.ts';
import { waitFor } from '../kubernetes/wait.ts';
import type { Job } from './enclosure.ts';
import { type Family, familyOf, leftovers, lookAtMachine, ticks } from './leftovers.ts';

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

/** A run that is killed without warning leaves nothing behind: no mount, process, namespace, cgroup, address, kernel setting. */
export function killChecks({ points, ...job }: Victim): Check[] {
	return points.map((point) => ({
		name: `killed when ${point.when}, it leaves nothing`,
		run: async () => {
			const before = await lookAtMachine();
			const { folder, family, killedAt } = await killAt(job, point);
			// Otherwise nothing would be found afterwards either.
			expectThat(family.namespaces.size >= 5, 'it was seen in no enclosure');
			// The kernel takes its time to end what is in there.
			let left: string[] = [];
			const isClean = async () => {
				left = await leftovers(before, family, killedAt);
				return left.length === 0 ? true : undefined;
			};
			const clean = await waitFor('nothing to be left', isClean, { timeoutMs: 150_000, everyMs: 200 }).catch(
				() => false,
			);
			expectThat(clean, `left behind:\n${left.join('\n')}`);
			if (folder !== '') await rm(folder, { recursive: true });
		},
	}));
}

/** Gives the folder with the logs of the run that was killed, and what it was just before. */
async function killAt(job: Pick<Job, 'module' | 'input'>, { when, sees }: KillPoint) {
	const victim = fileURLToPath(new URL('kill-victim.ts', import.meta.url));
	const child = spawn(process.execPath, [victim, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'ignore'] });
	const said = text(child.stdout);
	const family = await seeing(child, sees).catch(() => undefined);
	child.kill('SIGKILL');
	if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
	const killedAt = await ticks();
	expectThat(child.signalCode === 'SIGKILL' && family !== undefined, `it ended before it was seen that ${when}`);
	return { folder: /^folder (.*)$/m.exec(await said)?.[1] ?? '', family, killedAt };
}

async function seeing(child: ChildProcess, sees: RegExp): Promise<Family> {
	return waitFor(`a process like ${sees}`, async () => {
		if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
		const family = await familyOf(child.pid ?? 0);
		return family.commands.some((command) => sees.test(command)) ? family : undefined;
	});
}
