import { connectionProblem } from './connection-problem.ts';

/** The one way out: everything that talks to the world is given one of these. Throws `Problem` where nothing answered. */
export type Send = (request: Request) => Promise<Response>;

/** How to reach the world. */
export interface SendOptions {
	/** `http://127.0.0.1:3128`; both https (by CONNECT) and http go through it. */
	proxyUrl?: string | undefined;
	/** For plain HTTP, which only the metadata service speaks; left out: the same. */
	httpProxyUrl?: string | undefined;
	/** PEM of the CAs to trust. They replace this machine's own, so that what is meant for a sandbox never reaches the real host. */
	ca?: string | undefined;
	/** As the environment variable NO_PROXY has it. */
	noProxy?: string | undefined;
	userAgent: string;
	tls?: TlsOptions;
	/** How long a body may be silent before it counts as cut; a watch may be silent as long as it likes. Default: a minute. */
	bodySilenceMs?: number;
}

/** What a kubeconfig may ask of TLS. */
export interface TlsOptions {
	cert?: string;
	key?: string;
	servername?: string;
	rejectUnauthorized?: boolean;
}

/** A way out that can be shut. */
export interface OpenSend {
	send: Send;
	/** Cuts every connection, also those that are still in use. */
	close(): Promise<void>;
}

/**
 * Wraps a `Send` so that an abort ends whatever is under way: it throws the signal's reason, which is no `Problem` that anybody explains.
 * It does not wait for the connection: undici goes on with a CONNECT that a proxy never answers.
 */
export function untilAborted(send: Send, signal: AbortSignal | undefined): Send {
	if (signal === undefined) return send;
	return (request) => {
		const either = AbortSignal.any([request.signal, signal]);
		return new Promise((answer, fail) => {
			const abort = () => fail(either.reason);
			if (either.aborted) return abort();
			either.addEventListener('abort', abort, { once: true });
			const ended = () => either.removeEventListener('abort', abort);
			void send(new Request(request, { signal: either }))
				.then(answer, fail)
				.finally(ended);
		});
	};
}

type Undici = typeof import('./undici.ts');
type Dispatcher = InstanceType<Undici['EnvHttpProxyAgent']>;

/** Opens connections as needed and keeps them for the next request. Redirects are answers here: nobody follows them. */
export function openSend(options: SendOptions): OpenSend {
	let opened: Promise<{ undici: Undici; dispatcher: Dispatcher }> | undefined;
	const open = async () => {
		const undici = await import('./undici.ts');
		return { undici, dispatcher: makeDispatcher(undici, options) };
	};
	return {
		async send(request) {
			const { undici, dispatcher } = await (opened ??= open());
			try {
				return await sendBy(undici, named(request, options.userAgent), {
					dispatcher,
					bodyTimeout: isWatch(request) ? 0 : (options.bodySilenceMs ?? 60_000),
				});
			} catch (cause) {
				if (request.signal.aborted) throw request.signal.reason;
				throw connectionProblem(cause, new URL(request.url).host);
			}
		},
		async close() {
			await (await opened)?.dispatcher.destroy();
		},
	};
}

/** Empty texts, not undefined: for what is undefined, undici would look into the environment. */
function makeDispatcher({ EnvHttpProxyAgent }: Undici, options: SendOptions): Dispatcher {
	const { proxyUrl = '', httpProxyUrl = proxyUrl, noProxy = '', ca } = options;
	const tls = { ...options.tls, ...(ca === undefined ? {} : { ca }) };
	return new EnvHttpProxyAgent({
		httpProxy: httpProxyUrl,
		httpsProxy: proxyUrl,
		noProxy,
		connect: { ...tls, timeout: 10_000 },
		requestTls: tls,
		headersTimeout: 60_000,
	});
}

/** What is asked to go on until somebody ends it: Kubernetes' watches and followed logs. Whoever reads sets the limit with a signal. */
function isWatch({ url }: Request): boolean {
	const { searchParams } = new URL(url);
	return ['watch', 'follow'].some((name) => /^(?:true|1)$/.test(searchParams.get(name) ?? ''));
}

async function sendBy(
	{ request: sendRequest }: Undici,
	request: Request,
	how: { dispatcher: Dispatcher; bodyTimeout: number },
): Promise<Response> {
	const { statusCode, headers, body } = await sendRequest(request.url, {
		...how,
		method: request.method,
		headers: Object.fromEntries(request.headers),
		body: request.body === null ? null : new Uint8Array(await request.arrayBuffer()),
		signal: request.signal,
	});
	if (hasNoBody(statusCode, request.method)) {
		await body.dump();
		return new Response(null, { status: statusCode, headers: pairs(headers) });
	}
	return new Response(webStream(body, request), { status: statusCode, headers: pairs(headers) });
}

/** `Readable.toWeb` reads ahead and throws away the reason of a failure; this one does neither. */
function webStream(
	body: AsyncIterable<Uint8Array> & { destroy(): unknown },
	{ url, signal }: Request,
): ReadableStream<Uint8Array> {
	const chunks = body[Symbol.asyncIterator]();
	return new ReadableStream({
		async pull(controller) {
			const { done, value } = await chunks.next().catch((cause: unknown) => {
				if (signal.aborted) throw signal.reason;
				throw connectionProblem(cause, new URL(url).host);
			});
			if (done) controller.close();
			else controller.enqueue(value);
		},
		cancel: () => void body.destroy(),
	});
}

function hasNoBody(status: number, method: string): boolean {
	return method === 'HEAD' || [101, 103, 204, 205, 304].includes(status);
}

function pairs(headers: Record<string, string | string[] | undefined>): [string, string][] {
	return Object.entries(headers).flatMap(([name, value = []]) =>
		[value].flat().map((one): [string, string] => [name, one]),
	);
}

function named(request: Request, userAgent: string): Request {
	if (!request.headers.has('user-agent')) request.headers.set('user-agent', userAgent);
	return request;
}
