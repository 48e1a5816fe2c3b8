import process from 'node:process';

import { expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { prepareJobs, runJob } from '../enclosure/run-job.ts';
import { azureCli } from '../set-up/azure-cli.ts';
import type { ScriptRun, VendorScriptInput } from '../vendor-script/run-script.ts';

/** The first in the manner of the vendor's pages, the second from the pages themselves. */
const scripts = ['registry-and-cluster', 'tokens-locks-conditions'];

const module = new URL('../vendor-script/run-script.ts', import.meta.url).href;

const points = [
	{ when: 'a sandbox is up', sees: /sandbox up --foreground/ },
	{ when: 'the script runs', sees: /bash -x .*registry-and-cluster/ },
];

/** Scripts of commands of the vendor's documentation run with the real Azure CLI. */
export const vendorScriptPart: Part = {
	name: 'vendor-script',
	prepare: async (timetable) => {
		await prepareJobs();
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		const inputs = scripts.map((script): VendorScriptInput => ({ python, script }));
		const check = (input: VendorScriptInput) => async () => {
			const { commands, status, said } = await runJob<ScriptRun>({ module, input });
			for (const command of commands) process.stdout.write(`  ${command}\n`);
			expectThat(status === 0, `it ended with ${status} after ${commands.length} commands:\n${said}`);
			expectThat(commands.length >= 20, `only ${commands.length} commands of az were run`);
			process.stdout.write(`  ${commands.length} commands of az, all ended well\n`);
		};
		const checks = inputs.map((input) => ({
			name: `${input.script}, from the documentation, runs unchanged`,
			run: check(input),
		}));
		return [...checks, ...killChecks({ module, input: inputs[0], points })];
	},
};
