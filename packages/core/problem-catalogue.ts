import type { LinkName } from './pull-chain.ts';

/** Whether trying again helps: not at all, by itself in time, or only after someone changed something. */
export type Retry = 'never' | 'with-backoff' | 'after-change';

/** Exit codes of the command line (docs/exit-codes.md). */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 130;

/** Why a pull fails. */
export interface PullProblemKind {
	family: 'pull';
	/** The home link: where the cause lies. */
	link: LinkName;
	/** For our finer codes: the taxonomy code it refines. */
	broader?: string;
	sentence: string;
	fix: string;
	retry: Retry;
}

/** Why a command cannot do what was asked. */
export interface CommandProblemKind {
	family: 'command';
	exit: ExitCode;
	sentence: string;
	fix: string;
	retry: Retry;
}

export type ProblemKind = PullProblemKind | CommandProblemKind;

/** Every expected failure, pull and command family alike. One word serves the CLI, the docs, the metric label and events. */
export const problems = {
	'identity-lacks-pull-role': {
		family: 'pull',
		link: 'grant',
		sentence: "the nodes' identity has no pull role on this registry",
		fix: 'Grant AcrPull on the registry to this identity.',
		retry: 'after-change',
	},
	'cluster-not-found': {
		family: 'command',
		exit: 3,
		sentence: 'no such cluster',
		fix: 'Name a cluster that the caller can see.',
		retry: 'after-change',
	},
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;
export type PullCode = { [C in ProblemCode]: (typeof problems)[C]['family'] extends 'pull' ? C : never }[ProblemCode];
export type CommandCode = Exclude<ProblemCode, PullCode>;
/** A pull code that the taxonomy itself has: one without `broader`. */
export type TaxonomyCode = {
	[C in PullCode]: (typeof problems)[C] extends { broader: string } ? never : C;
}[PullCode];
