import { commandProblems } from './problem-command.ts';
import { finerProblems } from './problem-finer.ts';
import { taxonomyProblems } from './problem-taxonomy.ts';

/** Every expected failure, pull and command family alike. One word serves the CLI, the docs, the metric label and events. */
export const problems = { ...taxonomyProblems, ...finerProblems, ...commandProblems };

/** A pull code that the taxonomy itself has: one without `broader`. */
export type TaxonomyCode = keyof typeof taxonomyProblems;
/** A cause of a failing pull, taxonomy and finer codes alike. */
export type PullCode = TaxonomyCode | keyof typeof finerProblems;
/** Why a command cannot do what was asked. */
export type CommandCode = keyof typeof commandProblems;
export type ProblemCode = PullCode | CommandCode;

/** Whether `code` is one of the catalogue: for words that come from outside. */
export function isProblemCode(code: string): code is ProblemCode {
	return Object.hasOwn(problems, code);
}

/** Whether `code` says why a pull fails. */
export function isPullCode(code: ProblemCode): code is PullCode {
	return problems[code].family === 'pull';
}

/** Whether `code` is one of the taxonomy's own. */
export function isTaxonomyCode(code: ProblemCode): code is TaxonomyCode {
	return Object.hasOwn(taxonomyProblems, code);
}

/** The taxonomy code that stands for `code`: itself, or the one it refines. */
export function broaderOf(code: PullCode): TaxonomyCode {
	const kind = problems[code];
	return 'broader' in kind ? kind.broader : taxonomyCode(code);
}

function taxonomyCode(code: PullCode): TaxonomyCode {
	if (isTaxonomyCode(code)) return code;
	throw new TypeError(`"${code}" refines nothing and is not in the taxonomy`);
}
