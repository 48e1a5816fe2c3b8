/*
 * The only file of a cluster that opens connections: a node's way into the world, through its own proxy port. It follows no redirect
 * and adds no header. What fails is said in Go's words, as the programs on a real node would.
 */
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, ProxyAgent, request as send } from 'undici';
import type { Send } from './api-client.ts';
import { NetworkFailure } from './network-failure.ts';

/** A node's connections, until they are closed. */
export interface Transport {
	send: Send;
	close(): Promise<void>;
}

// Azure's own resolver, which nodes ask.
const resolver = '168.63.129.16:53';
const connectTimeoutMs = 30_000;

/** Opens a node's way out: `CONNECT` for https, plain requests for http (IMDS), both at the node's proxy port. */
export function openTransport({ proxyUrl, caPem }: { proxyUrl?: string; caPem: string }): Transport {
	const connect = { ca: caPem, timeout: connectTimeoutMs };
	const dispatcher =
		proxyUrl === undefined ? new Agent({ connect }) : new ProxyAgent({ uri: proxyUrl, requestTls: connect });
	return {
		send: async (request) => {
			try {
				return await sendThrough(dispatcher, request);
			} catch (error) {
				throw new NetworkFailure(goWords(error, new URL(request.url)), error);
			}
		},
		close: () => dispatcher.destroy(),
	};
}

async function sendThrough(dispatcher: Dispatcher, request: Request): Promise<Response> {
	const body = request.body === null ? null : Buffer.from(await request.arrayBuffer());
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

const certificateWords: Record<string, string> = {
	CERT_HAS_EXPIRED: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
	CERT_NOT_YET_VALID: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
	SELF_SIGNED_CERT_IN_CHAIN: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
	UNABLE_TO_GET_ISSUER_CERT: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
};

/** What Go's net and crypto/tls say where Node says this. */
function goWords(error: unknown, url: URL): string {
	const codes = codesOf(error);
	const port = url.port || (url.protocol === 'https:' ? '443' : '80');
	const words: Record<string, string> = {
		...certificateWords,
		ECONNREFUSED: `dial tcp ${url.hostname}:${port}: connect: connection refused`,
		ENOTFOUND: noSuchHost(url),
		EAI_AGAIN: noSuchHost(url),
		ETIMEDOUT: `dial tcp ${url.hostname}:${port}: i/o timeout`,
		UND_ERR_CONNECT_TIMEOUT: `dial tcp ${url.hostname}:${port}: i/o timeout`,
		ECONNRESET: 'EOF',
		UND_ERR_SOCKET: 'EOF',
		ABORT_ERR: 'context canceled',
		UND_ERR_DESTROYED: 'context canceled',
	};
	// The front door answers CONNECT with 502 for a host that does not exist in its world.
	if (messageOf(error).includes('Proxy response (')) return noSuchHost(url);
	if (codes.includes('ERR_TLS_CERT_ALTNAME_INVALID')) {
		return `tls: failed to verify certificate: x509: certificate is not valid for any names, but wanted to match ${url.hostname}`;
	}
	const known = codes.find((code) => Object.hasOwn(words, code));
	return words[known ?? ''] ?? messageOf(error);
}

function noSuchHost(url: URL): string {
	return `dial tcp: lookup ${url.hostname} on ${resolver}: no such host`;
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
