import tab from '@bomb.sh/tab/commander';
import { nearest, Problem } from '@lanyard/core';
import type { Command } from 'commander';

import type { Context } from '../commands/context.ts';
import { type Asked, askedAt } from './asked.ts';
import { bashScript } from './bash.ts';
import { gatherNames } from './names.ts';

/** Somebody waits with a finger on Tab; Azure answers within it, a cluster that is gone does not. */
const usualPatienceMs = 2000;

const shells = ['bash', 'zsh', 'fish', 'powershell'];

/** What completing is given; a test has all the patience that it needs. */
type Completing = Pick<Context, 'config' | 'signal' | 'terminal'> & { patienceMs?: number };

/**
 * `lanyard complete SHELL` prints what the shell evaluates, `lanyard complete -- WORDS…` what could stand in the place of the last word.
 * Commands, flags and choices are a library's matter, a 0.0.x that nothing else of ours knows; names of what is there are ours.
 * Nobody is asked anything, and what cannot be known is not said.
 */
export async function complete(program: Command, args: readonly string[], context: Completing): Promise<void> {
	const { terminal } = context;
	if (args[0] === 'bash') return terminal.result(bashScript.trimEnd());
	const asked = args[0] === '--' ? askedAt(program, args.slice(1)) : undefined;
	if (asked) {
		for (const name of await namesFor(asked, context)) terminal.result(name);
		// As in Cobra's scripts: 4 is "no files", 0 leaves them to the shell.
		return terminal.result(asked.kind === 'file' ? ':0' : ':4');
	}
	mustBeShell(args[0]);
	tab(program);
	await program.parseAsync(['complete', ...args], { from: 'user' });
}

function mustBeShell(shell: string | undefined): void {
	if (shell === undefined || shell.startsWith('-') || shells.includes(shell)) return;
	const meant = nearest(shell, shells);
	throw new Problem('wrong-flag', {
		sentence: `no completions for a shell "${shell}"${meant === undefined ? '' : `; did you mean ${meant}?`}`,
		wanted: shells.join(', '),
		found: `"${shell}"`,
		fix: 'Name one of these: source <(lanyard complete bash)',
	});
}

async function namesFor(asked: Asked, { config, signal, patienceMs = usualPatienceMs }: Completing): Promise<string[]> {
	const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
	const ended = new Promise<string[]>((done) => limit.addEventListener('abort', () => done([])));
	// Not signed in, no such cluster, no network: a Tab that finds nothing. The command itself says what is wrong.
	const names = await Promise.race([gatherNames(config, asked, limit).catch(() => []), ended]);
	const given = new Set(asked.before.split(','));
	const fitting = names.filter((name) => name.startsWith(asked.typed) && !given.has(name));
	return [...new Set(fitting)].toSorted().map((name) => `${asked.before}${name}`);
}
