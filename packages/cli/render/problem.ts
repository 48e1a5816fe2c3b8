import { type ExitCode, isPullCode, Problem, problems } from '@lanyard/core';

import type { Style } from '../terminal.ts';
import { withoutControlCharacters } from './control-characters.ts';
import { labelled, withCode } from './layout.ts';

/** A problem as people read it: the sentence with its code, then wanted, found and what to do. */
export function renderProblem(problem: Problem, style: Style): string {
	// A server's own words stand in it.
	const said = { message: problem.message, wanted: problem.wanted, found: problem.found, fix: problem.fix };
	const { message, wanted, found, fix } = withoutControlCharacters(said);
	const sentence = labelled('✗', message, { indent: 0, label: 2 }).split('\n');
	const last = withCode(sentence.at(-1) ?? '', problem.code);
	const head = sentence.slice(0, -1).concat(last).join('\n');
	const rows: [string, string | undefined][] = [
		['wanted', wanted],
		['found', found],
		['do', fix],
	];
	const lines = rows.flatMap(([label, text]) => (text ? [labelled(label, text, { indent: 2, label: 8 })] : []));
	return [style.red(head), ...lines].join('\n');
}

/** The exit code of a problem (docs/exit-codes.md): a pull problem that a command meets is "a problem was found". */
export function exitCodeOf(problem: Problem): ExitCode {
	const { code } = problem;
	if (isPullCode(code)) return 1;
	const kind = problems[code];
	return 'exit' in kind ? kind.exit : 1;
}
