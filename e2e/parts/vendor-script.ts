import process from 'node:process';

import { expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { azureCli } from '../set-up/azure-cli.ts';
import { runVendorScript } from '../vendor-script/run-script.ts';

/** The first in the manner of the vendor's pages, the second from the pages themselves. */
const scripts = ['registry-and-cluster', 'tokens-locks-conditions'];

/** Scripts of commands of the vendor's documentation run with the real Azure CLI. */
export const vendorScriptPart: Part = {
	name: 'vendor-script',
	prepare: async (timetable) => {
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		const check = (name: string) => async () => {
			const { commands, status, said } = await runVendorScript(python, name);
			for (const command of commands) process.stdout.write(`  ${command}\n`);
			expectThat(status === 0, `it ended with ${status} after ${commands.length} commands:\n${said}`);
			expectThat(commands.length >= 20, `only ${commands.length} commands of az were run`);
			process.stdout.write(`  ${commands.length} commands of az, all ended well\n`);
		};
		return scripts.map((name) => ({ name: `${name}, from the documentation, runs unchanged`, run: check(name) }));
	},
};
