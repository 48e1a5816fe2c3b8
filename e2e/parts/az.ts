import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { type Check, expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { prepareJobs, runJob } from '../enclosure/run-job.ts';
import { azArguments, azureCli } from '../set-up/azure-cli.ts';
import { runProgram } from '../set-up/run-program.ts';
import { versions } from '../set-up/versions.ts';

const module = new URL('../az/sdk-job.ts', import.meta.url).href;

const points = [
	{ when: 'az signs in', sees: /-m azure\.cli login/ },
	{ when: 'the SDK asks', sees: /sdk\.py/ },
];

/** The Azure CLI, unmodified. */
export const azPart: Part = {
	name: 'az',
	prepare: async (timetable) => {
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		await prepareJobs();
		return [versionCheck(python), sdkCheck(python), ...killChecks({ module, input: { python }, points })];
	},
};

/** The clients for Python that the CLI is made of. */
function sdkCheck(python: string): Check {
	return {
		name: 'its Python SDK makes, lists, changes, deletes and is refused',
		run: async () => {
			for (const found of await runJob<string[]>({ module, input: { python } })) process.stdout.write(`  ${found}\n`);
		},
	};
}

function versionCheck(python: string): Check {
	return {
		name: `az ${versions['azure-cli']} starts`,
		run: async () => {
			const folder = await mkdtemp(join(tmpdir(), 'lanyard-az-'));
			try {
				const env = { AZURE_CONFIG_DIR: folder, AZURE_CORE_COLLECT_TELEMETRY: 'false' };
				const output = await runProgram(python, [...azArguments, 'version', '--output', 'json'], { env });
				const found: Record<string, unknown> = JSON.parse(output);
				expectThat(found['azure-cli'] === versions['azure-cli'], `az says it is ${String(found['azure-cli'])}`);
			} finally {
				await rm(folder, { recursive: true });
			}
		},
	};
}
