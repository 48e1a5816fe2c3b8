// A run that only says how far it has come, to be killed at any of these points: `kill-victim.ts PROGRAMS`.
import process from 'node:process';

import { runEnclosed } from './enclosure.ts';

const [, , programs = ''] = process.argv;
await runEnclosed({
	module: new URL('kill-job.ts', import.meta.url).href,
	input: JSON.parse(programs),
	tellFolder: (folder) => process.stdout.write(`folder ${folder}\n`),
});
