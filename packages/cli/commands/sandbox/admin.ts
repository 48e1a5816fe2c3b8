import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type ExitCode, isProblemCode, Problem } from '@lanyard/core';
import { z } from 'zod/mini';

import { table } from '../../render/layout.ts';
import { renderAs } from '../../render/output.ts';
import { span } from '../../render/time.ts';
import { isAlive, noSandbox, readRecord, sandboxFolder } from '../../session/sandbox-access.ts';
import type { CommonFlags, Context } from '../context.ts';

export interface NamedFlags extends CommonFlags {
	name: string;
}

/** How a world is, as its admin API tells it. */
export const statusSchema = z.object({
	now: z.string(),
	timeScale: z.number(),
	startedAt: z.string(),
	user: z.string(),
	proxyUrl: z.string(),
});
type Status = z.infer<typeof statusSchema>;

/** `lanyard sandbox status` */
export async function sandboxStatus(context: Context, flags: NamedFlags): Promise<ExitCode> {
	const status = statusSchema.parse(await askAdmin(context, flags.name, { route: 'GET /status' }));
	return printStatus(context, flags, status);
}

/** `lanyard sandbox clock +3h15m`: moves the world's clock ahead; without an argument it tells the time. */
export async function sandboxClock(context: Context, flags: NamedFlags & { ahead?: string }): Promise<ExitCode> {
	if (flags.ahead === undefined) return sandboxStatus(context, flags);
	const aheadMs = parseAhead(flags.ahead);
	const status = statusSchema.parse(await askAdmin(context, flags.name, { route: 'POST /clock', body: { aheadMs } }));
	return printStatus(context, flags, status);
}

const stopPatienceMs = 60_000;

/** `lanyard sandbox down`: ends the world and resolves when its process is gone. */
export async function sandboxDown(context: Context, flags: NamedFlags): Promise<ExitCode> {
	const record = await readRecord(sandboxFolder(context.config.stateDir().path, flags.name));
	if (!record) throw noSandbox(flags.name);
	await askAdmin(context, flags.name, { route: 'POST /stop' });
	const until = context.clock.now().getTime() + stopPatienceMs;
	while (isAlive(record.pid)) {
		if (context.clock.now().getTime() > until) throw stillThere(flags.name, record.pid);
		await context.sleep(25);
	}
	const { stateFolder } = record;
	const kept = stateFolder === undefined ? {} : { stateFolder };
	const document = { schema: 'lanyard.dev/sandbox/v1', name: flags.name, stopped: true, ...kept };
	const stays = stateFolder === undefined ? '' : `; its state is kept in ${stateFolder}`;
	const text = () => `sandbox "${flags.name}" is stopped${stays}`;
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

function stillThere(name: string, pid: number): Problem {
	return new Problem('sandbox-does-not-answer', {
		sentence: `sandbox "${name}" was told to stop, and has not`,
		found: `process ${pid} is still there after ${stopPatienceMs / 1000} s`,
		fix: `End it: kill ${pid}`,
	});
}

/** A hundred years: as far as the admin API goes. */
const longestJumpMs = 36_600 * 86_400_000;

/** Reads `+3h15m`, `+90s`, `+1h30m10s` as milliseconds. Throws `wrong-flag`. */
export function parseAhead(text: string): number {
	const unitMs: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
	if (/^\+(\d+[dhms])+$/.test(text)) {
		const parts = text.matchAll(/(\d+)([dhms])/g);
		const aheadMs = [...parts].reduce((sum, [, count, unit = 's']) => sum + Number(count) * (unitMs[unit] ?? 0), 0);
		if (aheadMs <= longestJumpMs) return aheadMs;
	}
	throw new Problem('wrong-flag', {
		sentence: 'the clock moves ahead by a length of time',
		wanted: '+3h15m, +90s, +1d, up to +36600d',
		found: `"${text}"`,
	});
}

/** Prints how a world is. */
export async function printStatus(context: Context, flags: NamedFlags, status: Status): Promise<ExitCode> {
	const document = { schema: 'lanyard.dev/sandbox/v1', name: flags.name, ...status };
	const text = () => {
		const upMs = context.clock.now().getTime() - new Date(status.startedAt).getTime();
		const rows = [
			['clock', status.now],
			['time', status.timeScale === 1 ? 'as in life' : `${status.timeScale} times faster than life`],
			['up', span(Math.max(0, upMs))],
			['you are', status.user],
			['proxy', status.proxyUrl],
		];
		return [`sandbox "${flags.name}"`, table(rows)].join('\n');
	};
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

/** `GET /status`, with what goes along. */
interface AdminCall {
	route: string;
	body?: unknown;
	/** A body as it is. */
	bytes?: Uint8Array<ArrayBuffer>;
	/** Whether the answer is bytes, not JSON. */
	wantsBytes?: boolean;
	/** Whether 404 is an answer: undefined. */
	mayMiss?: boolean;
}

/** Asks the admin API of a running world. Throws `no-sandbox`, or `sandbox-does-not-answer`. */
export async function askAdmin(
	context: Pick<Context, 'config' | 'signal'>,
	name: string,
	{ route, body, bytes, mayMiss, wantsBytes }: AdminCall,
): Promise<unknown> {
	const folder = sandboxFolder(context.config.stateDir().path, name);
	const record = await readRecord(folder);
	if (!record) throw noSandbox(name);
	const { openSend } = await import('@lanyard/clients');
	const token = await readFile(join(folder, 'admin-token'), 'utf8');
	const connection = openSend({ userAgent: 'lanyard' });
	const [method = 'GET', path = '/'] = route.split(' ');
	try {
		const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
		const asked = new Request(`${record.adminUrl}${path}`, {
			method,
			headers,
			signal: context.signal,
			...(body ? { body: JSON.stringify(body) } : {}),
			...(bytes ? { body: bytes } : {}),
		});
		const answer = await connection.send(asked);
		if (answer.ok) return wantsBytes ? new Uint8Array(await answer.arrayBuffer()) : await answer.json();
		if (mayMiss && answer.status === 404) return undefined;
		if (answer.status === 409) throw problemOf(await answer.json());
		throw new Problem('sandbox-does-not-answer', { found: `${route} answered ${answer.status}` });
	} catch (cause) {
		// What `fetch` throws then is the signal's own name.
		if (context.signal.aborted) throw new Problem('interrupted', { found: 'the sandbox was being asked', cause });
		throw cause;
	} finally {
		await connection.close();
	}
}

const told = z.object({
	problem: z.object({
		code: z.string(),
		sentence: z.string(),
		wanted: z.optional(z.string()),
		found: z.optional(z.string()),
		where: z.optional(z.string()),
		fix: z.string(),
	}),
});

/** A problem that the world met, as its own process threw it. */
function problemOf(answer: unknown): Problem {
	const { problem } = told.parse(answer);
	const { code, ...details } = problem;
	const given = Object.entries(details).filter(([, text]) => text !== undefined);
	return new Problem(isProblemCode(code) ? code : 'sandbox-does-not-answer', Object.fromEntries(given));
}
