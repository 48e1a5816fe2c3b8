import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { readConfig } from '../config.ts';
import { readKubeconfigs } from './kubeconfig-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanyard-kubeconfigs-'));
const [one, two] = [join(folder, 'one'), join(folder, 'two')];
writeFileSync(one, 'contexts: [{ name: one, context: {} }]');
writeFileSync(two, 'current-context: two\ncontexts: [{ name: two, context: {} }]');
const pathsOf = (KUBECONFIG: string) => readConfig({ KUBECONFIG }, []).kubeconfigPaths;

it('every file of KUBECONFIG is read, each once; one that is not there and an empty name are left out', async () => {
	const read = await readKubeconfigs(pathsOf(`${one}::${join(folder, 'none')}:${two}:${one}`));
	expect(JSON.parse(read.reveal())).toMatchObject({
		'current-context': 'two',
		contexts: [{ name: 'one' }, { name: 'two' }],
	});
});

it('without KUBECONFIG it is the usual file', () => {
	expect(pathsOf('')).toEqual([expect.stringMatching(/\.kube.config$/)]);
});

it.each([
	['no file is there', `${join(folder, 'a')}:${join(folder, 'b')}`, `${join(folder, 'a')}, ${join(folder, 'b')}`],
	['a file cannot be read', `${one}:${folder}`, folder],
	['only empty names are given', ':', 'KUBECONFIG'],
])('says where it looked when %s', async (_name, variable, where) => {
	await expect(readKubeconfigs(pathsOf(variable))).rejects.toMatchObject({
		code: 'no-cluster-access',
		found: `no readable file at ${where}`,
	});
});
