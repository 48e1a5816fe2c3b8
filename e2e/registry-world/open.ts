import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { openSend, type Send } from '@lanyard/clients';

/** A registry in a process of its own. */
export interface RegistryWorld {
	host: string;
	proxyUrl: string;
	caPem: string;
	pid: number;
	send: Send;
	/** A refresh token of the registry's owner. */
	refreshToken(): Promise<string>;
	/** An access token of the registry's owner. */
	token(scope: string): Promise<string>;
	/** What its process holds, in bytes. */
	memory(): Promise<{ rss: number; heapUsed: number; external: number }>;
	/** As if the power had gone. */
	kill(): Promise<void>;
	close(): Promise<void>;
	/** What it said on stderr: nothing, as long as it has no bug. */
	complaints(): string;
}

const host = 'benchregistry.azurecr.io';

/** Starts it on a folder, where it goes on if it was there before. */
export async function openRegistryWorld(stateFolder: string): Promise<RegistryWorld> {
	const script = new URL('world.ts', import.meta.url).pathname;
	const child = spawn(process.execPath, ['--expose-gc', script, stateFolder], { stdio: 'pipe' });
	let complaints = '';
	child.stderr.on('data', (chunk: Buffer) => void (complaints += chunk.toString()));
	const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
	const next = async () => {
		const { value, done } = await lines.next();
		if (done) throw new Error(`the world ended: ${complaints}`);
		return JSON.parse(value);
	};
	const { proxyUrl, caPem, signIn } = await next();
	const { send, close } = openSend({ proxyUrl, ca: caPem, userAgent: 'registry-world' });
	const refreshToken = () => refreshTokenOf(send, signIn);
	return {
		host,
		proxyUrl,
		caPem,
		pid: child.pid ?? 0,
		send,
		refreshToken,
		token: async (scope) => {
			const form = { grant_type: 'refresh_token', service: host, scope, refresh_token: await refreshToken() };
			return textOf(await send(post(`https://${host}/oauth2/token`, form)), 'access_token');
		},
		async memory() {
			child.stdin.write('\n');
			return next();
		},
		async kill() {
			const ended = endOf(child);
			child.kill('SIGKILL');
			await ended;
			await close();
		},
		async close() {
			const ended = endOf(child);
			child.stdin.end();
			await close();
			await ended;
		},
		complaints: () => complaints,
	};
}

function endOf(child: ChildProcess): Promise<void> {
	return new Promise((resolve) => child.once('close', () => resolve()));
}

interface SignedIn {
	tenantId: string;
	clientId: string;
	refreshToken: string;
}

async function refreshTokenOf(send: Send, { tenantId, clientId, refreshToken }: SignedIn): Promise<string> {
	const grant = { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken };
	const entra = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
	const scope = 'https://containerregistry.azure.net/.default';
	const access_token = await textOf(await send(post(entra, { ...grant, scope })), 'access_token');
	const exchange = { grant_type: 'access_token', service: host, access_token };
	return textOf(await send(post(`https://${host}/oauth2/exchange`, exchange)), 'refresh_token');
}

function post(url: string, form: Record<string, string>): Request {
	return new Request(url, { method: 'POST', body: new URLSearchParams(form) });
}

async function textOf(answer: Response, name: string): Promise<string> {
	const body: unknown = await answer.json();
	const value =
		typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === name)?.[1] : '';
	if (typeof value !== 'string' || value === '') throw new Error(`${answer.status}: no "${name}"`);
	return value;
}
