import { Problem } from '@lanyard/core';

/** What Ctrl-C (or SIGTERM) comes to before a command has changed anything. */
export function notBegun({ reason }: Pick<AbortSignal, 'reason'>, cause?: unknown): Problem {
	const by = reason === 'SIGTERM' ? { sentence: 'stopped by SIGTERM' } : {};
	return new Problem('interrupted', {
		...by,
		found: 'nothing was changed',
		fix: 'Run it again when you want it done.',
		cause,
	});
}
