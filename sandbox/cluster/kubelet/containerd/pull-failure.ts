import { at, listAt, textAt } from '../../json.ts';
import type { NetworkFailure } from '../../network-failure.ts';

/** gRPC's code for a failure; `Unknown` is not written into messages. */
export type PullFailureCode = 'Unknown' | 'NotFound' | 'FailedPrecondition' | 'InvalidArgument' | 'DeadlineExceeded';

interface PullFailureKind {
	code?: PullFailureCode;
	isRefusal?: boolean;
	isBare?: boolean;
}

/** A pull that failed, in containerd's words. */
export class PullFailure extends Error {
	readonly code: PullFailureCode;
	/** The credential was refused (containerd's ErrInvalidAuthorization). */
	readonly isRefusal: boolean;
	/** It stands alone, without the words of the pull around it. */
	readonly isBare: boolean;

	constructor(message: string, { code = 'Unknown', isRefusal = false, isBare = false }: PullFailureKind = {}) {
		super(message);
		this.name = 'PullFailure';
		this.code = code;
		this.isRefusal = isRefusal;
		this.isBare = isBare;
	}

	/** The same failure with words in front, as Go wraps errors. */
	behind(prefix: string): PullFailure {
		return new PullFailure(`${prefix}: ${this.message}`, this);
	}

	/** What the kubelet gets from the CRI: with the code, unless it says nothing. */
	criMessage(): string {
		return this.code === 'Unknown' ? this.message : `rpc error: code = ${this.code} desc = ${this.message}`;
	}
}

/** Runs a step and puts words in front of its failure. */
export async function behind<T>(prefix: string, step: () => Promise<T>): Promise<T> {
	try {
		return await step();
	} catch (error) {
		throw error instanceof PullFailure ? error.behind(prefix) : error;
	}
}

/** Go's `url.Error`: the method in title case and the URL, whose query the CRI plugin redacts. */
export function transportFailure(method: string, url: string, failure: NetworkFailure): PullFailure {
	const shown = new URL(url);
	for (const name of new Set(shown.searchParams.keys())) shown.searchParams.set(name, '[REDACTED]');
	shown.searchParams.sort();
	const verb = method.charAt(0) + method.slice(1).toLowerCase();
	const code = failure.isTimeout ? 'DeadlineExceeded' : 'Unknown';
	return new PullFailure(`${verb} "${shown.href}": ${failure.message}`, { code });
}

/** An answer and the request that got it, after redirects. */
export interface Answer {
	method: string;
	url: string;
	response: Response;
}

const longestErrorBody = 64_000;

/** containerd's unexpectedResponseErr: the status with method and URL, and on a new line the registry's own words. */
export async function unexpectedStatus(answer: Answer, bodyOf: Answer = answer): Promise<PullFailure> {
	// The answer to a HEAD has no body, whatever a server says.
	const body = bodyOf.method === 'HEAD' ? '' : await bodyOf.response.text();
	const words = registryWords(body.slice(0, longestErrorBody));
	return new PullFailure(statusWords(answer) + (words === undefined ? '' : `\n${words}`));
}

/** `unexpected status from GET request to https://…: 401 Unauthorized`. */
export function statusWords({ method, url, response }: Answer): string {
	return `unexpected status from ${method} request to ${url}: ${response.status} ${statusTexts[response.status] ?? response.statusText}`.trimEnd();
}

// Go's http.StatusText; an HTTP/1.1 server may send other words, ours and Azure's send these.
const statusTexts: Record<number, string> = {
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	405: 'Method Not Allowed',
	408: 'Request Timeout',
	409: 'Conflict',
	410: 'Gone',
	415: 'Unsupported Media Type',
	424: 'Failed Dependency',
	429: 'Too Many Requests',
	500: 'Internal Server Error',
	501: 'Not Implemented',
	502: 'Bad Gateway',
	503: 'Service Unavailable',
	504: 'Gateway Timeout',
};

// core/remotes/docker/errdesc.go: the codes it knows, and the messages it leaves out because they add nothing.
const knownCodes: Record<string, string> = {
	UNKNOWN: 'unknown error',
	UNSUPPORTED: 'The operation is unsupported.',
	UNAUTHORIZED: 'authentication required',
	DENIED: 'requested access to the resource is denied',
	UNAVAILABLE: 'service unavailable',
	TOOMANYREQUESTS: 'too many requests',
};

function registryWords(body: string): string | undefined {
	const errors = parseErrors(body);
	if (errors.length === 0) return undefined;
	const texts = errors.map(({ code, message, hasDetail }) => {
		const known = Object.hasOwn(knownCodes, code) ? code : 'UNKNOWN';
		const name = known.toLowerCase().replaceAll('_', ' ');
		if (!hasDetail && (message === '' || message === knownCodes[known])) return name;
		return `${name}: ${message || knownCodes[known]}`;
	});
	return texts.length === 1 ? texts[0] : `errors:\n${texts.join('\n')}\n`;
}

interface RegistryError {
	code: string;
	message: string;
	hasDetail: boolean;
}

function parseErrors(body: string): RegistryError[] {
	try {
		const value: unknown = JSON.parse(body);
		return listAt(value, 'errors').map((error) => ({
			code: textAt(error, 'code'),
			message: textAt(error, 'message'),
			hasDetail: (at(error, 'detail') ?? undefined) !== undefined,
		}));
	} catch (error) {
		// A body that is not JSON has no words to add.
		if (error instanceof SyntaxError) return [];
		throw error;
	}
}
