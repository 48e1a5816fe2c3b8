import process from 'node:process';

import { type AzSteps, runAzSteps } from '../az/az-steps.ts';
import { identityRun } from '../az/identity.ts';
import { resourcesRun } from '../az/resources.ts';
import { expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { azureCli } from '../set-up/azure-cli.ts';

/** The Azure CLI signs in and keeps a directory, against a sandbox. */
export const azIdentityPart = tablePart('az-identity', identityRun);

/** The Azure CLI makes, changes and deletes registries, clusters, identities and roles, against a sandbox. */
export const azResourcesPart = tablePart('az-resources', resourcesRun);

function tablePart(name: string, run: AzSteps): Part {
	return {
		name,
		prepare: async (timetable) => {
			const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
			const check = async () => {
				const rows = await runAzSteps(python, run, ({ command, exit, wrong }) => {
					process.stdout.write(`  ${command} → ${exit} → ${wrong === '' ? 'ok' : `WRONG: ${wrong}`}\n`);
				});
				const wrong = rows.filter((row) => row.wrong !== '');
				expectThat(wrong.length === 0, wrong.map((row) => `${row.command}: ${row.wrong}`).join('\n'));
			};
			return [{ name: 'every command of the Azure CLI ends as on Azure', run: check }];
		},
	};
}
