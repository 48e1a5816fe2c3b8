import { join } from 'node:path';

import { cached } from './cache.ts';
import { findProgram } from './debian.ts';
import { Lacking } from './lacking.ts';
import { runProgram } from './run-program.ts';
import { versions } from './versions.ts';

/** Gives a Python that has Kubernetes' own client library. */
export async function pythonClient(cacheRoot: string): Promise<string> {
	if (!findProgram('python3'))
		throw new Lacking('python3', 'sudo apt-get install -y --no-install-recommends python3 python3-venv');
	const version = versions['kubernetes-python'];
	const folder = await cached(cacheRoot, {
		name: 'kubernetes-python',
		versions: [version],
		make: async (draft) => {
			await runProgram('python3', ['-m', 'venv', draft]);
			await runProgram(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `kubernetes==${version}`]);
		},
	});
	return join(folder, 'bin', 'python');
}
