import { join, relative } from 'node:path';
import process from 'node:process';

import { cached } from './cache.ts';
import { findProgram } from './debian.ts';
import { Lacking } from './lacking.ts';
import { requireVersion } from './require-version.ts';
import { runProgram } from './run-program.ts';
import { versions } from './versions.ts';

/** Programs that are built from one Go module of `e2e/go`. */
export interface GoBuild {
	/** The folder of the module, which pins everything in go.mod and go.sum. */
	module: string;
	/** The file that pins everything, where it is another than `go.mod`; its sums are beside it. */
	modFile?: `${string}.mod`;
	/** Program name → Go package. */
	programs: Record<string, string>;
	/** Sources of ours that go into it. */
	sources?: string[];
	tags?: string[];
	/** What makes one of them say its version, and which it must be. */
	says?: { program: string; args: string[]; version: string };
	/** Variables set at link time, mostly the version a program says it has. */
	link?: Record<string, string>;
}

/** Gives the folder with the built programs: from the cache, else by building them. */
export async function goPrograms(cacheRoot: string, build: GoBuild): Promise<string> {
	const toolchain = await goVersion(build.module);
	const { module, modFile = 'go.mod', programs, sources = [], tags = [], link = {}, says } = build;
	const sums = modFile.replace(/mod$/, 'sum');
	const folder = await cached(cacheRoot, {
		name: module.split('/').at(-1) ?? 'go',
		versions: [toolchain, JSON.stringify({ programs, tags, link })],
		files: [modFile, sums, ...sources].map((file) => join(module, file)),
		remedy: `cd ${relative(process.cwd(), module) || '.'} && go mod download -modfile=${modFile}`,
		make: async (draft) => {
			const variables = Object.entries(link).map(([name, value]) => `-X ${name}=${value}`);
			const flags = ['-trimpath', '-tags', tags.join(','), '-ldflags', ['-s', '-w', ...variables].join(' ')];
			if (modFile !== 'go.mod') flags.push(`-modfile=${modFile}`);
			for (const [program, source] of Object.entries(programs))
				await runProgram('go', ['build', ...flags, '-o', join(draft, program), source], {
					cwd: module,
					env: { CGO_ENABLED: '0', GOWORK: 'off' },
				});
		},
	});
	if (says)
		await requireVersion({
			name: says.program,
			command: [join(folder, says.program), ...says.args],
			version: says.version,
			remedy: `rm -r ${folder} && npm run test:interop`,
		});
	return folder;
}

async function goVersion(module: string): Promise<string> {
	const remedy = `install Go ${versions.go} or newer and put it on the PATH`;
	if (!findProgram('go')) throw new Lacking('go', remedy);
	// Go fetches the toolchain that go.mod asks for when its own is older.
	return (await runProgram('go', ['env', 'GOVERSION'], { cwd: module })).trim();
}
