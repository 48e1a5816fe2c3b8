import type { Decision } from '@lanyard/sandbox-ground';

/** One request and what became of it (DESIGN: the log line). Holds no credential: query values are shown only where listed below. */
export interface LogLine {
	/** RFC 3339, on the world's clock. */
	at: string;
	machine: string;
	principal?: string;
	host: string;
	method: string;
	path: string;
	status: number;
	decision?: Decision;
}

export interface RequestLog {
	add(line: LogLine): void;
	/** The newest lines, oldest first. */
	lines(): LogLine[];
	/** An error that is the sandbox's own fault. */
	bug(problem: unknown): void;
}

const kept = 10_000;

/** Keeps the newest lines in memory; `onBug` hears of the sandbox's own failures. */
export function createRequestLog(onBug: (problem: unknown) => void): RequestLog {
	const lines: LogLine[] = [];
	return {
		add(line) {
			lines.push(line);
			// Trimmed in large bites, so that a busy log does not shift ten thousand entries per request.
			if (lines.length > kept * 1.1) lines.splice(0, lines.length - kept);
		},
		lines: () => lines.slice(-kept),
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
