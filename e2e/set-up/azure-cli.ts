import { join } from 'node:path';

import { cached } from './cache.ts';
import { findProgram } from './debian.ts';
import { Lacking } from './lacking.ts';
import { requireVersion } from './require-version.ts';
import { pythonPackages, requirementsOf } from './sources.ts';
import { runProgram } from './run-program.ts';
import { versions } from './versions.ts';

/** Gives the Azure CLI as Microsoft publishes it, in a Python environment of its own. */
export async function azureCli(cacheRoot: string): Promise<string> {
	if (!findProgram('python3'))
		throw new Lacking('python3', 'sudo apt-get install -y --no-install-recommends python3 python3-venv');
	const requirements = requirementsOf(pythonPackages['azure-cli']);
	const folder = await cached(cacheRoot, {
		name: 'azure-cli',
		versions: [versions['azure-cli']],
		remedy: `python3 -m pip download ${requirements.join(' ')}`,
		make: async (draft) => {
			await runProgram('python3', ['-m', 'venv', draft]);
			await runProgram(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...requirements]);
		},
	});
	const python = join(folder, 'bin', 'python');
	const command = [python, '-c', 'import azure.cli.core as it; print(it.__version__)'];
	const remedy = `rm -r ${folder} && npm run test:interop`;
	await requireVersion({ name: 'az', command, version: versions['azure-cli'], remedy });
	return python;
}

/** The words that start az: its own script holds the path of the folder it was installed in, before that was moved. */
export const azArguments = ['-m', 'azure.cli'];
