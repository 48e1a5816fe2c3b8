import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

import { type ExitCode, Problem } from '@lanyard/core';
import { type ReviewFinding, reviewScript } from '@lanyard/doctor';

import { withoutControlCharacters } from '../render/control-characters.ts';
import { labelled, withCode } from '../render/layout.ts';
import { type OutputFormat, renderAs } from '../render/output.ts';
import type { Context } from './context.ts';

export interface ReviewFlags {
	output: OutputFormat;
	/** Paths; `-` for standard input. */
	files: string[];
}

/** What `review` prints. */
export interface Review {
	schema: 'lanyard.dev/review/v1';
	files: { file: string; findings: ReviewFinding[] }[];
}

/** `lanyard review`: the traps in scripts, with line and fix; exit code 1 where there is one. */
export async function reviewCommand(context: Context, flags: ReviewFlags): Promise<ExitCode> {
	const files = await Promise.all(
		flags.files.map(async (file) => ({ file, findings: reviewScript(await readScript(context, file)) })),
	);
	const document: Review = { schema: 'lanyard.dev/review/v1', files };
	context.terminal.result(
		await renderAs(flags.output, { document, text: () => renderReview(withoutControlCharacters(document)) }),
	);
	return files.some(({ findings }) => findings.length > 0) ? 1 : 0;
}

async function readScript(context: Context, file: string): Promise<string> {
	if (file === '-') return text(context.stdin);
	return readFile(file, 'utf8').catch((cause: unknown) => {
		throw new Problem('bad-target', {
			sentence: `"${file}" cannot be read`,
			wanted: 'a script, or a Markdown document with scripts in it',
			fix: 'Name a file that is there and that you may read; - is standard input.',
			cause,
		});
	});
}

function renderReview({ files }: Review): string {
	return files
		.flatMap(({ file, findings }) =>
			findings.length === 0
				? [`✓ ${file}: no trap found`]
				: findings.map(({ line, trap, says, fix }) =>
						[
							withCode(`✗ ${file}:${line}`, trap),
							labelled('', says, { indent: 2, label: 0 }),
							labelled('do', fix, { indent: 2, label: 4 }),
						].join('\n'),
					),
		)
		.join('\n\n');
}
