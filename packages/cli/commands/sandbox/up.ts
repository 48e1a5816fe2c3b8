import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { type ExitCode, Problem } from '@lanyard/core';
import type { SandboxRecord } from '@lanyard/sandbox-world';

import { renderAs } from '../../render/output.ts';
import { table } from '../../render/layout.ts';
import { isAlive, readRecord, sandboxFolder } from '../../session/sandbox-access.ts';
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

/** The child's stderr goes to a file: the last thing in it is the reason if the world does not come up. Then nothing of it is left. */
async function startInBackground(context: Context, flags: UpFlags, folder: string): Promise<SandboxRecord> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const logPath = join(folder, 'start.log');
	const log = await open(logPath, 'w', 0o600);
	// A world that does not come up takes its folder away, the file with it.
	const told = await open(logPath, 'r');
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
	let hasEnded = false;
	child.once('exit', () => (hasEnded = true));
	child.once('error', () => (hasEnded = true));
	child.unref();
	await log.close();
	const until = context.clock.now().getTime() + patienceMs;
	try {
		while (context.clock.now().getTime() < until && !hasEnded && !context.signal.aborted) {
			const record = await readRecord(folder);
			if (record?.pid === child.pid && record) return record;
			await context.sleep(25);
		}
		if (hasEnded) throw startFailure(await told.readFile('utf8'), flags);
		await end(context, child, () => hasEnded);
		throw context.signal.aborted ? stopped(flags) : notReady(flags);
	} catch (problem) {
		await tidyUp(folder, child);
		throw problem;
	} finally {
		await told.close();
	}
}

const endPatienceMs = 20_000;

/** Asks it to stop, as it then tidies up after itself; what does not listen is ended. */
async function end({ clock, sleep }: Context, child: ChildProcess, hasEnded: () => boolean): Promise<void> {
	child.kill('SIGTERM');
	const until = clock.now().getTime() + endPatienceMs;
	while (!hasEnded() && clock.now().getTime() < until) await sleep(25);
	if (!hasEnded()) child.kill('SIGKILL');
	while (!hasEnded()) await sleep(25);
}

/** The folder of a world that could not do it itself; that of another process stays. */
async function tidyUp(folder: string, { pid }: ChildProcess): Promise<void> {
	const owner = Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => ''));
	if (owner > 0 && owner !== pid && isAlive(owner)) return;
	await rm(folder, { recursive: true, force: true });
}

function notReady({ name }: UpFlags): Problem {
	return new Problem('sandbox-start-failed', {
		wanted: `sandbox "${name}"`,
		found: `it was not ready after ${patienceMs / 1000} s, and was ended`,
		fix: 'Run it again when this machine has less to do.',
	});
}

function stopped({ name }: UpFlags): Problem {
	return new Problem('interrupted', {
		found: `sandbox "${name}" was being started; nothing of it is left`,
		fix: `Start it again: lanyard sandbox up${name === 'default' ? '' : ` --name ${name}`}`,
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
