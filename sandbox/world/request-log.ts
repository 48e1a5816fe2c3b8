import type { Decision } from '@lanyard/sandbox-ground';

import type { LogFile } from './log-file.ts';
import type { Shown } from './shown.ts';

/** One request and what became of it (DESIGN: the log line). Holds no credential: query values are shown only where listed below. */
export interface LogLine {
	/** Counts the requests of a world, from 1 on. */
	number: number;
	/** RFC 3339, on the world's clock. */
	at: string;
	machine: string;
	/** As a firewall sees the machine. */
	address: string;
	principal?: string;
	host: string;
	method: string;
	path: string;
	status: number;
	decision?: Decision;
	/** What was shown of who it is. */
	shown?: Shown;
	/** What the client calls itself, and the command that it says it runs: the Azure CLI says so. */
	client?: string;
	command?: string;
	/** What the answer, and the client, call this request. */
	requestIds?: string[];
	/** The id of the token that the answer holds. */
	issued?: string;
}

export interface RequestLog {
	/** Gives the line its number. */
	add(line: Omit<LogLine, 'number'>): void;
	/** The newest lines, oldest first; only those after a number. */
	lines(after?: number): LogLine[];
	/** Resolves at the next line, or when the signal aborts. */
	next(signal: AbortSignal): Promise<void>;
	/** An error that is the sandbox's own fault. */
	bug(problem: unknown): void;
}

const kept = 10_000;

/** Keeps the newest lines, in a file too where there is one; `onBug` hears of the sandbox's own failures. */
export function createRequestLog(onBug: (problem: unknown) => void, file?: LogFile): RequestLog {
	const lines: LogLine[] = file?.read(kept) ?? [];
	const waiting = new Set<() => void>();
	let number = lines.at(-1)?.number ?? 0;
	return {
		add(line) {
			const numbered = { number: (number += 1), ...line };
			lines.push(numbered);
			file?.append(numbered);
			// Trimmed in large bites, so that a busy log does not shift ten thousand entries per request.
			if (lines.length > kept * 1.1) lines.splice(0, lines.length - kept);
			for (const wake of [...waiting]) wake();
		},
		lines: (after = 0) => lines.slice(-kept).filter((line) => line.number > after),
		next: (signal) =>
			new Promise((resolve) => {
				const wake = () => {
					waiting.delete(wake);
					signal.removeEventListener('abort', wake);
					resolve();
				};
				waiting.add(wake);
				signal.addEventListener('abort', wake);
				if (signal.aborted) wake();
			}),
		bug: onBug,
	};
}

/** Query parameters whose values are safe to show; all others may carry signatures or codes. */
const shown = new Set([
	'api-version',
	'$filter',
	'scope',
	'service',
	'account',
	'resource',
	'n',
	'last',
	'digest',
	'mount',
	'from',
	'watch',
]);

/** Path and query as the log shows them. */
export function loggedPath(url: string): string {
	const { pathname, searchParams } = new URL(url);
	const pairs = [...searchParams].map(([key, value]) => `${key}=${shown.has(key) ? value : '…'}`);
	return pairs.length === 0 ? pathname : `${pathname}?${pairs.join('&')}`;
}
