import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { openClientFolder, writePrivate } from './client-folder.ts';
import type { Sandbox } from './sandbox.ts';

/** What other processes must know of a running world: `sandbox.json` in its folder. */
export interface SandboxRecord {
	pid: number;
	proxyUrl: string;
	adminUrl: string;
	startedAt: string;
	timeScale: number;
	/** How far the world's clock has leapt ahead of this machine's. */
	aheadMs?: number | undefined;
	/** Where the world outlives its process; absent when it does not. */
	stateFolder?: string | undefined;
}

/** What of a world is written down. */
type ServedSandbox = Pick<Sandbox, 'caPem' | 'proxyUrl' | 'kubeconfig' | 'signIn'>;

/**
 * Writes a world's folder (DESIGN: places): the record, trust, kubeconfig and the signed-in user. All of it readable by
 * its owner only; `sandbox.json` last, because its presence says that the world is ready.
 */
export async function writeSandboxFolder(
	folder: string,
	o: { sandbox: ServedSandbox; record: SandboxRecord; adminToken: string; clients: string },
): Promise<void> {
	const { caPem, proxyUrl, kubeconfig, signIn } = o.sandbox;
	const variables = await openClientFolder(folder, { caPem, proxyUrl, kubeconfig }, o.clients);
	await mkdir(join(folder, 'shims'), { recursive: true, mode: 0o700 });
	await writePrivate(join(folder, 'environment.json'), JSON.stringify(variables, null, '\t'));
	await writePrivate(join(folder, 'sign-in.json'), JSON.stringify(signIn));
	await writePrivate(join(folder, 'admin-token'), o.adminToken);
	await writePrivate(join(folder, 'sandbox.json'), JSON.stringify(o.record, null, '\t'));
}

/** Takes a world's folder away once the world has ended. */
export async function removeSandboxFolder(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true });
}
