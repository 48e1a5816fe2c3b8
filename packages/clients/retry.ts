import { Problem } from '@lanyard/core';
import { systemCode } from './connection-problem.ts';
import type { Send } from './send.ts';
import type { Sleep } from './sleep.ts';

/*
 * Trying again. 429 means "not done", so everything is sent again. After a 5xx or a cut connection only what does no harm
 * twice is: reads, PUTs (role assignments and manifests have names), and the POSTs that only read. A Retry-After is
 * obeyed up to 30 s; a longer one goes to the caller, who can say so. Otherwise the wait doubles, with full jitter.
 */

/** How to wait, and how often. */
export interface RetryOptions {
	sleep: Sleep;
	/** From 0 to below 1. */
	random: () => number;
	/** How often altogether; 4 if it is not said. */
	tries?: number;
	/** Told of a wait that whoever answered asks for, and when it is over. */
	onAskedToWait?(wait: AskedWait | 'over'): void;
}

/** A wait that a Retry-After asks for. */
export interface AskedWait {
	/** Who asks. */
	host: string;
	seconds: number;
}

const longestWaitMs = 30_000;

/** Wraps a `Send` so that what failed in passing is tried again. */
export function withRetry(send: Send, options: RetryOptions): Send {
	const { random, tries = 4 } = options;
	return async (request) => {
		for (let failures = 0; failures < tries - 1; failures++) {
			const outcome = await attempt(send, request.clone());
			const wait = waitAfter(outcome, { request, jitterMs: random() * 500 * 2 ** failures });
			if (wait === undefined) return outcomeOf(outcome);
			if (outcome instanceof Response) await outcome.body?.cancel();
			await waitOut(wait, request, options);
		}
		return send(request);
	};
}

async function attempt(send: Send, request: Request): Promise<Response | Problem> {
	try {
		return await send(request);
	} catch (problem) {
		if (problem instanceof Problem) return problem;
		throw problem;
	}
}

function outcomeOf(outcome: Response | Problem): Response {
	if (outcome instanceof Problem) throw outcome;
	return outcome;
}

interface Wait {
	jitterMs: number;
	/** As a Retry-After says. */
	seconds?: number;
}

async function waitOut({ jitterMs, seconds = 0 }: Wait, request: Request, options: RetryOptions): Promise<void> {
	if (seconds > 0) options.onAskedToWait?.({ host: new URL(request.url).host, seconds });
	await options.sleep(seconds * 1000 + jitterMs, request.signal);
	if (seconds > 0) options.onAskedToWait?.('over');
}

/** Undefined when another try is of no use. */
function waitAfter(
	outcome: Response | Problem,
	{ request, jitterMs }: { request: Request; jitterMs: number },
): Wait | undefined {
	if (outcome instanceof Problem) return isCut(outcome) && isRepeatable(request) ? { jitterMs } : undefined;
	if (outcome.status !== 429 && !(isPassing(outcome.status) && isRepeatable(request))) return undefined;
	const seconds = Number(outcome.headers.get('retry-after') ?? Number.NaN);
	if (Number.isNaN(seconds)) return { jitterMs };
	return seconds * 1000 <= longestWaitMs ? { jitterMs, seconds } : undefined;
}

function isPassing(status: number): boolean {
	return [500, 502, 503, 504].includes(status);
}

function isCut(problem: Problem): boolean {
	return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'EAI_AGAIN'].includes(systemCode(problem.cause) ?? '');
}

/** ARM's `listXyz`, Entra's and ACR's token endpoints are POSTs that change nothing. */
function isRepeatable({ method, url }: Request): boolean {
	if (method === 'POST') return /\/(token|exchange|list[A-Z]\w*)$/.test(new URL(url).pathname);
	return ['GET', 'HEAD', 'PUT'].includes(method);
}
