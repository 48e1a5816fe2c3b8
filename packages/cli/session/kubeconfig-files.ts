import { readFile } from 'node:fs/promises';

import { Problem, Secret } from '@lanyard/core';

/** The kubeconfig that these files are together, as kubectl reads them: one that is not there is left out, but not every one. */
export async function readKubeconfigs(paths: string[]): Promise<Secret> {
	const texts = await Promise.all(paths.map((path) => readIfThere(path)));
	const files = texts.flatMap((text, index) => (text ? [{ path: paths[index] ?? '', text }] : []));
	if (files.length === 0) throw nothingAt(paths.join(', ') || 'KUBECONFIG');
	const { mergeKubeconfigs } = await import('@lanyard/clients');
	return mergeKubeconfigs(files);
}

async function readIfThere(path: string): Promise<Secret | undefined> {
	try {
		return new Secret(await readFile(path, 'utf8'));
	} catch (cause) {
		if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
		throw nothingAt(path);
	}
}

function nothingAt(where: string): Problem {
	return new Problem('no-cluster-access', {
		wanted: 'a kubeconfig that names the cluster',
		found: `no readable file at ${where}`,
		fix: 'Run az aks get-credentials --name CLUSTER --resource-group GROUP, or set KUBECONFIG.',
	});
}
