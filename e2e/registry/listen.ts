import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server } from 'node:net';
import { createSecureContext } from 'node:tls';

import type { KeyPair } from '../kubernetes/pki.ts';

export type Handler = (request: Request) => Promise<Response | undefined>;

export interface Listener {
	address: string;
	port: number;
	/** With certificates it speaks TLS: the one for the host that is asked for, else the one of `*`. */
	certificates?: Record<string, KeyPair>;
}

/** Serves the handler at an address; where the handler gives no answer the connection is cut. */
export async function listen(handler: Handler, { address, port, certificates }: Listener): Promise<Server> {
	const scheme = certificates ? 'https' : 'http';
	const answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void respond(incoming, outgoing);
	const respond = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
		const response = await handler(await readRequest(incoming, scheme));
		if (response) {
			outgoing.writeHead(response.status, Object.fromEntries(response.headers));
			outgoing.end(Buffer.from(await response.arrayBuffer()));
		} else incoming.socket.destroy();
	};
	const server = certificates ? createSecureServer(chooseCertificate(certificates), answer) : createPlainServer(answer);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, address, resolve);
	});
	return server;
}

function chooseCertificate(certificates: Record<string, KeyPair>) {
	const contexts = Object.entries(certificates).map(([host, { certificate, key }]) => {
		return [host, createSecureContext({ cert: certificate, key })] as const;
	});
	const byHost = new Map(contexts);
	return {
		SNICallback: (
			host: string,
			done: (error: Error | null, context?: ReturnType<typeof createSecureContext>) => void,
		) => done(null, byHost.get(host) ?? byHost.get('*')),
	};
}

async function readRequest(incoming: IncomingMessage, scheme: string): Promise<Request> {
	const headers = new Headers();
	for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
	const method = incoming.method ?? 'GET';
	const url = `${scheme}://${incoming.headers.host ?? 'localhost'}${incoming.url ?? '/'}`;
	if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
	const parts: Uint8Array[] = [];
	for await (const part of incoming) parts.push(part);
	return new Request(url, { method, headers, body: Buffer.concat(parts) });
}
