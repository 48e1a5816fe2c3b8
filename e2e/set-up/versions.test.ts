import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { goRoot } from './builds.ts';
import { goModules, npmLibraries } from './sources.ts';

it.each(goModules)(
	'e2e/go/$folder requires $module as the versions file says',
	async ({ folder, module, version, modFile = 'go.mod' }) => {
		const text = await readFile(join(goRoot, folder, modFile), 'utf8');
		expect(text).toContain(`${module} v${version}`);
	},
);

it.each(Object.entries(npmLibraries))('%s is installed as the versions file says', async (name, version) => {
	const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
	expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ name, version });
});
