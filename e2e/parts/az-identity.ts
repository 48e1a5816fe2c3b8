import process from 'node:process';

import { runIdentitySteps } from '../az/identity.ts';
import { type Check, expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { azureCli } from '../set-up/azure-cli.ts';

/** The Azure CLI signs in and keeps a directory, against a sandbox. */
export const azIdentityPart: Part = {
	name: 'az-identity',
	prepare: async (timetable) => {
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		return [tableCheck(python)];
	},
};

function tableCheck(python: string): Check {
	return {
		name: 'every command of the Azure CLI ends as on Azure',
		run: async () => {
			const rows = await runIdentitySteps(python, ({ command, exit, wrong }) => {
				process.stdout.write(`  ${command} → ${exit} → ${wrong === '' ? 'ok' : `WRONG: ${wrong}`}\n`);
			});
			const wrong = rows.filter((row) => row.wrong !== '');
			expectThat(wrong.length === 0, wrong.map((row) => `${row.command}: ${row.wrong}`).join('\n'));
		},
	};
}
