/**
 * `npm run build` makes what is published: packages/cli/dist with `main.js` (the command line) and `sandbox.js` (the
 * export `lanyard/sandbox`), bundled with all they need, so that an installation is one package. Code that is imported
 * lazily stays in files of its own. `npm run build FOLDER` makes the whole package there and leaves packages/cli alone: what
 * packs beside others must not take their `dist` away.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const home = join(root, 'packages', 'cli');
const target = resolve(process.argv[2] ?? home);
const out = join(target, 'dist');
// What is already in somebody's folder must not be deleted or written over.
if (target !== home && existsSync(target) && readdirSync(target).length > 0)
	throw new Error(`${target} is not empty: name a folder that is, or is not there yet`);

rmSync(out, { recursive: true, force: true });
const { metafile } = await build({
	absWorkingDir: root,
	entryPoints: { main: 'packages/cli/main.ts', sandbox: 'sandbox/world/index.ts' },
	outdir: out,
	bundle: true,
	splitting: true,
	format: 'esm',
	platform: 'node',
	// Modules before CommonJS, where a package has both: what nobody uses of them stays out.
	mainFields: ['module', 'main'],
	target: 'node22',
	minify: true,
	sourcemap: false,
	legalComments: 'none',
	metafile: true,
	plugins: [commanderLight(), withoutLocales()],
});
writeAnswers();
const chunks = readdirSync(out).map((name) => join(out, name));
for (const chunk of chunks.filter((path) => path.endsWith('.js'))) giveRequire(chunk);
writeFileSync(join(out, 'third-party-licenses.txt'), licencesOf(Object.keys(metafile.inputs)));
for (const name of ['LICENSE', 'README.md']) {
	if (existsSync(join(root, name))) cpSync(join(root, name), join(target, name));
}
if (target !== home)
	for (const name of ['package.json', 'bin', 'sandbox.d.ts'])
		cpSync(join(home, name), join(target, name), { recursive: true });
const megabytes = chunks.reduce((sum, chunk) => sum + statSync(chunk).size, 0) / 1e6;
console.log(`${relative(root, out)}: ${chunks.length} files, ${megabytes.toFixed(1)} MB`);

/**
 * CommonJS in the bundle asks for Node's own modules with `require`, which a module does not have. Only the file with
 * esbuild's stand-in for it gets one: a banner on every file would cost start-up time.
 */
function giveRequire(chunk: string): void {
	const text = readFileSync(chunk, 'utf8');
	if (!text.includes('Dynamic require of')) return;
	const line = 'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);';
	writeFileSync(chunk, `${line}\n${text}`);
}

/**
 * commander loads `node:child_process` (7 ms of start-up) for subcommands that are programs of their own. We have none, so
 * in the bundle it gets an empty module in that place. Of `node:util` and `node:process` it uses one name each, but an import
 * of a built-in module asks for everything that it exports (another 5 ms); `getBuiltinModule` does not.
 */
function commanderLight(): Plugin {
	const instead: Record<string, string> = {
		'node:child_process': 'export default {};',
		'node:util': "export const { stripVTControlCharacters } = process.getBuiltinModule('node:util');",
		'node:process': 'export default globalThis.process;',
	};
	return {
		name: 'commander-light',
		setup({ onResolve, onLoad }) {
			onResolve({ filter: /^node:(child_process|util|process)$/ }, ({ importer, path }) =>
				/node_modules\/commander\//.test(importer) ? { path, namespace: 'light' } : undefined,
			);
			onLoad({ filter: /.*/, namespace: 'light' }, ({ path }) => ({ contents: instead[path] ?? '' }));
		},
	};
}

/** zod's messages in fifty languages are a quarter of what a world loads at its start; it speaks the one that is its default. */
function withoutLocales(): Plugin {
	return {
		name: 'without-locales',
		setup({ onResolve, onLoad }) {
			onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
				/node_modules\/zod\//.test(importer) ? { path: 'none', namespace: 'no-locales' } : undefined,
			);
			onLoad({ filter: /.*/, namespace: 'no-locales' }, () => ({ contents: 'export {};' }));
		},
	};
}

/** Help and version, ready made. */
function writeAnswers(): void {
	const answers = execFileSync(process.execPath, [join(home, 'answers', 'main.ts')]);
	writeFileSync(join(out, 'answers.json'), answers);
}

/** The licence of every package in the bundle, as their authors ask. */
function licencesOf(inputs: string[]): string {
	const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.slice(0, 1) ?? []));
	const texts = [...folders].toSorted().map((folder) => {
		const manifest: { name: string; version: string; license?: string } = JSON.parse(
			readFileSync(join(root, folder, 'package.json'), 'utf8'),
		);
		const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
		const text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : (manifest.license ?? '');
		return `${manifest.name} ${manifest.version}\n\n${text}\n`;
	});
	return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
