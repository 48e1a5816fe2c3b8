import { execFile } from 'node:child_process';

import { Problem } from '@lanyard/core';

/** Runs `az` with these arguments and returns what it printed. Throws `not-signed-in` when it is absent or refuses. */
export function runAzureCli(args: string[]): Promise<string> {
	return new Promise((resolve, reject) => {
		execFile('az', args, { maxBuffer: 1 << 20, timeout: 60_000 }, (failure, stdout) => {
			if (!failure) return resolve(stdout);
			const isAbsent = failure.code === 'ENOENT';
			// What az prints on stderr is left out: it may quote a token request.
			reject(
				new Problem('not-signed-in', {
					wanted: 'an Entra token from the Azure CLI',
					found: isAbsent ? 'no az on the PATH' : `az ended with ${String(failure.code)}`,
					fix: isAbsent
						? 'Install the Azure CLI, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.'
						: 'Run az login.',
				}),
			);
		});
	});
}
