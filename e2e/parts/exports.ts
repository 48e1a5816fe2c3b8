import process from 'node:process';

import type { Part } from '../check.ts';
import { config } from '../config.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { prepareJobs, runJob } from '../enclosure/run-job.ts';
import type { ExportRow, ExportsInput } from '../exports/exports-job.ts';
import { azureCli } from '../set-up/azure-cli.ts';
import { kubectlAndHelm } from '../set-up/kubectl-and-helm.ts';

const module = new URL('../exports/exports-job.ts', import.meta.url).href;

const points = [
	{ when: 'a sandbox is up', sees: /sandbox up --foreground/ },
	{ when: 'Lanyard makes a secret', sees: /main\.ts secret create/ },
	{ when: 'an exported script runs', sees: /bash .*plan\.sh/ },
];

/** What `--export az` prints, run by az and kubectl: the same world as the plan, with time and requests of both. */
export const exportsPart: Part = {
	name: 'exports',
	prepare: async (timetable) => {
		await prepareJobs();
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		const { kubectl } = await timetable.time('set-up: kubectl and helm', () =>
			kubectlAndHelm(config.cacheRoot, config.isCI),
		);
		const input: ExportsInput = { python, kubectl };
		const run = async () => {
			const rows = await runJob<ExportRow[]>({ module, input });
			process.stdout.write(rows.map(renderRow).join(''));
		};
		const check = { name: 'every exported script reaches the same world as its plan', run };
		return [check, ...killChecks({ module, input, points })];
	},
};

function renderRow(row: ExportRow): string {
	const { plan, lanyardSeconds, lanyardRequests, scriptSeconds, scriptRequests } = row;
	const own = `lanyard ${lanyardSeconds.toFixed(1)} s, ${lanyardRequests} requests`;
	const times = (scriptSeconds / lanyardSeconds).toFixed(1);
	return `  ${plan} | ${own} | az and kubectl ${scriptSeconds.toFixed(1)} s, ${scriptRequests} requests | ${times} times as long\n`;
}
