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
import {
	forHost,
	type Handler,
	type Machine,
	type MachineSettings,
	type Visit,
	type WorldClock,
} from '@lanyard/sandbox-ground';

import type { CertificateAuthority } from './certificate-authority.ts';
import { aliasesIn, noSuchHost, type Obstacle, obstacleTo } from './obstacle.ts';
import { createPatience, longestSilenceMs, type Patience, type PatienceOptions } from './patience.ts';
import { giveWireBody } from './wire-body.ts';
import { loggedPath, type LogLine, type RequestLog } from './request-log.ts';
import { issuedBy, shownBy } from './shown.ts';

export interface FrontDoorOptions {
	authority: CertificateAuthority;
	clock: WorldClock;
	log: RequestLog;
	/** The handler of a host, or undefined for a host that the sandbox does not imitate. */
	handlerFor(host: string): Handler | undefined;
	/** What is wrong with a machine's way; nothing when absent. */
	settingsOf?(machine: string): MachineSettings;
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

/** Who sits at the other end of a connection, and whom it asked for. */
interface Peer {
	machine: Machine;
	host: string;
	/** The client's own, in DER. */
	certificate?: Uint8Array;
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

async function answer(options: FrontDoorOptions, request: Request, peer: Peer | undefined): Promise<Response> {
	const handler = peer && options.handlerFor(peer.host);
	// A connection outlives its host when a cluster is deleted: it ends there.
	if (peer && !handler) return Response.error();
	if (!handler) return new Response('this connection came from nowhere\n', { status: 400 });
	const entry = {
		...line(options, peer, { method: request.method, path: loggedPath(request.url), status: 0 }),
		shown: await shownBy(request),
		...clientOf(request),
	};
	const { identities = peer.machine.identities } = options.settingsOf?.(peer.machine.name) ?? {};
	const visit: Visit = {
		machine: { ...peer.machine, identities },
		...(peer.certificate && { clientCertificate: peer.certificate }),
		isFrom: (principal) => void (entry.principal = principal),
		decided: (decision) => void (entry.decision = decision),
	};
	const response = await handler(request, visit).catch((bug: unknown) => brokenAnswer(options, bug));
	entry.status = response.status;
	const issued = isAboutTokens(request) ? await issuedBy(response) : undefined;
	const ids = requestIds(request, response);
	const requestIdsOf = ids.length > 0 && { requestIds: ids };
	options.log.add({ ...entry, ...requestIdsOf, ...(issued !== undefined && { issued }) });
	return response;
}

function isAboutTokens({ url }: Request): boolean {
	return /\/(?:token|exchange)$/.test(new URL(url).pathname);
}

/** `docker/28.2.2`, and what the Azure CLI says it is doing: `acr import`. */
function clientOf({ headers }: Request): Pick<LogLine, 'client' | 'command'> {
	const [client] = headers.get('user-agent')?.split(' ') ?? [];
	const command = headers.get('commandname');
	const short = (text: string) => text.slice(0, 80);
	return { ...(client && { client: short(client) }), ...(command && { command: short(command) }) };
}

/** What a client shows when a request fails: by it people ask for the reason. */
const idHeaders = [
	'x-ms-correlation-request-id',
	'x-ms-request-id',
	'x-ms-client-request-id',
	'client-request-id',
	'request-id',
];

function requestIds(request: Request, response: Response): string[] {
	const found = [response.headers, request.headers].flatMap((headers) => idHeaders.map((name) => headers.get(name)));
	return [...new Set(found.filter((id) => id !== null).map((id) => id.slice(0, 80)))];
}

/** A bug of the sandbox's own: told on stderr by whoever runs the world, never hidden behind an Azure-like answer. */
function brokenAnswer(options: FrontDoorOptions, bug: unknown): Response {
	// A client that goes away in the middle of its request, as node:http tells it: nobody hears the answer.
	if (bug instanceof Error && bug.message === 'aborted' && 'code' in bug && bug.code === 'ECONNRESET') return gone();
	options.log.bug(bug);
	return Response.json(
		{ error: { code: 'SandboxBug', message: 'the sandbox failed on this request; see its log' } },
		{ status: 500 },
	);
}

function gone(): Response {
	return new Response('the request broke off\n', { status: 400 });
}

function notServed(host: string) {
	return { allowed: false, action: 'connect', scope: host };
}

function line(
	options: FrontDoorOptions,
	peer: Peer,
	rest: Pick<LogLine, 'method' | 'path' | 'status' | 'decision'>,
): Omit<LogLine, 'number'> {
	const { name, address } = peer.machine;
	return { at: options.clock.now().toISOString(), machine: name, address, host: peer.host, ...rest };
}
