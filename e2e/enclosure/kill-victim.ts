// A run that is there to be killed: `kill-victim.ts JOB`.
import process from 'node:process';

import { runEnclosed } from './enclosure.ts';

const [, , job = ''] = process.argv;
await runEnclosed({
	...JSON.parse(job),
	tellFolder: (folder) => process.stdout.write(`folder ${folder}\n`),
});
