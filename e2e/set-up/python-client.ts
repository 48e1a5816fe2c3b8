import { join } from 'node:path';

import { cached } from './cache.ts';
import { findProgram } from './debian.ts';
import { Lacking } from './lacking.ts';
import { requireVersion } from './require-version.ts';
import { pythonPackages, requirementsOf } from './sources.ts';
import { runProgram } from './run-program.ts';

/** Gives a Python that has Kubernetes' own client library. */
export function pythonClient(cacheRoot: string): Promise<string> {
	return pythonWith(cacheRoot, 'kubernetes-python');
}

/** Gives a Python that has Microsoft's client library for registries. */
export function pythonRegistryClient(cacheRoot: string): Promise<string> {
	return pythonWith(cacheRoot, 'azure-containerregistry');
}

async function pythonWith(cacheRoot: string, name: keyof typeof pythonPackages): Promise<string> {
	const packages = pythonPackages[name];
	if (!findProgram('python3'))
		throw new Lacking('python3', 'sudo apt-get install -y --no-install-recommends python3 python3-venv');
	const wanted = requirementsOf(packages);
	const folder = await cached(cacheRoot, {
		name,
		versions: Object.values(packages),
		remedy: `python3 -m pip download ${wanted.join(' ')}`,
		make: async (draft) => {
			await runProgram('python3', ['-m', 'venv', draft]);
			await runProgram(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...wanted]);
		},
	});
	const python = join(folder, 'bin', 'python');
	const says = (one: string) => `from importlib.metadata import version; print(version('${one}'))`;
	for (const [one, version] of Object.entries(packages)) {
		const remedy = `rm -r ${folder} && npm run test:interop`;
		await requireVersion({ name: one, command: [python, '-c', says(one)], version, remedy });
	}
	return python;
}
