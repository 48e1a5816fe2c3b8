import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { type ExitCode, Problem } from '@lanyard/core';
import type { Admin, Sandbox, SandboxRecord } from '@lanyard/sandbox-world';

import { clientFolder, isAlive, sandboxFolder } from '../../session/sandbox-access.ts';
import type { Context } from '../context.ts';

export interface WorldFlags {
	/** The world's name. */
	name: string;
	/** A `world.yaml`; left out: the built-in world. */
	file?: string;
	timeScale?: number;
	port?: number;
	/** A folder in which the world outlives its process. */
	state?: string;
}

/** Runs a world in this process until it is told to stop (`sandbox up --foreground`, and behind `sandbox up`). */
export async function serveSandbox(context: Context, flags: WorldFlags): Promise<ExitCode> {
	const { removeSandboxFolder } = await import('@lanyard/sandbox-world');
	const folder = sandboxFolder(context.config.stateDir().path, flags.name);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await claim(folder, flags.name);
	try {
		await serveIn(folder, context, flags);
	} finally {
		// Last: as long as the folder says that there is a world, its process is there. One that could not start leaves none either.
		await removeSandboxFolder(folder);
	}
	return 0;
}

async function serveIn(folder: string, context: Context, flags: WorldFlags): Promise<void> {
	const { parseWorldFile, startSandbox } = await import('@lanyard/sandbox-world');
	const stateFolder = flags.state === undefined ? {} : { stateFolder: resolve(flags.state) };
	const world = flags.file ? parseWorldFile(await readWorldFile(flags.file), flags.file) : undefined;
	const onBug = (bug: unknown) => noteBug(join(folder, 'bugs.log'), bug);
	// One broken pod must not end the world of everybody else; the bug is written down.
	process.on('unhandledRejection', onBug);
	const sandbox = await startSandbox({
		...(world ? { world } : {}),
		...(flags.timeScale === undefined ? {} : { timeScale: flags.timeScale }),
		...(flags.port === undefined ? {} : { port: flags.port }),
		...stateFolder,
		onBug,
	});
	try {
		await serveUntilStopped(context, { folder, sandbox, ...stateFolder });
	} finally {
		await sandbox.close();
	}
}

/** Two may be told to start at the same moment: the folder belongs to whoever wrote its process id first. */
async function claim(folder: string, name: string): Promise<void> {
	const path = join(folder, 'pid');
	const owner = Number(await readFile(path, 'utf8').catch(() => ''));
	if (owner > 0 && isAlive(owner) && owner !== process.pid) {
		throw new Problem('sandbox-already-running', {
			sentence: `sandbox "${name}" is running already, or being started`,
			found: `process ${owner}`,
		});
	}
	if (owner > 0) await rm(path, { force: true });
	await writeFile(path, String(process.pid), { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
		throw new Problem('sandbox-already-running', {
			sentence: `sandbox "${name}" is being started by another process`,
			cause,
		});
	});
}

/** Writes down how the world is reached, and waits for Ctrl-C or `sandbox down`. */
async function serveUntilStopped(
	context: Context,
	{ folder, sandbox, ...kept }: { folder: string; sandbox: Sandbox; stateFolder?: string },
) {
	const { openAdmin, writeSandboxFolder } = await import('@lanyard/sandbox-world');
	const adminToken = randomBytes(24).toString('base64url');
	const stopped = Promise.withResolvers<void>();
	context.signal.addEventListener('abort', () => stopped.resolve());
	// It may have come while the world was being made.
	if (context.signal.aborted) stopped.resolve();
	const write = async () => {
		const record = { ...recordOf(sandbox, admin), ...kept };
		await writeSandboxFolder(folder, { sandbox, record, adminToken, clients: clientFolder(folder, record) });
	};
	const admin = await openAdmin(sandbox, { token: adminToken, stop: stopped.resolve, changed: write });
	try {
		await write();
		await stopped.promise;
	} finally {
		await admin.close();
	}
}

function recordOf(sandbox: Sandbox, admin: Admin): SandboxRecord {
	return {
		pid: process.pid,
		proxyUrl: sandbox.proxyUrl,
		adminUrl: admin.url,
		startedAt: sandbox.startedAt.toISOString(),
		timeScale: sandbox.clock.scale,
		aheadMs: sandbox.clock.aheadMs,
	};
}

/** At once, so that it is there even if the bug ends the process. */
function noteBug(path: string, bug: unknown): void {
	appendFileSync(path, `${bug instanceof Error ? bug.stack : String(bug)}\n`, { mode: 0o600 });
}

async function readWorldFile(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (cause) {
		throw new Problem('bad-world-file', {
			where: path,
			found: `cannot read ${path}`,
			fix: 'Name a file that is there and can be read.',
			cause,
		});
	}
}
