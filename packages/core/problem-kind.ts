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
	/** What is wrong, for a person: lower case, no full stop, no names. */
	sentence: string;
	/** What to do now: an instruction with capital and full stop. */
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
