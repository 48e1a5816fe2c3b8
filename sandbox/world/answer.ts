import type { Handler, Machine, MachineSettings, Visit, WorldClock } from '@lanyard/sandbox-ground';

import { loggedPath, type LogLine, type RequestLog } from './request-log.ts';
import { issuedBy, shownBy } from './shown.ts';

/** What it takes to answer a request that came through the door. */
export interface AnswerOptions {
	clock: WorldClock;
	log: RequestLog;
	/** The handler of a host, or undefined for a host that the sandbox does not imitate. */
	handlerFor(host: string): Handler | undefined;
	/** What is wrong with a machine's way; nothing when absent. */
	settingsOf?(machine: string): MachineSettings;
}

/** Who sits at the other end of a connection, and whom it asked for. */
export interface Peer {
	machine: Machine;
	host: string;
	/** The client's own, in DER. */
	certificate?: Uint8Array;
}

/**
 * Has the handler of the host that was asked for answer, and notes the request with what was decided; `Response.error()` where the
 * connection is to end.
 */
export async function answer(options: AnswerOptions, request: Request, peer: Peer | undefined): Promise<Response> {
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
function brokenAnswer(options: AnswerOptions, bug: unknown): Response {
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

/** The decision on a host that nobody answers for. */
export function notServed(host: string) {
	return { allowed: false, action: 'connect', scope: host };
}

/** A line of the log as far as it is known before the answer. */
export function line(
	options: AnswerOptions,
	peer: Peer,
	rest: Pick<LogLine, 'method' | 'path' | 'status' | 'decision'>,
): Omit<LogLine, 'number'> {
	const { name, address } = peer.machine;
	return { at: options.clock.now().toISOString(), machine: name, address, host: peer.host, ...rest };
}
