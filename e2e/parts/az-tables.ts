import process from 'node:process';

import type { Row } from '../az/az-steps.ts';
import type { AzTableInput } from '../az/tables-job.ts';
import { expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { prepareJobs, runJob } from '../enclosure/run-job.ts';
import { azureCli } from '../set-up/azure-cli.ts';

const module = new URL('../az/tables-job.ts', import.meta.url).href;

const points = [
	{ when: 'az signs in', sees: /-m azure\.cli login/ },
	{ when: 'az asks Resource Manager', sees: /-m azure\.cli (acr|group)/ },
];

/** The Azure CLI signs in and keeps a directory, against a sandbox. */
export const azIdentityPart = tablePart('identity');

/** The Azure CLI makes, changes and deletes registries, clusters, identities and roles, against a sandbox. */
export const azResourcesPart = tablePart('resources');

function tablePart(table: AzTableInput['table']): Part {
	return {
		name: `az-${table}`,
		prepare: async (timetable) => {
			await prepareJobs();
			const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
			const input: AzTableInput = { python, table };
			const check = async () => {
				const rows = await runJob<Row[]>({ module, input });
				process.stdout.write(rows.map(renderRow).join(''));
				const wrong = rows.filter((row) => row.wrong !== '');
				expectThat(wrong.length === 0, wrong.map((row) => `${row.command}: ${row.wrong}`).join('\n'));
			};
			const all = { name: 'every command of the Azure CLI ends as on Azure', run: check };
			return [all, ...killChecks({ module, input, points })];
		},
	};
}

function renderRow({ command, exit, wrong }: Row): string {
	return `  ${command} → ${exit} → ${wrong === '' ? 'ok' : `WRONG: ${wrong}`}\n`;
}
