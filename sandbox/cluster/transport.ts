/*
 * A node's way into the world, through its own proxy port. It follows no redirect and adds no header. What fails is said in Go's
 * words, as the programs on a real node would.
 */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { MachineSettings, WorldClock } from '@lanyard/sandbox-ground';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import type { Send } from './api-client.ts';
import { NetworkFailure } from './network-failure.ts';
import { lookUp, openTunnel, type Way } from './tunnel/transport.ts';

/** A node's connections, until they are closed. */
export interface Transport {
	send: Send;
	/** The canonical name of a host, as the machine's resolver tells it; fails with a `NetworkFailure`. */
	lookUp(host: string): Promise<string>;
	close(): Promise<void>;
}

export interface TransportOptions {
	proxyUrl: string;
	caPem: string;
	/** Waiting for a connection takes this clock's time; none where absent. */
	clock?: WorldClock;
	settings?: () => MachineSettings;
}

// containerd's dialer and Go's resolver give up after this.
const connectTimeoutMs = 30_000;

/** Opens a node's way out. */
export function openTransport({ proxyUrl, caPem, clock, settings = () => ({}) }: TransportOptions): Transport {
	const closing = new AbortController();
	// Reading the authorities takes as long as the rest of a handshake, so it is done once.
	let trusted: SecureContext | undefined;
	const way: Way = {
		proxyUrl,
		trust: () => (trusted ??= createSecureContext({ ca: caPem })),
		// Certificates are made for this machine's clock, which no jump of the world's moves.
		now: () => new Date(Date.now() + (settings().clockAheadMs ?? 0)),
		patience: async () => clock?.sleep(connectTimeoutMs, closing.signal),
	};
	let agent: Promise<Agent> | undefined;
	return {
		send: async (request) => {
			try {
				agent ??= openAgent(way);
				return await sendThrough(await agent, request);
			} catch (error) {
				if (error instanceof NetworkFailure) throw error;
				throw new NetworkFailure(goWords(error, new URL(request.url)), { cause: error });
			}
		},
		lookUp: (host) => lookUp(way, host),
		close: () => {
			closing.abort();
			return agent?.then((opened) => opened.destroy()) ?? Promise.resolve();
		},
	};
}

/** Loaded by the first request: a world is ready before any node asks for anything, and this is the largest library of all. */
async function openAgent(way: Way): Promise<Agent> {
	const { Agent } = await import('./undici.ts');
	return new Agent({ connect: connectorOf(way) });
}

function connectorOf(way: Way): buildConnector.connector {
	return (target, done) => void connect(way, target, done);
}

async function connect(way: Way, target: buildConnector.Options, done: buildConnector.Callback): Promise<void> {
	const { hostname, port, protocol } = target;
	let socket: Socket;
	try {
		socket = await openTunnel(way, { hostname, port, isTls: protocol === 'https:' });
	} catch (error) {
		done(error instanceof Error ? error : new Error(String(error)), null);
		return;
	}
	done(null, socket);
}

async function sendThrough(dispatcher: Dispatcher, request: Request): Promise<Response> {
	const body = request.body === null ? null : Buffer.from(await request.arrayBuffer());
	const { request: send } = await import('./undici.ts');
	const {
		statusCode,
		headers,
		body: answer,
	} = await send(request.url, {
		dispatcher,
		method: toMethod(request.method),
		headers: Object.fromEntries(request.headers),
		body,
		signal: request.signal,
	});
	const fields = Object.entries(headers).flatMap(([name, value]) =>
		[value ?? []].flat().map((one): [string, string] => [name, one]),
	);
	const isEmpty = request.method === 'HEAD' || [204, 205, 304].includes(statusCode);
	if (isEmpty) await answer.dump();
	return new Response(isEmpty ? null : streamOf(answer), { status: statusCode, headers: fields });
}

/** Not `Readable.toWeb`: that one goes on writing into a stream that its reader has left, and throws where nobody can catch it. */
function streamOf(answer: Readable): ReadableStream<Uint8Array> {
	const chunks = answer.iterator({ destroyOnReturn: true });
	return new ReadableStream({
		async pull(controller) {
			const { done, value } = await chunks.next();
			if (done) controller.close();
			else if (value instanceof Uint8Array) controller.enqueue(value);
		},
		async cancel() {
			await chunks.return?.();
		},
	});
}

const methods: readonly Dispatcher.HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function toMethod(method: string): Dispatcher.HttpMethod {
	return methods.find((known) => known === method) ?? 'GET';
}

/** What Go's net and crypto/tls say where Node says this. */
function goWords(error: unknown, url: URL): string {
	const port = url.port || (url.protocol === 'https:' ? '443' : '80');
	const words: Record<string, string> = {
		ECONNREFUSED: `dial tcp ${url.hostname}:${port}: connect: connection refused`,
		// A TLS client that reads the first letters of an HTTP answer.
		ERR_SSL_WRONG_VERSION_NUMBER: 'http: server gave HTTP response to HTTPS client',
		ERR_SSL_PACKET_LENGTH_TOO_LONG: 'http: server gave HTTP response to HTTPS client',
		ECONNRESET: 'EOF',
		UND_ERR_SOCKET: 'EOF',
		ABORT_ERR: 'context canceled',
		UND_ERR_DESTROYED: 'context canceled',
	};
	const known = codesOf(error).find((code) => Object.hasOwn(words, code));
	return words[known ?? ''] ?? messageOf(error);
}

/** The codes of an error and of what caused it, outermost first. */
function codesOf(error: unknown): string[] {
	if (!(error instanceof Error)) return [];
	const own =
		'code' in error && typeof error.code === 'string' ? error.code : error.name === 'AbortError' ? 'ABORT_ERR' : '';
	return [own, ...codesOf(error.cause)];
}

function messageOf(error: unknown): string {
	if (!(error instanceof Error)) return 'the connection failed';
	return error.cause instanceof Error ? `${error.message}: ${messageOf(error.cause)}` : error.message;
}
