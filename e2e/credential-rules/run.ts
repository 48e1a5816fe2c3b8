// `npm run credential-rules [-- --tables N] [-- --seed SEED]`: Kubernetes' credential code and ours are asked tables of questions that nobody has asked before.
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { config } from '../config.ts';
import { kubernetesBuild } from '../set-up/builds.ts';
import { goPrograms } from '../set-up/go.ts';
import { compareCredentialRules } from './compare.ts';

const { values } = parseArgs({ options: { tables: { type: 'string', default: '20' }, seed: { type: 'string' } } });
const program = join(await goPrograms(config.cacheRoot, kubernetesBuild), 'credential-rules');
const start = new Date().toISOString();
const seeds =
	values.seed === undefined
		? Array.from({ length: Number(values.tables) }, (_, at) => `${start} ${at}`)
		: [values.seed];
for (const seed of seeds) {
	const { questions, disagreements } = await compareCredentialRules(program, seed, 4000);
	process.stdout.write(`seed "${seed}": ${questions} questions, ${disagreements.length} answered otherwise\n`);
	for (const line of disagreements.slice(0, 10)) process.stdout.write(`  ${line}\n`);
	if (disagreements.length > 0) process.exitCode = 1;
}
