import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type ExitCode, Problem } from '@lanyard/core';

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
	const { openAdmin, parseWorldFile, removeSandboxFolder, startSandbox, writeSandboxFolder } =
		await import('@lanyard/sandbox-world');
	const folder = sandboxFolder(context.config.stateDir().path, flags.name);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const world = flags.file ? parseWorldFile(await readWorldFile(flags.file), flags.file) : undefined;
	const sandbox = await startSandbox({
		...(world ? { world } : {}),
		...(flags.timeScale === undefined ? {} : { timeScale: flags.timeScale }),
		...(flags.port === undefined ? {} : { port: flags.port }),
		onBug: (bug) => void appendFile(join(folder, 'bugs.log'), `${bug instanceof Error ? bug.stack : String(bug)}\n`),
	});
	const adminToken = randomBytes(24).toString('base64url');
	const stopped = Promise.withResolvers<void>();
	context.signal.addEventListener('abort', () => stopped.resolve());
	const admin = await openAdmin(sandbox, { token: adminToken, stop: stopped.resolve });
	const record = {
		pid: process.pid,
		proxyUrl: sandbox.proxyUrl,
		adminUrl: admin.url,
		startedAt: sandbox.startedAt.toISOString(),
		timeScale: sandbox.clock.scale,
	};
	await writeSandboxFolder(folder, { sandbox, record, adminToken });
	await stopped.promise;
	await removeSandboxFolder(folder);
	await admin.close();
	await sandbox.close();
	return 0;
}

async function readWorldFile(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (cause) {
		throw new Problem('bad-world-file', { where: path, found: `cannot read ${path}`, cause });
	}
}
