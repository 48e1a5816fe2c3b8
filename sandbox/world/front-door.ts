/**
 * The sandbox's one door: a forward proxy on loopback, with a port for every machine.
 * - `CONNECT host:443` to a host we imitate: we answer TLS ourselves, with a certificate of the world's own CA.
 * - `CONNECT` or a plain request to IMDS: answered as plain HTTP.
 * - Any other host: 502. Nothing is ever passed on to the network.
 * Behind the door there is one `Request → Response` handler per host; which machine asked is known from the port.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import { getRequestListener } from '@hono/node-server';
import { Problem } from '@lanyard/core';
import type { Handler, Machine, Visit, WorldClock } from '@lanyard/sandbox-ground';

import type { CertificateAuthority } from './certificate-authority.ts';
import { loggedPath, type LogLine, type RequestLog } from './request-log.ts';

export interface FrontDoorOptions {
	authority: CertificateAuthority;
	clock: WorldClock;
	log: RequestLog;
	/** The handler of a host, or undefined for a host that the sandbox does not imitate. */
	handlerFor(host: string): Handler | undefined;
}

export interface FrontDoor {
	/** Opens a proxy port for this machine; the URL is what its `HTTPS_PROXY` holds. */
	openFor(machine: Machine, port?: number): Promise<string>;
	/** The machines that have a port, and their URLs. */
	machines(): { name: string; proxyUrl: string }[];
	close(): Promise<void>;
}

/** Who sits at the other end of a connection, and whom it asked for. */
interface Peer {
	machine: Machine;
	host: string;
}

/** Opens no port by itself: `openFor` does, one per machine. */
export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
	const peers = new WeakMap<object, Peer>();
	const sockets = new Set<Socket>();
	const inside = serve((request, { incoming }) => answer(options, request, peers.get(incoming.socket)));
	// A blob upload may take its time; a client that sends nothing at all is ended by the idle timeout instead.
	inside.requestTimeout = 0;
	const doors: Server[] = [];
	const machines: { name: string; proxyUrl: string }[] = [];

	const enter = async (socket: Socket, peer: Peer, isTls: boolean) => {
		const inner = isTls ? await startTls(options.authority, socket, peer.host) : socket;
		peers.set(inner, peer);
		inside.emit('connection', inner);
	};

	const onConnect = (machine: Machine) => (request: IncomingMessage, socket: Socket, head: Buffer) => {
		const { host, port } = splitAuthority(request.url ?? '');
		// A client may go away at any moment; its connection simply ends.
		socket.on('error', () => socket.destroy());
		if (!options.handlerFor(host)) {
			refuse(options, { machine, host }, socket);
			return;
		}
		socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
		if (head.length > 0) socket.unshift(head);
		enter(socket, { machine, host }, port !== 80).catch(() => socket.destroy());
	};

	const open = (machine: Machine): Server => {
		const door = serve((request) => answerPlain(options, request, machine));
		door.on('connect', onConnect(machine));
		door.on('connection', (socket: Socket) => {
			sockets.add(socket);
			socket.on('close', () => sockets.delete(socket));
		});
		doors.push(door);
		return door;
	};

	return {
		async openFor(machine, port = 0) {
			const proxyUrl = await listen(open(machine), port);
			machines.push({ name: machine.name, proxyUrl });
			return proxyUrl;
		},
		machines: () => [...machines],
		async close() {
			for (const socket of sockets) socket.destroy();
			await Promise.all(doors.map((door) => new Promise((done) => door.close(done))));
		},
	};
}

/** An HTTP server around a `Request → Response` function; it does not listen yet. */
export function serve(handler: Parameters<typeof getRequestListener>[0]): Server {
	const listener = getRequestListener(handler, { overrideGlobalObjects: false });
	return createServer((request, response) => void listener(request, response));
}

/** Listens on loopback only: the door must not be reachable from another machine. */
export function listen(server: Server, port: number): Promise<string> {
	return new Promise((resolve, reject) => {
		server.once('error', (cause: NodeJS.ErrnoException) => {
			if (cause.code !== 'EADDRINUSE') return reject(cause);
			reject(
				new Problem('port-in-use', {
					wanted: `to listen on 127.0.0.1:${port}`,
					found: 'another program listens there',
					fix: 'Leave --port out, or name a free one.',
					cause,
				}),
			);
		});
		server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${portOf(server)}`));
	});
}

function portOf(server: Server): number {
	const address: AddressInfo | string | null = server.address();
	return typeof address === 'object' && address ? address.port : 0;
}

/** The certificate is for the host that was asked for in CONNECT, whatever the client says in SNI. */
async function startTls(authority: CertificateAuthority, socket: Socket, host: string): Promise<TLSSocket> {
	const secureContext = await authority.contextFor(host);
	const tls = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
	// A client that does not trust our CA hangs up during the handshake: that is its answer, not our failure.
	tls.on('error', () => socket.destroy());
	return tls;
}

function splitAuthority(authority: string): { host: string; port: number } {
	const [host = '', port = '443'] = authority.split(':');
	return { host: host.toLowerCase(), port: Number(port) };
}

/** 502 is what clients read as "there is no such host", which is how an unknown registry looks on Azure, too. */
function refuse(options: FrontDoorOptions, peer: Peer, socket: Socket): void {
	const reason = `${peer.host} is not part of the sandbox, and the sandbox passes nothing on`;
	options.log.add(
		line(options, peer, { method: 'CONNECT', path: '', status: 502, decision: { ...notServed(peer.host), reason } }),
	);
	socket.end(`HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${reason}\n`);
}

async function answerPlain(options: FrontDoorOptions, request: Request, machine: Machine): Promise<Response> {
	const host = new URL(request.url).hostname;
	if (options.handlerFor(host)) return answer(options, request, { machine, host });
	const reason = `${host} is not part of the sandbox, and the sandbox passes nothing on`;
	options.log.add(
		line(
			options,
			{ machine, host },
			{ method: request.method, path: '', status: 502, decision: { ...notServed(host), reason } },
		),
	);
	return new Response(`${reason}\n`, { status: 502 });
}

async function answer(options: FrontDoorOptions, request: Request, peer: Peer | undefined): Promise<Response> {
	const handler = peer && options.handlerFor(peer.host);
	if (!handler) return new Response('this connection came from nowhere\n', { status: 400 });
	const entry = line(options, peer, { method: request.method, path: loggedPath(request.url), status: 0 });
	const visit: Visit = {
		machine: peer.machine,
		isFrom: (principal) => void (entry.principal = principal),
		decided: (decision) => void (entry.decision = decision),
	};
	const response = await handler(request, visit).catch((bug: unknown) => brokenAnswer(options, bug));
	entry.status = response.status;
	options.log.add(entry);
	return response;
}

/** A bug of the sandbox's own: told on stderr by whoever runs the world, never hidden behind an Azure-like answer. */
function brokenAnswer(options: FrontDoorOptions, bug: unknown): Response {
	options.log.bug(bug);
	return Response.json(
		{ error: { code: 'SandboxBug', message: 'the sandbox failed on this request; see its log' } },
		{ status: 500 },
	);
}

function notServed(host: string) {
	return { allowed: false, action: 'connect', scope: host };
}

function line(
	options: FrontDoorOptions,
	peer: Peer,
	rest: Pick<LogLine, 'method' | 'path' | 'status' | 'decision'>,
): LogLine {
	return { at: options.clock.now().toISOString(), machine: peer.machine.name, host: peer.host, ...rest };
}
