import { join } from 'node:path';
import process from 'node:process';

import { expectThat } from '../check.ts';
import { tryProgram } from '../set-up/run-program.ts';

const lanyard = join(import.meta.dirname, '../../packages/cli/main.ts');

/** What `lanyard review` must say of a file: lines and traps, in order. */
export interface Judged {
	/** As it is told. */
	name: string;
	path: string;
	traps: [line: number, trap: string][];
}

/** What `-o json` prints, as far as it is looked at here. */
interface Review {
	files: { file: string; findings: { line: number; trap: string }[] }[];
}

/** Runs `lanyard review` over the files and tells each; throws where it says anything else than what was judged. */
export async function runReview(files: Judged[]): Promise<void> {
	const args = [lanyard, 'review', ...files.map(({ path }) => path), '-o', 'json'];
	const { status, stdout, stderr } = await tryProgram(process.execPath, args);
	const expected = files.some(({ traps }) => traps.length > 0) ? 1 : 0;
	expectThat(status === expected, `it ended with ${status}, not with ${expected}: ${stderr.trim()}`);
	const review: Review = JSON.parse(stdout);
	const seen = new Map(review.files.map(({ file, findings }) => [file, findings]));
	const wrong = files.flatMap(({ name, path, traps }) => {
		const said = told((seen.get(path) ?? []).map(({ line, trap }) => [line, trap]));
		process.stdout.write(`  ${name}: ${said}\n`);
		return said === told(traps) ? [] : [`${name}: ${said}, and by reading ${told(traps)}`];
	});
	expectThat(wrong.length === 0, wrong.join('\n'));
}

function told(traps: [line: number, trap: string][]): string {
	return traps.map(([line, trap]) => `${line} ${trap}`).join(', ') || 'no trap';
}
