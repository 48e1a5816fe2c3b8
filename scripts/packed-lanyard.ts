import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTool } from './run-tool.ts';

/** Lanyard as somebody else has it: built, packed, and installed from the tarball into a place of its own. */
export interface PackedLanyard {
	/** The tarball's path. */
	tarball: string;
	/** What the shell would run for `lanyard`. */
	bin: string;
	/** Where the package lies once it is installed. */
	folder: string;
	/** Takes it away again. */
	remove(): void;
}

/** Builds, packs and installs; nothing is fetched, for the package brings all it needs. */
export async function installPackedLanyard(): Promise<PackedLanyard> {
	const root = resolve(import.meta.dirname, '..');
	const place = mkdtempSync(join(tmpdir(), 'lanyard-packed-'));
	// npm's own settings (a prefix, a cache) of the npm that started us must not decide here.
	const cache = { npm_config_cache: join(place, 'cache') };
	// Not in packages/cli, where others may be doing the same. Its `prepack`, which builds, has nothing left to do.
	const built = join(place, 'package');
	await run(root, ['node', 'scripts/build.ts', built], {});
	await run(place, ['npm', 'pack', built, '--ignore-scripts'], cache);
	const tarball = join(place, readdirSync(place).find((name) => name.endsWith('.tgz')) ?? 'no tarball');
	const prefix = join(place, 'prefix');
	await run(place, ['npm', 'install', '--global', '--offline', '--prefix', prefix, tarball], cache);
	return {
		tarball,
		bin: join(prefix, 'bin', 'lanyard'),
		folder: join(prefix, 'lib', 'node_modules', 'lanyard'),
		remove: () => rmSync(place, { recursive: true, force: true }),
	};
}

async function run(folder: string, command: string[], env: NodeJS.ProcessEnv): Promise<void> {
	const { code, output } = await runTool(folder, command, env);
	if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`);
}
