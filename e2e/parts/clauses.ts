import { join } from 'node:path';
import process from 'node:process';

import { type Check, expectThat, type Part } from '../check.ts';
import type { Asked } from '../clauses/clauses-job.ts';
import { clauseTable } from '../clauses/table.ts';
import { config } from '../config.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { prepareJobs, runJob } from '../enclosure/run-job.ts';
import { clausesBuild } from '../set-up/builds.ts';
import { goPrograms } from '../set-up/go.ts';

const module = new URL('../clauses/clauses-job.ts', import.meta.url).href;

const points = [
	{ when: 'raw requests are sent', sees: /vitest/ },
	{ when: 'the libraries ask', sees: /^\S+\/clauses-\w+\/clauses/ },
];

/** The requirements of OCI distribution, by raw requests and by two libraries of other makers. */
export const clausesPart: Part = {
	name: 'clauses',
	prepare: async (timetable) => {
		await prepareJobs();
		const folder = await timetable.time('set-up: libraries', () => goPrograms(config.cacheRoot, clausesBuild));
		const input = { program: join(folder, 'clauses') };
		return [clauseCheck(input), ...killChecks({ module, input, points })];
	},
};

function clauseCheck(input: { program: string }): Check {
	return {
		name: "every requirement of OCI distribution holds at the sandbox's registry",
		run: async () => {
			const { raw, cells } = await runJob<Asked>({ module, input });
			process.stdout.write(`${clauseTable(raw, cells)}\n`);
			const [asked, known] = [new Set(cells.map((cell) => cell.requirement)), raw.map((one) => one.requirement)];
			const unasked = known.filter((requirement) => !asked.has(requirement));
			expectThat(unasked.length === 0, `the libraries were not asked: ${unasked.join('; ')}`);
			const unknown = [...asked].filter((requirement) => !known.includes(requirement));
			expectThat(unknown.length === 0, `raw requests know nothing of: ${unknown.join('; ')}`);
			const failures = cells.filter(({ verdict }) => verdict === 'fails');
			expectThat(
				failures.length === 0,
				failures.map((cell) => `${cell.library}: ${cell.requirement}: ${cell.words}`).join('\n'),
			);
		},
	};
}
