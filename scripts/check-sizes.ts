import type { Findings } from './gate.ts';
import { code, readTrackedFiles } from './tracked-files.ts';

const mostLines = 400;

/** Tables are free: of data by their name, of cases because they are tests. */
const free = /\.(data|test)\.ts$/;

/** Whether every file of code is short enough to be read in one go. Functions are oxlint's (`max-lines-per-function`). */
export function checkSizes(root: string): Findings {
	const files = readTrackedFiles(root, code).filter(({ path }) => !free.test(path));
	const wrong = files.flatMap(({ path, text }) => {
		const lines = text.trimEnd().split('\n').length;
		return lines > mostLines ? [`${path}: ${lines} lines, at most ${mostLines}: split it`] : [];
	});
	return { saw: files.length, wrong };
}
