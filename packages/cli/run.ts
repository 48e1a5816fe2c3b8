import { Problem } from '@lanyard/core';
import { CommanderError } from 'commander';

import type { Context } from './commands/context.ts';
import { type Config, readConfig } from './config.ts';
import { buildProgram } from './program.ts';
import { exitCodeOf, renderProblem } from './render/problem.ts';
import { createTerminal } from './terminal.ts';
import { asProblem, type CommandLine, mustKnowCommand } from './usage-problem.ts';

/** Runs one command line; resolves to its exit code. Bugs come out as they are, with their stack. */
export async function run(args: string[], exit: (code: number) => void): Promise<number> {
	const interrupted = new AbortController();
	const onInterrupt = (signal: NodeJS.Signals) => {
		// The second Ctrl-C means it.
		if (interrupted.signal.aborted) exit(130);
		interrupted.abort(signal);
	};
	process.on('SIGINT', onInterrupt);
	process.on('SIGTERM', onInterrupt);
	try {
		return await runIn(contextOf(readConfig(), interrupted.signal), args);
	} finally {
		process.off('SIGINT', onInterrupt);
		process.off('SIGTERM', onInterrupt);
	}
}

/** Runs one command line in a context; resolves to its exit code. */
export async function runIn(context: Context, args: string[]): Promise<number> {
	const outcome = { exitCode: 0 };
	const program = buildProgram({ context, outcome }, args[0]);
	try {
		// Other programs have the longer word.
		if (args[0] === 'complete' || args[0] === 'completion') {
			const { complete } = await import('./completion/completions.ts');
			await complete(program, args.slice(1), context);
		} else {
			mustKnowCommand({ program, args });
			await program.parseAsync(args, { from: 'user' });
		}
		return outcome.exitCode;
	} catch (thrown) {
		return tell(context, { program, args }, thrown);
	}
}

/** This process's terminal and clock, as commands are given them. */
export function contextOf(config: Config, signal: AbortSignal): Context {
	const streams = {
		get stdin() {
			return process.stdin;
		},
		get stdout() {
			return process.stdout;
		},
		get stderr() {
			return process.stderr;
		},
		plain: config.plain,
		signal,
	};
	return {
		config,
		terminal: createTerminal(streams),
		get stdin() {
			return process.stdin;
		},
		clock: { now: () => new Date() },
		sleep: async (ms) => (await import('node:timers/promises')).setTimeout(ms),
		signal,
	};
}

function tell({ terminal }: Context, line: CommandLine, thrown: unknown): number {
	// Help and version are no failures; commander throws them to stop.
	if (thrown instanceof CommanderError && (thrown.exitCode === 0 || thrown.code === 'commander.help')) return 0;
	const problem = asProblem(thrown, line);
	if (!(problem instanceof Problem)) throw problem;
	terminal.progressDone();
	terminal.say(wantsJson(line.args) ? JSON.stringify(problem, null, 2) : renderProblem(problem, terminal.errStyle));
	return exitCodeOf(problem);
}

/** Read off the arguments themselves: a mistake in them may keep commander from telling. What is behind `--` is somebody else's. */
function wantsJson(args: readonly string[]): boolean {
	const own = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
	return own.some(
		(arg, at) => /^(-o=?json|--output=json)$/.test(arg) || (/^(-o|--output)$/.test(arg) && own[at + 1] === 'json'),
	);
}
