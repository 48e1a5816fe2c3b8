/**
 * How long a connection may keep the door waiting. Node bounds only what comes to a server that listens, and most of what the door
 * serves comes out of a CONNECT, to a server that does not.
 * - A whole request head: a minute, from the first byte on, from CONNECT on (the handshake included), from the last answer on.
 * - While a request is under way: as long as it likes, if bytes flow; an hour of silence ends it. Watches end before that by themselves.
 * - Between two requests of a connection: Node's own 5 s of silence (`keepAliveTimeout`), announced in `keep-alive`.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** As long as Node gives for a request's head where it counts (`headersTimeout`). */
const headMs = 60_000;

/** How long nothing may be heard of a request that is under way. */
export const longestSilenceMs = 60 * 60_000;

/** Calls back after a time, unless what it gives is called before. */
export type Timer = (act: () => void, ms: number) => () => void;

export interface PatienceOptions {
	timer?: Timer;
	/** Instead of `longestSilenceMs`. */
	silenceMs?: number;
}

/** Hangs up on whoever does not get to the point. */
export interface Patience {
	/** Watches over every connection of this server. */
	heed(server: Server): void;
	/** Gives this connection a minute from now on. */
	expect(socket: Socket): void;
	/** Waits no more for this connection. */
	leave(socket: Socket): void;
}

/** Keeps a timer for each connection that owes a request, and none for the others. */
export function createPatience({ timer = startTimer }: PatienceOptions = {}): Patience {
	const owing = new Map<Socket, () => void>();
	const leave = (socket: Socket) => {
		owing.get(socket)?.();
		owing.delete(socket);
	};
	const expect = (socket: Socket) => {
		leave(socket);
		if (!socket.destroyed)
			owing.set(
				socket,
				timer(() => socket.destroy(), headMs),
			);
	};
	// A client may send its next request before it has the answer to the last one.
	const underWay = new WeakMap<Socket, number>();
	const count = (socket: Socket, by: number) => {
		const now = (underWay.get(socket) ?? 0) + by;
		underWay.set(socket, now);
		return now;
	};
	return {
		expect,
		leave,
		heed(server) {
			server.on('connection', (socket: Socket) => {
				socket.once('close', () => leave(socket));
				expect(socket);
			});
			server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
				count(socket, 1);
				leave(socket);
				response.once('close', () => {
					if (count(socket, -1) === 0) expect(socket);
				});
			});
		},
	};
}

/** A world that has nothing else to do may end. */
function startTimer(act: () => void, ms: number): () => void {
	const timer = setTimeout(act, ms).unref();
	return () => clearTimeout(timer);
}
