import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Check, expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { azExamples, foreignScripts } from '../review/foreign-scripts.data.ts';
import { type Judged, runReview } from '../review/run-review.ts';
import { azureCli } from '../set-up/azure-cli.ts';
import { goSources } from '../set-up/go-sources.ts';
import { runProgram } from '../set-up/run-program.ts';
import { versions } from '../set-up/versions.ts';

/** `lanyard review` on what others wrote: scripts of the modules that the set-up builds from, and the examples of az's help. */
export const reviewPart: Part = {
	name: 'review',
	prepare: async (timetable) => {
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		const files = await timetable.time('set-up: sources', judgedFiles);
		const clean = files.filter(({ traps }) => traps.length === 0);
		const others = files.filter(({ traps }) => traps.length > 0);
		return [
			{ name: 'is silent on foreign scripts in which a reader found no trap', run: () => runClean(clean) },
			{ name: 'finds in foreign scripts what a reader found, and no more', run: () => runReview(others) },
			examplesCheck(python),
		];
	},
};

async function judgedFiles(): Promise<Judged[]> {
	const files: Judged[] = [];
	for (const { folder, module, file, traps } of foreignScripts)
		files.push({ name: `${module} ${file}`, path: join(await goSources(folder, module), file), traps });
	return files;
}

/** Of fewer than five it would say little that none has a trap. */
async function runClean(clean: Judged[]): Promise<void> {
	expectThat(clean.length >= 5, `only ${clean.length} scripts without a trap`);
	await runReview(clean);
}

function examplesCheck(python: string): Check {
	return {
		name: `finds in the examples of az ${versions['azure-cli']}'s help what a reader found, and no more`,
		run: async () => {
			const folder = await mkdtemp(join(tmpdir(), 'lanyard-review-'));
			try {
				const script = join(import.meta.dirname, '../review/help-examples.py');
				const modules = Object.keys(azExamples).map((name) => name.replace(/^az-(.*)\.sh$/, '$1'));
				await runProgram(python, [script, folder, ...modules]);
				await runReview(Object.entries(azExamples).map(([name, traps]) => ({ name, path: join(folder, name), traps })));
			} finally {
				await rm(folder, { recursive: true });
			}
		},
	};
}
