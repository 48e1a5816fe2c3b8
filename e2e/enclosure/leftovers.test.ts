import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import process from 'node:process';

import { expect, it } from 'vitest';

import { waitFor } from '../kubernetes/wait.ts';
import { familyOf, survivors } from './leftovers.ts';

const hasProc = existsSync('/proc/self/stat');
if (!hasProc) process.stdout.write('not run: procfs absent\n');

it.runIf(hasProc)('sees who outlives the process that is killed', async () => {
	const parent = spawn('sh', ['-c', 'sleep 61 & sleep 61; true'], { stdio: 'ignore' });
	const family = await waitFor('both to be there', async () => {
		const found = await familyOf(parent.pid ?? 0);
		return found.commands.filter((command) => command.startsWith('sleep 61')).length === 2 ? found : undefined;
	});
	parent.kill('SIGKILL');
	await once(parent, 'exit');
	const left = await survivors(family);
	expect(left.map((line) => line.replace(/\d+:/, 'N:').trim())).toEqual(['process N: sleep 61', 'process N: sleep 61']);

	for (const line of left) process.kill(Number(/\d+/.exec(line)?.[0]), 'SIGKILL');
	await waitFor('both to be gone', async () => ((await survivors(family)).length === 0 ? true : undefined));
});
