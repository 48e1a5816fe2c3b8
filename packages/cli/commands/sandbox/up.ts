import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { type ExitCode, Problem } from '@lanyard/core';
import type { SandboxRecord } from '@lanyard/sandbox-world';

import { renderAs } from '../../render/output.ts';
import { table } from '../../render/layout.ts';
import { readRecord, sandboxFolder } from '../../session/sandbox-access.ts';
import type { CommonFlags, Context } from '../context.ts';
import { serveSandbox, type WorldFlags } from './serve.ts';

export interface UpFlags extends CommonFlags, WorldFlags {
	foreground?: boolean;
}

/** A world that cannot start ends, and is heard at once; so long waits only who has one on a busy machine. */
const patienceMs = 120_000;

/** `lanyard sandbox up`: starts a world in a process of its own and waits until it is ready. */
export async function sandboxUp(context: Context, flags: UpFlags): Promise<ExitCode> {
	const { path, note } = context.config.stateDir();
	if (note) context.terminal.say(note);
	const folder = sandboxFolder(path, flags.name);
	const running = await readRecord(folder);
	if (running) {
		throw new Problem('sandbox-already-running', {
			sentence: `sandbox "${flags.name}" is running already`,
			found: `process ${running.pid}, since ${running.startedAt}`,
			fix: `Use it, or stop it first: lanyard sandbox down${flags.name === 'default' ? '' : ` --name ${flags.name}`}`,
		});
	}
	if (flags.foreground) return serveSandbox(context, flags);
	const record = await startInBackground(context, flags, folder);
	const document = { schema: 'lanyard.dev/sandbox/v1', name: flags.name, folder, ...record };
	context.terminal.result(await renderAs(flags.output, { document, text: () => renderUp(flags.name, record) }));
	return 0;
}

/** The child's stderr goes to a file: the last thing in it is the reason if the world does not come up. */
async function startInBackground(context: Context, flags: UpFlags, folder: string): Promise<SandboxRecord> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const logPath = join(folder, 'start.log');
	const log = await open(logPath, 'w', 0o600);
	const [command = 'node', ...args] = [
		...context.config.self,
		'sandbox',
		'up',
		'--foreground',
		'-o',
		'json',
		...worldArgs(flags),
	];
	const child = spawn(command, args, { detached: true, stdio: ['ignore', log.fd, log.fd] });
	const ended = new Promise<'ended'>((done) => {
		child.once('exit', () => done('ended'));
		child.once('error', () => done('ended'));
	});
	child.unref();
	await log.close();
	const until = context.clock.now().getTime() + patienceMs;
	while (context.clock.now().getTime() < until) {
		const record = await readRecord(folder);
		if (record?.pid === child.pid && record) return record;
		if ((await Promise.race([ended, context.sleep(25)])) === 'ended') break;
	}
	if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) throw notReady(child.pid, flags);
	throw startFailure(await readFile(logPath, 'utf8'), flags);
}

function notReady(pid: number, { name }: UpFlags): Problem {
	return new Problem('sandbox-start-failed', {
		wanted: `sandbox "${name}"`,
		found: `process ${pid} is not ready after ${patienceMs / 1000} s`,
		fix: `End it: kill ${pid}`,
	});
}

/** What the child said, if it said it in our own form; else its last lines. */
function startFailure(said: string, { name }: UpFlags): Problem {
	try {
		const { code, sentence, wanted, found, where, fix } = JSON.parse(said.slice(said.indexOf('{')));
		return new Problem(code, { sentence, wanted, found, where, fix });
	} catch {
		// Not our form: the child broke before it could speak.
		const found = said.trim().split('\n').slice(-3).join(' · ') || 'it ended without a word';
		return new Problem('sandbox-start-failed', { wanted: `sandbox "${name}"`, found });
	}
}

function worldArgs({ name, file, timeScale, port, state }: WorldFlags): string[] {
	return [
		...['--name', name],
		...(file === undefined ? [] : ['--file', file]),
		...(timeScale === undefined ? [] : ['--time-scale', String(timeScale)]),
		...(port === undefined ? [] : ['--port', String(port)]),
		...(state === undefined ? [] : ['--state', resolve(state)]),
	];
}

function renderUp(name: string, { proxyUrl, timeScale, stateFolder }: SandboxRecord): string {
	const named = name === 'default' ? '' : ` --name ${name}`;
	const world = name === 'default' ? 'sandbox' : `sandbox:${name}`;
	const rows = [
		['proxy', proxyUrl],
		['time', timeScale === 1 ? 'as in life' : `${timeScale} times faster than life`],
		...(stateFolder === undefined ? [] : [['state', stateFolder]]),
		['use it', `lanyard check deployment/NAME --world ${world}`],
		['', `lanyard sandbox exec${named} -- COMMAND`],
		['stop it', `lanyard sandbox down${named}`],
	];
	return [`sandbox "${name}" is ready`, table(rows)].join('\n');
}
