import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Problem, Secret } from '@lanyard/core';
import type { SandboxRecord } from '@lanyard/sandbox-world';
import { z } from 'zod/mini';

import { isSandboxName } from './world-name.ts';

/** What it takes to work in a sandbox from outside its process: exactly what any other client there gets. */
export interface SandboxAccess {
	name: string;
	proxyUrl: string;
	caPem: string;
	kubeconfig: Secret;
	signIn: { tenantId: string; clientId: string; refreshToken: Secret };
	/** How far its clock is ahead of this machine's. */
	aheadMs?: number | undefined;
}

const recordSchema = z.object({
	pid: z.number(),
	proxyUrl: z.string(),
	adminUrl: z.string(),
	startedAt: z.string(),
	timeScale: z.number(),
	aheadMs: z.optional(z.number()),
	stateFolder: z.optional(z.string()),
});
const signInSchema = z.object({ tenantId: z.string(), clientId: z.string(), refreshToken: z.string() });

/** The folder of a world. Throws `wrong-flag` for a name that is none: the folder is removed when its world ends. */
export function sandboxFolder(stateDir: string, name: string): string {
	if (!isSandboxName(name)) {
		throw new Problem('wrong-flag', {
			sentence: 'this cannot be the name of a sandbox',
			wanted: 'lower-case letters, digits and hyphens, at most 40',
			found: `"${name}"`,
		});
	}
	return join(stateDir, 'sandboxes', name);
}

/**
 * Where the clients of a world keep what they sign in with: a world that goes on later has them signed in, and no other world finds
 * what was left by one of the same name.
 */
export function clientFolder(folder: string, { stateFolder }: Pick<SandboxRecord, 'stateFolder'>): string {
	return stateFolder === undefined ? folder : join(stateFolder, 'clients');
}

/** The record of a running world, or undefined when there is none or its process is gone. */
export async function readRecord(folder: string): Promise<SandboxRecord | undefined> {
	const text = await readIfThere(join(folder, 'sandbox.json'));
	const record = text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
	return record && isAlive(record.pid) ? record : undefined;
}

/** Throws `no-sandbox` when no world of this name runs. */
export async function readSandboxAccess(stateDir: string, name: string): Promise<SandboxAccess> {
	const folder = sandboxFolder(stateDir, name);
	const record = await readRecord(folder);
	if (!record) throw noSandbox(name);
	const [caPem, kubeconfig, signIn] = await Promise.all(
		['ca.pem', 'kubeconfig', 'sign-in.json'].map((file) => readFile(join(folder, file), 'utf8')),
	);
	const { tenantId, clientId, refreshToken } = signInSchema.parse(JSON.parse(signIn ?? '{}'));
	return {
		name,
		proxyUrl: record.proxyUrl,
		caPem: caPem ?? '',
		kubeconfig: new Secret(kubeconfig ?? ''),
		signIn: { tenantId, clientId, refreshToken: new Secret(refreshToken) },
		aheadMs: record.aheadMs,
	};
}

export function noSandbox(name: string): Problem {
	const named = name === 'default' ? '' : ` --name ${name}`;
	return new Problem('no-sandbox', {
		sentence: `no sandbox "${name}" is running`,
		wanted: `the world sandbox:${name}`,
		fix: `Start it: lanyard sandbox up${named}`,
	});
}

async function readIfThere(path: string): Promise<string | undefined> {
	try {
		return await readFile(path, 'utf8');
	} catch (cause) {
		if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
		throw cause;
	}
}

/** Signal 0 asks whether the process is there without touching it; EPERM means it is, but is somebody else's. */
export function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (cause) {
		return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
	}
}
