import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type ExitCode, Problem } from '@lanyard/core';
import type { Admin, Sandbox, SandboxRecord } from '@lanyard/sandbox-world';

import { sandboxFolder } from '../../session/sandbox-access.ts';
import type { Context } from '../context.ts';

export interface WorldFlags {
	/** The world's name. */
	name: string;
	/** A `world.yaml`; left out: the built-in world. */
	file?: string;
	timeScale?: number;
	port?: number;
}

/** Runs a world in this process until it is told to stop (`sandbox up --foreground`, and behind `sandbox up`). */
export async function serveSandbox(context: Context, flags: WorldFlags): Promise<ExitCode> {
	const { parseWorldFile, removeSandboxFolder, startSandbox } = await import('@lanyard/sandbox-world');
	const folder = sandboxFolder(context.config.stateDir().path, flags.name);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const world = flags.file ? parseWorldFile(await readWorldFile(flags.file), flags.file) : undefined;
	const sandbox = await startSandbox({
		...(world ? { world } : {}),
		...(flags.timeScale === undefined ? {} : { timeScale: flags.timeScale }),
		...(flags.port === undefined ? {} : { port: flags.port }),
		onBug: (bug) => noteBug(join(folder, 'bugs.log'), bug),
	});
	try {
		await serveUntilStopped(context, { folder, sandbox });
	} finally {
		await sandbox.close();
		// Last: as long as the folder says that there is a world, its process is there.
		await removeSandboxFolder(folder);
	}
	return 0;
}

/** Writes down how the world is reached, and waits for Ctrl-C or `sandbox down`. */
async function serveUntilStopped(context: Context, { folder, sandbox }: { folder: string; sandbox: Sandbox }) {
	const { openAdmin, writeSandboxFolder } = await import('@lanyard/sandbox-world');
	const adminToken = randomBytes(24).toString('base64url');
	const stopped = Promise.withResolvers<void>();
	context.signal.addEventListener('abort', () => stopped.resolve());
	// It may have come while the world was being made.
	if (context.signal.aborted) stopped.resolve();
	const admin = await openAdmin(sandbox, { token: adminToken, stop: stopped.resolve });
	try {
		await writeSandboxFolder(folder, { sandbox, record: recordOf(sandbox, admin), adminToken });
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
		throw new Problem('bad-world-file', { where: path, found: `cannot read ${path}`, cause });
	}
}
