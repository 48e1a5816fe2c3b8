import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installPackedLanyard, type PackedLanyard } from './packed-lanyard.ts';

let lanyard: PackedLanyard;
let manifest: { version: string; dependencies?: unknown };

const pullError =
	'Failed to pull image "myregistry.azurecr.io/nginx:v1": dial tcp: lookup myregistry.azurecr.io: no such host';

beforeAll(async () => {
	lanyard = await installPackedLanyard();
	manifest = JSON.parse(readFileSync(join(lanyard.folder, 'package.json'), 'utf8'));
});
afterAll(() => lanyard.remove());

it('answers after a global install of the tarball', () => {
	const { status, stdout, stderr } = spawnSync(process.execPath, [lanyard.bin, '--version'], { encoding: 'utf8' });
	expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

it.each(['--version', 'explain --help', 'sandbox'])('answers "%s" at once as it would after loading', (line) => {
	const told = (script: string) =>
		spawnSync(process.execPath, [script, ...line.split(' ')], { encoding: 'utf8' }).stdout;
	expect(told(lanyard.bin)).toBe(told(join(lanyard.folder, 'dist', 'main.js')));
});

it.each(['toString', 'constructor', '__proto__'])('knows no command "%s"', (line) => {
	const { status, stderr } = spawnSync(process.execPath, [lanyard.bin, line], { encoding: 'utf8' });
	expect([status, stderr]).toEqual([2, expect.stringContaining('unknown-command')]);
});

it.each([
	['prints YAML', ['methods', '-o', 'yaml'], 'schema: lanyard.dev/methods/v1'],
	['reads YAML', ['explain', '--events', '-'], 'cannot be pulled'],
	['prints YAML of words', ['explain', '--message', pullError, '-o', 'yaml'], 'link: image'],
])('%s after a global install', (_name, line, words) => {
	const input = `apiVersion: v1\nkind: Event\nmessage: ${JSON.stringify(pullError)}\n`;
	const { status, stdout, stderr } = spawnSync(process.execPath, [lanyard.bin, ...line], { encoding: 'utf8', input });
	expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: expect.stringContaining(words), stderr: '' });
});

it('is one package: it brings all it needs', () => {
	expect(manifest.dependencies).toBeUndefined();
	expect(readdirSync(join(lanyard.folder, '..'))).toEqual(['lanyard']);
});

it('holds what is run and the licences, and no source', () => {
	expect(readdirSync(lanyard.folder)).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'sandbox.d.ts']);
	const built = readdirSync(join(lanyard.folder, 'dist'));
	expect(built).toEqual(expect.arrayContaining(['answers.json', 'main.js', 'sandbox.js', 'third-party-licenses.txt']));
	expect(built.filter((name) => !/\.(js|json|txt)$/.test(name))).toEqual([]);
});

it('holds the same files as `npm pack` puts into it', async () => {
	const args = ['pack', '--workspace', 'packages/cli', '--dry-run', '--json'];
	const { stdout } = spawnSync('npm', args, { cwd: resolve(import.meta.dirname, '..'), encoding: 'utf8' });
	// What `prepack` says comes first; npm 12 prints an object by name where others print a list.
	const packages: Record<string, { files: { path: string }[] }> = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
	const files = Object.values(packages).flatMap((one) => one.files);
	const installed = readdirSync(lanyard.folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => relative(lanyard.folder, join(parentPath, name)));
	expect(files.map(({ path }) => path).toSorted()).toEqual(installed.toSorted());
});

it('is a package as publint wants one', async () => {
	const { messages, pkg } = await publint({ pkgDir: lanyard.folder, pack: false, level: 'warning' });
	expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
});
