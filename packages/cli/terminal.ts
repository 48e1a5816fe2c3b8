/**
 * What goes where:
 * - the result, and nothing else, to stdout; progress, questions and problems to stderr;
 * - colour, and lines that overwrite themselves, only on a terminal (never with NO_COLOR or TERM=dumb);
 * - colour says nothing that words do not.
 */
import { Problem, Secret } from '@lanyard/core';
import { notBegun } from './not-begun.ts';
import pc from 'picocolors';

import { columns } from './render/layout.ts';

export type Style = ReturnType<typeof pc.createColors>;

/** The person, or the pipe, at the other end. */
export interface Terminal {
	/** Whether a person sits at it: what is asked can be answered. */
	isInteractive: boolean;
	/** How wide a line may be: the terminal, and at most what is easily read. */
	width: number;
	/** Colours for what goes to stdout, and for what goes to stderr. */
	outStyle: Style;
	errStyle: Style;
	/** Prints a result. */
	result(text: string): void;
	/** Prints a line about the work. */
	say(text: string): void;
	/** Shows what is waited for; on a terminal the line is replaced by the next, elsewhere only a changed text is printed. */
	progress(text: string): void;
	/** Ends the line that `progress` keeps. */
	progressDone(): void;
	/** Asks a yes-or-no question; no is the answer to just pressing Enter. Throws `no-confirmation-possible` without a terminal. */
	confirm(question: string, what: string): Promise<boolean>;
	/** Asks for a value without showing it. Throws `no-confirmation-possible` without a terminal. */
	askSecret(question: string): Promise<Secret>;
}

export interface TerminalOptions {
	stdin: NodeJS.ReadableStream & { isTTY?: boolean };
	stdout: NodeJS.WritableStream & { isTTY?: boolean };
	stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
	/** NO_COLOR is set, or the terminal is dumb. */
	plain: boolean;
	/** Ends a question: until its prompt is there, Ctrl-C is a signal, not a key. */
	signal?: AbortSignal;
}

/** A terminal on the given streams. Each is looked at when it is needed: Node takes a while to make one. */
export function createTerminal(options: TerminalOptions): Terminal {
	const { plain } = options;
	const isLive = () => Boolean(options.stderr.isTTY) && !plain;
	let kept = '';
	const clear = () => {
		if (kept) options.stderr.write('\r\u001B[K');
		kept = '';
	};
	return {
		get isInteractive() {
			return Boolean(options.stdin.isTTY) && Boolean(options.stderr.isTTY);
		},
		get width() {
			return Math.max(40, Math.min(options.stderr.columns ?? columns, columns));
		},
		get outStyle() {
			return pc.createColors(Boolean(options.stdout.isTTY) && !plain);
		},
		get errStyle() {
			return pc.createColors(isLive());
		},
		result(text) {
			clear();
			options.stdout.write(`${text}\n`);
		},
		say(text) {
			clear();
			options.stderr.write(`${text}\n`);
		},
		progress(text) {
			if (!isLive()) return;
			clear();
			kept = text;
			options.stderr.write(text);
		},
		progressDone: clear,
		confirm: (question, what) => confirm(options, question, what),
		askSecret: (question) => askSecret(options, question),
	};
}

async function confirm({ stdin, stderr, signal }: TerminalOptions, question: string, what: string): Promise<boolean> {
	if (!stdin.isTTY || !stderr.isTTY) throw new Problem('no-confirmation-possible', { wanted: what });
	const { createInterface } = await import('node:readline/promises');
	const asker = createInterface({ input: stdin, output: stderr });
	const answer = await asker
		.question(`${question} (y/N) `, signal ? { signal } : {})
		.catch((cause: unknown) => unanswered(cause, signal))
		.finally(() => asker.close());
	return /^y(es)?$/i.test(answer.trim());
}

async function askSecret({ stdin, stderr, signal }: TerminalOptions, question: string): Promise<Secret> {
	if (!stdin.isTTY || !stderr.isTTY) {
		throw new Problem('no-confirmation-possible', {
			sentence: 'there is no terminal to ask for the password on',
			fix: 'Use --password-stdin, --password-env NAME or --docker-config FILE.',
		});
	}
	stderr.write(question);
	const { createInterface } = await import('node:readline/promises');
	const { Writable } = await import('node:stream');
	// What is typed is echoed to the output of the asker: here to nowhere.
	const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
	const asker = createInterface({ input: stdin, output: nowhere, terminal: true });
	const answer = await asker
		.question('', signal ? { signal } : {})
		.catch((cause: unknown) => unanswered(cause, signal))
		.finally(() => asker.close());
	stderr.write('\n');
	return new Secret(answer);
}

/** Ctrl-C and Ctrl-D at a question: both end it, and nothing was done yet. */
function unanswered(cause: unknown, signal: AbortSignal | undefined): never {
	if (cause instanceof Error && 'code' in cause && cause.code === 'ABORT_ERR') {
		throw notBegun(signal?.aborted ? signal : { reason: 'SIGINT' }, cause);
	}
	throw cause;
}
