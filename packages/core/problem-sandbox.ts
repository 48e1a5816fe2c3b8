import type { CommandProblemKind } from './problem-kind.ts';

/** Why a sandbox cannot be used, or not be started. */
export const sandboxProblems = {
	'no-sandbox': {
		family: 'command',
		exit: 8,
		sentence: 'no sandbox is running',
		fix: 'Start one with lanyard sandbox up.',
		retry: 'after-change',
	},
	'sandbox-does-not-answer': {
		family: 'command',
		exit: 8,
		sentence: 'the sandbox is registered as running, but does not answer',
		fix: 'Run lanyard sandbox down, then lanyard sandbox up.',
		retry: 'after-change',
	},
	'sandbox-start-failed': {
		family: 'command',
		exit: 8,
		sentence: 'the sandbox did not start',
		fix: 'Read what it printed, correct it, and start it again.',
		retry: 'after-change',
	},
	'no-such-request': {
		family: 'command',
		exit: 3,
		sentence: 'the world has seen no such request',
		fix: 'Look for its number in lanyard sandbox log; the newest 10,000 are kept.',
		retry: 'never',
	},
	'bad-snapshot': {
		family: 'command',
		exit: 2,
		sentence: 'this is no snapshot of a world, or not a whole one',
		fix: 'Name a file that lanyard sandbox snapshot has written.',
		retry: 'never',
	},
	'state-in-use': {
		family: 'command',
		exit: 8,
		sentence: 'another sandbox works with this state folder',
		fix: 'Stop that one first, or name another folder with --state.',
		retry: 'after-change',
	},
	'state-too-new': {
		family: 'command',
		exit: 8,
		sentence: 'the state folder was written by a newer Lanyard',
		fix: 'Update Lanyard, or name another folder with --state.',
		retry: 'after-change',
	},
	'state-unusable': {
		family: 'command',
		exit: 8,
		sentence: "the world's state cannot be read from its folder, or not be written there",
		fix: 'See that the disk has room and that the file is ours and whole; or name another folder with --state.',
		retry: 'after-change',
	},
	'state-of-another-world': {
		family: 'command',
		exit: 8,
		sentence: 'the state folder holds a world that was declared differently',
		fix: 'Leave --file out to go on with that world, or name an empty folder with --state.',
		retry: 'after-change',
	},
} as const satisfies Record<string, CommandProblemKind>;
