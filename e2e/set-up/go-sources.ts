import { join } from 'node:path';

import { goRoot } from './builds.ts';
import { findProgram } from './debian.ts';
import { Lacking } from './lacking.ts';
import { runProgram } from './run-program.ts';
import { versions } from './versions.ts';

/** Gives the folder with a module's files, at the version that `e2e/go/FOLDER` pins, checked against its go.sum. */
export async function goSources(folder: string, module: string): Promise<string> {
	if (!findProgram('go')) throw new Lacking('go', `install Go ${versions.go} or newer and put it on the PATH`);
	const cwd = join(goRoot, folder);
	const args = ['mod', 'download', '-json', module];
	const said = await runProgram('go', args, { cwd, env: { GOWORK: 'off' } }).catch((error: unknown) => {
		const words = error instanceof Error ? error.message : String(error);
		throw new Lacking(
			`${module}, which cannot be fetched (${words.replaceAll(/\s+/g, ' ').slice(-300)})`,
			`cd e2e/go/${folder} && go ${args.join(' ')}`,
		);
	});
	const { Dir }: { Dir: string } = JSON.parse(said);
	return Dir;
}
