import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { type Check, expectThat } from '../check.ts';
import { waitFor } from '../kubernetes/wait.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import { leftovers, lookAtMachine } from './leftovers.ts';

/** The points at which a run is killed; `kill-victim.ts` says when it has come to each. */
export const killPoints = ['the control plane is starting', 'the node is ready', 'a pod is running'] as const;

/** A run that is killed without warning leaves nothing behind: no mount, process, namespace, cgroup, kernel setting. */
export function killChecks(programs: RigPrograms): Check[] {
	return killPoints.map((point) => ({
		name: `killed when ${point}, it leaves nothing`,
		run: async () => {
			const before = await lookAtMachine();
			const { folder, during } = await killAt(programs, point);
			// Otherwise nothing would be found afterwards either.
			expectThat(leftovers(before, during).length > 0, 'nothing of the run was seen while it ran');
			// The kernel takes its time to end what is in there.
			let left: string[] = [];
			const isClean = async () => {
				left = leftovers(before, await lookAtMachine());
				return left.length === 0 ? true : undefined;
			};
			const clean = await waitFor('nothing to be left', isClean, { timeoutMs: 15_000, everyMs: 200 }).catch(
				() => false,
			);
			expectThat(clean, `left behind:\n${left.join('\n')}`);
			await rm(folder, { recursive: true });
		},
	}));
}

/** Gives the folder with the logs of the run that was killed, and what was there just before. */
async function killAt(programs: RigPrograms, point: string) {
	const victim = fileURLToPath(new URL('kill-victim.ts', import.meta.url));
	const child = spawn(process.execPath, [victim, JSON.stringify(programs)], { stdio: ['ignore', 'pipe', 'ignore'] });
	let folder = '';
	let during = await lookAtMachine();
	for await (const line of createInterface({ input: child.stdout })) {
		if (line.startsWith('folder ')) folder = line.slice('folder '.length);
		if (line !== point) continue;
		during = await lookAtMachine();
		child.kill('SIGKILL');
	}
	if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
	expectThat(child.signalCode === 'SIGKILL', `the run ended by itself with ${child.exitCode} before "${point}"`);
	return { folder, during };
}
