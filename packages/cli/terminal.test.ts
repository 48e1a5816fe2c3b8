import { PassThrough } from 'node:stream';

import { expect, it } from 'vitest';

import { createTerminal } from './terminal.ts';

/** Asks on a terminal where somebody presses these keys. */
function answer(keys: string, signal?: AbortSignal): Promise<boolean> {
	const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()].map((stream) =>
		Object.assign(stream, { isTTY: true }),
	);
	if (!stdin || !stdout || !stderr) throw new Error('three streams were made');
	stderr.once('data', () => stdin.write(keys));
	return createTerminal({ stdin, stdout, stderr, plain: true, ...(signal && { signal }) }).confirm(
		'Do it?',
		'an answer',
	);
}

it.each([
	['y\r', true],
	['Yes\r', true],
	['\r', false],
	['n\r', false],
	['yo\r', false],
])('reads the answer %j', async (keys, isAgreed) => expect(await answer(keys)).toBe(isAgreed));

it.each([
	['Ctrl-C', '\u0003'],
	['Ctrl-D', '\u0004'],
])('takes %s for an interruption, with nothing done', (_name, keys) =>
	expect(answer(keys)).rejects.toMatchObject({ code: 'interrupted', found: 'nothing was changed' }),
);

it.each([
	['SIGINT', 'stopped by Ctrl-C'],
	['SIGTERM', 'stopped by SIGTERM'],
])('is not asked any more after %s', async (reason, message) => {
	await expect(answer('', AbortSignal.abort(reason))).rejects.toMatchObject({ code: 'interrupted', message });
	const interrupt = new AbortController();
	const asked = answer('', interrupt.signal);
	interrupt.abort(reason);
	await expect(asked).rejects.toMatchObject({ code: 'interrupted', message, found: 'nothing was changed' });
});
