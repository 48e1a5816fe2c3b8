import { join } from 'node:path';
import process from 'node:process';

import { type Check, expectThat, type Part } from '../check.ts';
import { askLibraries, askRaw } from '../clauses/ask.ts';
import { clauseTable } from '../clauses/table.ts';
import { config } from '../config.ts';
import { clausesBuild } from '../set-up/builds.ts';
import { goPrograms } from '../set-up/go.ts';

/** The requirements of OCI distribution, by raw requests and by two libraries of other makers. */
export const clausesPart: Part = {
	name: 'clauses',
	prepare: async (timetable) => {
		const folder = await timetable.time('set-up: libraries', () => goPrograms(config.cacheRoot, clausesBuild));
		return [clauseCheck(join(folder, 'clauses'))];
	},
};

function clauseCheck(program: string): Check {
	return {
		name: "every requirement of OCI distribution holds at the sandbox's registry",
		run: async () => {
			const [raw, cells] = [await askRaw(), await askLibraries(program)];
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
