import { type ExitCode, Problem } from '@lanyard/core';
import { z } from 'zod/mini';

import { renderAs } from '../../render/output.ts';
import { isQuestion, renderLine, renderWhy } from '../../render/request.ts';
import type { Context } from '../context.ts';
import { askAdmin, type NamedFlags } from './admin.ts';
import { explanationSchema, type Line, lineSchema } from './log-line.ts';

export interface LogFlags extends NamedFlags {
	follow?: boolean;
	refused?: boolean;
	/** How many of the newest requests are shown first. */
	lines: number;
}

/** How long one question to the admin API stays open for the next request. */
const turnMs = 20_000;

/** `lanyard sandbox log`: who asked what, what was decided, and why; with `--follow` until Ctrl-C. */
export async function sandboxLog(context: Context, flags: LogFlags): Promise<ExitCode> {
	const all = await linesAfter(context, flags, { after: 0, waitMs: 0 });
	const newest = all.filter(isWanted(flags)).slice(-flags.lines);
	if (!flags.follow) {
		const document = { schema: 'lanyard.dev/sandbox-log/v1', name: flags.name, lines: newest };
		context.terminal.result(await renderAs(flags.output, { document, text: () => renderLog(context, flags, newest) }));
		return 0;
	}
	if (flags.output === 'text') context.terminal.result(renderLog(context, flags, newest));
	else await printEach(context, flags, newest);
	let after = all.at(-1)?.number ?? 0;
	while (!context.signal.aborted) {
		const more = await linesAfter(context, flags, { after, waitMs: turnMs }).catch(nothingAfterCtrlC);
		after = more.at(-1)?.number ?? after;
		await printEach(context, flags, more.filter(isWanted(flags)));
	}
	return 0;
}

/** `lanyard sandbox why`: explains one request in full. */
export async function sandboxWhy(context: Context, flags: NamedFlags & { request?: string }): Promise<ExitCode> {
	const { request } = flags;
	const query = request === undefined ? '' : `?request=${encodeURIComponent(request)}`;
	const answer = await askAdmin(context, flags.name, { route: `GET /why${query}`, mayMiss: true });
	if (answer === undefined) throw noRequest(request);
	const why = explanationSchema.parse(answer);
	const document = { schema: 'lanyard.dev/sandbox-why/v1', name: flags.name, ...why };
	const text = () => renderWhy(flags.name, why, context.terminal.outStyle);
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

function noRequest(request: string | undefined): Problem {
	if (request === undefined) {
		return new Problem('no-such-request', {
			sentence: 'no request was refused so far',
			fix: 'Name one that was allowed, by its number in lanyard sandbox log.',
		});
	}
	return new Problem('no-such-request', { found: request });
}

/** Refusals are told by the world; a question for where to sign in is none. */
function isWanted({ refused }: LogFlags): (line: Line) => boolean {
	return refused === true ? (line) => line.decision?.allowed === false && !isQuestion(line) : () => true;
}

async function linesAfter(
	context: Context,
	{ name }: LogFlags,
	{ after, waitMs }: { after: number; waitMs: number },
): Promise<Line[]> {
	const route = `GET /log?after=${after}&waitMs=${waitMs}`;
	return z.object({ lines: z.array(lineSchema) }).parse(await askAdmin(context, name, { route })).lines;
}

/** Ctrl-C is how a log that is followed ends; it comes while the next request is waited for. */
function nothingAfterCtrlC(problem: unknown): Line[] {
	if (problem instanceof Problem && problem.code === 'interrupted') return [];
	throw problem;
}

function renderLog({ terminal }: Context, { name, refused }: LogFlags, lines: Line[]): string {
	const none = `  no request ${refused ? 'was refused' : 'came'} so far`;
	const told = lines.map((line) => renderLine(line, terminal.outStyle));
	return [`sandbox "${name}"`, '', ...(told.length > 0 ? told : [none])].join('\n');
}

/** Text as above; else one JSON document a line, for whoever reads along. */
async function printEach({ terminal }: Context, { output }: LogFlags, lines: Line[]): Promise<void> {
	for (const line of lines) {
		if (output === 'json') terminal.result(JSON.stringify(line));
		else terminal.result(await renderAs(output, { document: line, text: () => renderLine(line, terminal.outStyle) }));
	}
}
