import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { goRoot } from '../set-up/builds.ts';
import { foreignScripts } from './foreign-scripts.data.ts';

const modules = Map.groupBy(foreignScripts, ({ folder, module }) => `${folder} ${module}`);

it.each([...modules.keys()])('e2e/go/%s: the content of the module is pinned', async (key) => {
	const [folder = '', module = ''] = key.split(' ');
	const lines = (await readFile(join(goRoot, folder, 'go.sum'), 'utf8')).split('\n');
	const sums = lines.filter((line) => line.startsWith(`${module} v`) && !line.includes('/go.mod '));
	expect(sums.length).toBeGreaterThan(0);
});

it('five scripts at least have no trap, and five have one', () => {
	const clean = foreignScripts.filter(({ traps }) => traps.length === 0);
	expect([clean.length >= 5, foreignScripts.length - clean.length >= 5]).toEqual([true, true]);
});
