import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installPackedLanyard, type PackedLanyard } from './packed-lanyard.ts';
import { runTool } from './run-tool.ts';

const root = resolve(import.meta.dirname, '..');
const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name);

let lanyard: PackedLanyard;
let place: string;
beforeAll(async () => {
	lanyard = await installPackedLanyard();
	place = mkdtempSync(join(tmpdir(), 'lanyard-examples-'));
});
afterAll(() => {
	lanyard.remove();
	rmSync(place, { recursive: true });
});

/** A project that has Lanyard from its tarball, and nothing of this repository but the tools. */
function install(name: string): string {
	const project = join(place, name);
	cpSync(join(root, 'examples', name), project, { recursive: true });
	mkdirSync(join(project, 'node_modules'));
	symlinkSync(lanyard.folder, join(project, 'node_modules', 'lanyard'));
	for (const tool of ['vitest', '@types'])
		symlinkSync(join(root, 'node_modules', tool), join(project, 'node_modules', tool));
	return project;
}

it.each(examples)('the example %s passes with the packed Lanyard, and its types are right', async (name) => {
	const project = install(name);
	const vitest = await runTool(project, [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run'], {});
	expect(vitest).toMatchObject({ code: 0 });
	expect(vitest.output).toMatch(/\d passed/);
	const options = [
		'--noEmit',
		'--strict',
		'--module',
		'nodenext',
		'--target',
		'es2024',
		'--types',
		'node',
		'--skipLibCheck',
	];
	const files = readdirSync(project).filter((file) => file.endsWith('.ts'));
	const tsc = await runTool(
		project,
		[join(root, 'node_modules/.bin/tsc'), ...options, '--allowImportingTsExtensions', ...files],
		{},
	);
	expect(tsc).toMatchObject({ code: 0, output: '' });
});
