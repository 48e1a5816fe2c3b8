import process from 'node:process';

import type { Part } from '../check.ts';
import { config } from '../config.ts';
import { type ExportRow, runExports } from '../exports/exports-job.ts';
import { azureCli } from '../set-up/azure-cli.ts';
import { kubectlAndHelm } from '../set-up/kubectl-and-helm.ts';

/** What `--export az` prints, run by az and kubectl: the same world as the plan, with time and requests of both. */
export const exportsPart: Part = {
	name: 'exports',
	prepare: async (timetable) => {
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		const { kubectl } = await timetable.time('set-up: kubectl and helm', () =>
			kubectlAndHelm(config.cacheRoot, config.isCI),
		);
		const run = () => runExports({ python, kubectl }, (row) => void process.stdout.write(renderRow(row)));
		return [{ name: 'every exported script reaches the same world as its plan', run }];
	},
};

function renderRow(row: ExportRow): string {
	const { plan, lanyardSeconds, lanyardRequests, scriptSeconds, scriptRequests } = row;
	const own = `lanyard ${lanyardSeconds.toFixed(1)} s, ${lanyardRequests} requests`;
	const times = (scriptSeconds / lanyardSeconds).toFixed(1);
	return `  ${plan} | ${own} | az and kubectl ${scriptSeconds.toFixed(1)} s, ${scriptRequests} requests | ${times} times as long\n`;
}
