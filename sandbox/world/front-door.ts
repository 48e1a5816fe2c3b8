/**
 * The sandbox's one door: a forward proxy on loopback, with a port for every machine.
 * - `CONNECT host:443` to a host we imitate: we answer TLS ourselves, with a certificate of the world's own CA.
 * - `CONNECT` or a plain request to IMDS: answered as plain HTTP.
 * - Any other host: 502. Nothing is ever passed on to the network.
 * Behind the door there is one `Request → Response` handler per host; which machine asked is known from the port.
 */
import { createServer, IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import { getRequestListener } from '@hono/node-server';
import { Problem } from '@lanyard/core';
import { forHost, type Machine } from '@lanyard/sandbox-ground';

import { answer, type AnswerOptions, line, notServed, type Peer } from './answer.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { aliasesIn, noSuchHost, type Obstacle, obstacleTo } from './obstacle.ts';
import { createPatience, longestSilenceMs, type Patience, type PatienceOptions } from './patience.ts';
import { giveWireBody } from './wire-body.ts';

export interface FrontDoorOptions extends AnswerOptions {
	authority: CertificateAuthority;
	/** Whose certificate a host has, where it is not the world's; such a host also asks clients for theirs. */
	authorityFor?(host: string): CertificateAuthority | undefined;
	/** The canonical name of a host, where it has another than its own. */
	aliasOf?(host: string): string | undefined;
	/** Signs for a host where the machine is shown the certificate of somebody else. */
	stranger?: () => Promise<CertificateAuthority>;
	patience?: PatienceOptions;
}

export interface FrontDoor {
	/** Opens a proxy port for this machine; the URL is what its `HTTPS_PROXY` holds. */
	openFor(machine: Machine, port?: number): Promise<string>;
	/** The machines that have a port, and their URLs. */
	machines(): { name: string; proxyUrl: string }[];
	/** Cuts a machine's connections, so that what changed on its way is met at once. */
	cut(machine: string): void;
	/** Closes a machine's port, and ends what came through it. */
	shut(machine: string): Promise<void>;
	close(): Promise<void>;
}

/** IMDS: link-local, plain HTTP (learn.microsoft.com/azure/virtual-machines/instance-metadata-service). */
const metadataHost = '169.254.169.254';

/** Opens no port by itself: `openFor` does, one per machine. */
export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
	const peers = new WeakMap<object, Peer>();
	const sockets = new Map<Socket, string>();
	const inside = serveInside(options, peers);
	const doors = new Map<string, { server: Server; proxyUrl: string }>();
	const patience = createPatience(options.patience);
	patience.heed(inside);

	const open = (machine: Machine): Server => {
		const door = serve((request) => answerPlain(options, request, machine));
		patience.heed(door);
		door.on('connect', connectFor({ options, patience, inside, peers }, machine));
		return door.on('connection', (socket: Socket) => {
			sockets.set(socket, machine.name);
			socket.on('close', () => sockets.delete(socket));
		});
	};
	const cut = (machine: string) => cutSockets(sockets, machine);
	const shut = async (machine: string) => {
		const door = doors.get(machine);
		doors.delete(machine);
		cut(machine);
		if (door) await new Promise((done) => door.server.close(done));
	};

	return {
		async openFor(machine, port = 0) {
			await shut(machine.name);
			const server = open(machine);
			const proxyUrl = await listen(server, port);
			doors.set(machine.name, { server, proxyUrl });
			return proxyUrl;
		},
		machines: () => Array.from(doors, ([name, { proxyUrl }]) => ({ name, proxyUrl })),
		cut,
		shut,
		close: async () => void (await Promise.all([...doors.keys()].map(shut))),
	};
}

/** What is at hand when a client asks for a way inside. */
interface Ways {
	options: FrontDoorOptions;
	patience: Patience;
	inside: Server;
	peers: WeakMap<object, Peer>;
}

/** Answers a machine's CONNECT: leads inside, or says what is in the way. */
function connectFor({ options, patience, inside, peers }: Ways, machine: Machine) {
	const enter = async (socket: Socket, peer: Peer, isTls: boolean) => {
		const inner = isTls ? await startTls(options, socket, peer) : socket;
		// Who left while a certificate was made.
		if (socket.destroyed) return void inner.destroy();
		peers.set(inner, peer);
		patience.leave(socket);
		inside.emit('connection', inner);
	};

	return (request: IncomingMessage, socket: Socket, head: Buffer) => {
		const { host, port } = splitAuthority(request.url ?? '');
		const peer = { machine, host };
		// A client may go away at any moment; its connection simply ends.
		socket.on('error', () => socket.destroy());
		patience.expect(socket);
		const settings = options.settingsOf?.(machine.name) ?? {};
		const obstacle = obstacleTo(settings, host);
		if (obstacle) return hinder(options, peer, { socket, obstacle });
		// TLS hosts answer on 443, the metadata service on 80, as in Azure; nothing answers anywhere else.
		if (!options.handlerFor(host) || port !== (host === metadataHost ? 80 : 443)) {
			return hinder(options, peer, { socket, obstacle: strangerTo(host) });
		}
		socket.write(`HTTP/1.1 200 Connection established\r\nproxy-status: lanyard${aliasesOf(options, peer)}\r\n\r\n`);
		if (forHost(settings.routes, host) === 'cut') return void socket.once('data', () => socket.destroy());
		if (head.length > 0) socket.unshift(head);
		enter(socket, peer, port !== 80).catch(() => socket.destroy());
	};
}

