import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import type { Sandbox } from './sandbox.ts';

/** What other processes must know of a running world: `sandbox.json` in its folder. */
export interface SandboxRecord {
	pid: number;
	proxyUrl: string;
	adminUrl: string;
	startedAt: string;
	timeScale: number;
	/** Where the world outlives its process; absent when it does not. */
	stateFolder?: string | undefined;
}

/**
 * Writes a world's folder (DESIGN: places): the record, trust, kubeconfig and the signed-in user. All of it readable by
 * its owner only; `sandbox.json` last, because its presence says that the world is ready.
 */
export async function writeSandboxFolder(
	folder: string,
	o: { sandbox: Sandbox; record: SandboxRecord; adminToken: string; clients: string },
): Promise<void> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await chmod(folder, 0o700);
	for (const place of [join(o.clients, 'azure'), join(o.clients, 'docker'), join(folder, 'shims')])
		await mkdir(place, { recursive: true, mode: 0o700 });
	const { caPem, kubeconfig, signIn } = o.sandbox;
	await writePrivate(join(folder, 'ca.pem'), caPem);
	// CA variables replace a client's roots: the bundle holds the usual ones as well.
	await writePrivate(join(folder, 'bundle.pem'), [...rootCertificates, caPem].join('\n'));
	await writePrivate(join(folder, 'kubeconfig'), kubeconfig);
	// What clients added to theirs stays.
	const own = join(o.clients, 'kubeconfig');
	if (!existsSync(own)) await writePrivate(own, kubeconfig);
	await writePrivate(join(folder, 'sign-in.json'), JSON.stringify(signIn));
	await writePrivate(join(folder, 'admin-token'), o.adminToken);
	await writePrivate(join(folder, 'sandbox.json'), JSON.stringify(o.record, null, '\t'));
}

/** Takes a world's folder away once the world has ended. */
export async function removeSandboxFolder(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true });
}

async function writePrivate(path: string, text: string): Promise<void> {
	// Readers see a whole file or none, and a file that was open to others is never written into.
	const made = `${path}.${process.pid}`;
	await rm(made, { force: true });
	await writeFile(made, text, { mode: 0o600, flag: 'wx' });
	await rename(made, path);
}
