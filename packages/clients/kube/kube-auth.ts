import { type Clock, Problem } from '@lanyard/core';
import type { RunProgram } from '../run-program.ts';
import type { OpenSend, TlsOptions } from '../send.ts';
import { type ExecCredential, runExecPlugin } from './exec-credential.ts';
import type { KubeContext, Material } from './kubeconfig.ts';

/** What opens the API server right now: header and connections. */
export interface KubeDoor {
	authorization: string | undefined;
	connection: OpenSend;
}

/** The way into one cluster. */
export interface KubeAuth {
	/** Whether a refused credential can be replaced: a plugin or a file may have a new one. */
	canRenew: boolean;
	/** Renews shortly before the credential ends, or when the last one was refused. */
	door(isRefused: boolean): Promise<KubeDoor>;
	close(): Promise<void>;
}

/** What it takes to make the way in. */
export interface KubeAuthOptions {
	clock: Clock;
	run: RunProgram | undefined;
	/** Opens connections with these TLS settings. */
	connect: (tls: TlsOptions, ca: string | undefined) => OpenSend;
}

/** How long before its end a plugin's credential is replaced; client-go waits for the end, which costs a refusal. */
const earlyMs = 10_000;

/** Makes the way into the cluster of a context. */
export function kubeAuth(context: KubeContext, options: KubeAuthOptions): KubeAuth {
	let current: Promise<{ door: KubeDoor; endsAt: Date | undefined }> | undefined;
	// A certificate belongs to its connections, so a new credential means new ones; what runs on the old ones may end there.
	const connections: OpenSend[] = [];
	const connect: KubeAuthOptions['connect'] = (tls, ca) => {
		const connection = options.connect(tls, ca);
		connections.push(connection);
		return connection;
	};
	return {
		canRenew: context.user.exec !== undefined || context.user.tokenFile !== undefined,
		async door(isRefused) {
			const endsAt = (await current)?.endsAt;
			const isOver = endsAt !== undefined && endsAt.getTime() - earlyMs <= options.clock.now().getTime();
			if (isRefused || isOver) current = undefined;
			current ??= openDoor(context, { ...options, connect });
			current.catch(() => (current = undefined));
			return (await current).door;
		},
		async close() {
			await Promise.all(connections.splice(0).map((connection) => connection.close()));
		},
	};
}

async function openDoor(context: KubeContext, { run, connect }: KubeAuthOptions) {
	const { exec } = context.user;
	const credential = exec ? await runExecPlugin(exec, context, run) : undefined;
	const authorization = await authorizationOf(context, credential);
	const connection = connect(await tlsOf(context, credential), await readMaterial(context.ca));
	return { door: { authorization, connection }, endsAt: credential?.endsAt };
}

async function authorizationOf(
	{ user }: KubeContext,
	credential: ExecCredential | undefined,
): Promise<string | undefined> {
	if (credential?.token) return `Bearer ${credential.token.reveal()}`;
	if (user.tokenFile) return `Bearer ${(await readText(user.tokenFile)).trim()}`;
	if (user.token) return `Bearer ${user.token.reveal()}`;
	if (!user.basic) return undefined;
	return `Basic ${Buffer.from(`${user.basic.user}:${user.basic.password.reveal()}`).toString('base64')}`;
}

async function tlsOf(
	{ user, isInsecure, tlsServerName }: KubeContext,
	credential: ExecCredential | undefined,
): Promise<TlsOptions> {
	const cert = credential?.certificate ?? (await readMaterial(user.certificate));
	const key = credential?.key ?? (await readMaterial(user.key));
	return {
		...(cert && key ? { cert, key } : {}),
		...(tlsServerName ? { servername: tlsServerName } : {}),
		...(isInsecure ? { rejectUnauthorized: false } : {}),
	};
}

async function readMaterial(material: Material): Promise<string | undefined> {
	if (!material) return undefined;
	return 'pem' in material ? material.pem : readText(material.file);
}

async function readText(file: string): Promise<string> {
	const fs = await import('node:fs/promises');
	try {
		return await fs.readFile(file, 'utf8');
	} catch (cause) {
		throw new Problem('no-cluster-access', { wanted: `the file "${file}" that the kubeconfig names`, cause });
	}
}