function cutSockets(sockets: Map<Socket, string>, machine: string): void {
	for (const [socket, name] of sockets) if (name === machine) socket.destroy();
}

/** What answers behind the door, on connections that it lets in. */
function serveInside(options: FrontDoorOptions, peers: WeakMap<object, Peer>): Server {
	const inside = serve(async (request, { incoming }) => {
		if (incoming instanceof IncomingMessage) giveWireBody(request, incoming);
		const peer = peers.get(incoming.socket);
		const certificate = peer && options.authorityFor?.(peer.host) && shownCertificate(incoming.socket);
		const response = await answer(options, request, peer && { ...peer, ...(certificate && { certificate }) });
		// A handler whose service hangs up instead of answering gives the Fetch standard's network error.
		if (response.type === 'error') incoming.socket.destroy();
		return response.type === 'error' ? new Response(null) : response;
	});
	// A blob upload may take its time, as long as something of it comes.
	inside.requestTimeout = 0;
	inside.timeout = options.patience?.silenceMs ?? longestSilenceMs;
	return inside;
}

function shownCertificate(socket: Socket): Uint8Array | undefined {
	return socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
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

/** The certificate is for the host that was asked for in CONNECT, whatever the client says in SNI; unless something is wrong there. */
async function startTls(options: FrontDoorOptions, socket: Socket, { machine, host }: Peer): Promise<Socket> {
	const shown = forHost(options.settingsOf?.(machine.name).certificates, host);
	if (shown === 'none') return socket;
	const strange = shown === 'unknown-authority' ? await options.stranger?.() : undefined;
	const own = options.authorityFor?.(host);
	const authority = strange ?? own ?? options.authority;
	const isExpired = shown === 'expired';
	const secureContext = await authority.contextFor(shown === 'other-name' ? `other.${host}` : host, { isExpired });
	const tls = new TLSSocket(socket, {
		isServer: true,
		secureContext,
		ALPNProtocols: ['http/1.1'],
		// A client may come without one, and what it shows is the API server's to judge.
		requestCert: own !== undefined,
		rejectUnauthorized: false,
	});
	// A client that does not trust our CA hangs up during the handshake: that is its answer, not our failure.
	tls.on('error', () => socket.destroy());
	return tls;
}

function splitAuthority(authority: string): { host: string; port: number } {
	const [host = '', port = '443'] = authority.split(':');
	return { host: host.toLowerCase(), port: Number(port) };
}

/** 502 is what clients read as "there is no such host", which is how an unknown registry looks on Azure, too. */
function strangerTo(host: string): Obstacle {
	return { ...noSuchHost(host), says: `${host} is not part of the sandbox, and the sandbox passes nothing on` };
}

/** What a resolver says beside an address; a machine reads it there also where the way beyond is blocked. */
function aliasesOf(options: FrontDoorOptions, { machine, host }: Peer): string {
	return aliasesIn(options.settingsOf?.(machine.name) ?? {}, { host, alias: options.aliasOf?.(host) });
}

function hinder(options: FrontDoorOptions, peer: Peer, on: { socket: Socket; obstacle: Obstacle }): void {
	const { status, says } = on.obstacle;
	const proxyStatus = `${on.obstacle.proxyStatus}${aliasesOf(options, peer)}`;
	const decision = { ...notServed(peer.host), reason: says };
	options.log.add(line(options, peer, { method: 'CONNECT', path: '', status, decision }));
	const words = status === 502 ? '502 Bad Gateway' : '504 Gateway Timeout';
	const headers = `content-type: text/plain\r\nconnection: close\r\nproxy-status: ${proxyStatus}\r\n`;
	on.socket.end(`HTTP/1.1 ${words}\r\n${headers}\r\n${says}\n`);
}

async function answerPlain(options: FrontDoorOptions, request: Request, machine: Machine): Promise<Response> {
	const host = new URL(request.url).hostname;
	if (host === metadataHost && options.handlerFor(host)) return answer(options, request, { machine, host });
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
