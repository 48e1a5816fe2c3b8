import { readFile, writeFile } from 'node:fs/promises';

import { type ExitCode, Problem } from '@lanyard/core';

import { renderAs } from '../../render/output.ts';
import { size } from '../../render/time.ts';
import type { Context } from '../context.ts';
import { askAdmin, type NamedFlags, printStatus, statusSchema } from './admin.ts';

/** `lanyard sandbox snapshot FILE`: writes the world as it is into a file, for its owner only. */
export async function sandboxSnapshot(context: Context, flags: NamedFlags & { file: string }): Promise<ExitCode> {
	const bytes = await askAdmin(context, flags.name, { route: 'POST /snapshot', wantsBytes: true });
	if (!(bytes instanceof Uint8Array)) throw new Problem('sandbox-does-not-answer', { wanted: 'a snapshot' });
	await writeFile(flags.file, bytes, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
		throw new Problem('wrong-flag', {
			sentence: `cannot write "${flags.file}"`,
			wanted: 'a file that is not there yet, in a folder that can be written',
			found: whyNot(cause),
			fix: 'Choose another path, or make its folder first.',
			cause,
		});
	});
	const document = {
		schema: 'lanyard.dev/sandbox-snapshot/v1',
		name: flags.name,
		file: flags.file,
		bytes: bytes.length,
	};
	const text = () =>
		`sandbox "${flags.name}" as it is now is kept in ${flags.file} (${size(bytes.length)}); its keys are in it`;
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

/** What the system said, without its error's code and call: `no such file or directory`. */
function whyNot(cause: unknown): string {
	return cause instanceof Error ? cause.message.replace(/^[A-Z]+: /, '').replace(/, \w+( '.*')?$/, '') : '';
}

/** `lanyard sandbox restore FILE`: makes a running world what a file holds, its time included. */
export async function sandboxRestore(context: Context, flags: NamedFlags & { file: string }): Promise<ExitCode> {
	const bytes = await readFile(flags.file).catch((cause: unknown) => {
		throw new Problem('bad-snapshot', {
			sentence: `cannot read "${flags.file}"`,
			where: flags.file,
			found: whyNot(cause),
			cause,
		});
	});
	const answer = await askAdmin(context, flags.name, { route: 'POST /restore', bytes: new Uint8Array(bytes) });
	return printStatus(context, flags, statusSchema.parse(answer));
}
