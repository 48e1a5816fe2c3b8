import { Problem } from '@lanyard/core';

import type { Config } from '../config.ts';
import { readRecord, sandboxFolder } from './sandbox-access.ts';

/**
 * Who has a sandbox running and is told that Azure or its cluster does not let them in has most likely left `--world` out: that is said
 * too. Anything else is given back as it is.
 */
export async function withSandboxHint(thrown: unknown, config: Config): Promise<unknown> {
	if (!(thrown instanceof Problem) || !['no-cluster-access', 'not-signed-in'].includes(thrown.code)) return thrown;
	const stateDir = config.stateDir().path;
	if ((await readRecord(sandboxFolder(stateDir, 'default'))) === undefined) return thrown;
	const { code, message: sentence, wanted, found, where, fix, cause } = thrown;
	const given = Object.fromEntries(Object.entries({ wanted, found, where }).filter(([, value]) => value !== undefined));
	return new Problem(code, {
		...given,
		sentence,
		fix: `${fix} A sandbox runs here: --world sandbox works in it.`,
		cause,
	});
}
