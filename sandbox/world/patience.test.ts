/** Connections that keep the door waiting. Its minute passes when the test says so. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

import { createMemoryStore, type Handler, WorldClock } from '@lanyard/sandbox-ground';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type CertificateAuthority, createCertificateAuthority } from './certificate-authority.ts';
import { createFrontDoor, type FrontDoor } from './front-door.ts';
import type { PatienceOptions, Timer } from './patience.ts';
import { createRequestLog } from './request-log.ts';

const host = 'myregistry.azurecr.io';
const machine = { name: 'workstation', address: '203.0.113.10', identities: [] };

/** Timers that end when they are told to. */
class Minutes {
	readonly #armed = new Set<() => void>();
	#begun = 0;
	#look: () => void = () => undefined;
	readonly timer: Timer = (act) => {
		this.#armed.add(act);
		this.#begun += 1;
		this.#look();
		return () => {
			this.#armed.delete(act);
			this.#look();
		};
	};

	/** How many connections owe something. */
	get count(): number {
		return this.#armed.size;
	}

	/** When so many minutes have begun since the last time they were over. */
	begun(count: number): Promise<void> {
		return this.#until(() => this.#begun === count);
	}

	/** When nobody owes anything; from then on, they are counted anew. */
	async over(): Promise<void> {
		await this.#until(() => this.#armed.size === 0);
		this.#begun = 0;
	}

	pass(): void {
		for (const act of this.#armed) act();
	}

	#until(isSo: () => boolean): Promise<void> {
		return new Promise((resolve) => {
			this.#look = () => isSo() && resolve();
			this.#look();
		});
	}
}

const minutes = new Minutes();
/** Answers `/slow` in two parts, the second when it is told to. */
let finish = Promise.withResolvers<void>();
/** Hears when a request has arrived. */
let arrived = Promise.withResolvers<void>();
const handler: Handler = async (request) => {
	arrived.resolve();
	if (!request.url.endsWith('/slow')) return new Response(`${(await request.text()).length} bytes`);
	const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
	const writer = writable.getWriter();
	void writer.write(Buffer.from('begun'));
	void finish.promise.then(() => writer.close());
	return new Response(readable);
};

let authority: CertificateAuthority;
let door: FrontDoor;
let port: number;
const sockets: Socket[] = [];

beforeAll(async () => {
	const dnsNames = ['azurecr.io'];
	authority = await createCertificateAuthority({
		name: 'test CA',
		dnsNames,
		now: new Date(),
		store: createMemoryStore(),
	});
	({ door, port } = await openDoor({ timer: minutes.timer }));
});
afterEach(async () => {
	for (const socket of sockets.splice(0)) socket.destroy();
	await minutes.over();
});
afterAll(() => door.close());

async function openDoor(patience: PatienceOptions): Promise<{ door: FrontDoor; port: number }> {
	const log = createRequestLog((bug) => expect.unreachable(String(bug)));
	const handlerFor = (name: string) => (name === host ? handler : undefined);
	const opened = createFrontDoor({ authority, clock: new WorldClock(), log, handlerFor, patience });
	return { door: opened, port: Number(new URL(await opened.openFor(machine)).port) };
}

function open(at = port): Socket {
	const socket = connect({ port: at, host: '127.0.0.1', allowHalfOpen: true });
	socket.on('error', () => undefined);
	sockets.push(socket);
	return socket;
}

async function tunnel(to = `${host}:443`, at = port): Promise<Socket> {
	const socket = open(at);
	socket.write(`CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n\r\n`);
	await once(socket, 'data');
	return socket;
}

async function inTls(at = port): Promise<TLSSocket> {
	const tls = connectTls({ socket: await tunnel(`${host}:443`, at), servername: host, ca: authority.pem });
	tls.on('error', () => undefined);
	await once(tls, 'secureConnect');
	return tls;
}

/** When the door has hung up. These clients keep their side open: the door must not need them for it. */
function hungUp(socket: Socket): Promise<unknown> {
	socket.resume();
	return new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
}

/** Reads until this has come. */
async function hear(socket: Socket, end: string): Promise<void> {
	let heard = '';
	while (!heard.includes(end)) heard += String((await once(socket, 'data'))[0]);
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;

/** A minute begins with the connection, with CONNECT, with the handshake, and with each answer. */
const waits: [name: string, minutes: number, begin: () => Promise<Socket>][] = [
	['nothing at all', 1, async () => open()],
	[
		'half a request line',
		1,
		async () => {
			const socket = open();
			socket.write('CONN');
			return socket;
		},
	],
	['a CONNECT, then nothing', 3, () => tunnel()],
	['a CONNECT that is refused, and stays', 2, () => tunnel('elsewhere.example:443')],
	[
		'a CONNECT, then half a handshake',
		3,
		async () => {
			const socket = await tunnel();
			socket.write(Buffer.from('16030100c8010000c40303', 'hex'));
			return socket;
		},
	],
	['a handshake, then nothing', 3, () => inTls()],
	[
		'a handshake, then half a head',
		3,
		async () => {
			const tls = await inTls();
			tls.write('GET /v2/ HTTP/1.1\r\nhost: ');
			return tls;
		},
	],
	[
		'a request and its answer, then half a head',
		4,
		async () => {
			const tls = await inTls();
			tls.write(get('/v2/'));
			await hear(tls, '0 bytes');
			tls.write('GET /v2/ HT');
			return tls;
		},
	],
];

describe('hung up on after a minute', () => {
	it.each(waits)('%s', async (_name, count, begin) => {
		const socket = await begin();
		await minutes.begun(count);
		const ended = hungUp(socket);
		minutes.pass();
		await ended;
		await minutes.over();
	});

	it('a thousand of them at once, and nothing of them is kept', async () => {
		const idle: Socket[] = [];
		let owed = 0;
		// A hundred more at a time: of those that do not fit into the backlog of a port (511) the kernel loses some without a word.
		while (idle.length < 1_000) {
			for (const socket of Array.from({ length: 100 }, () => open())) {
				const kind = idle.push(socket) % 3;
				if (kind === 1) socket.write('GET http://169.254');
				if (kind === 2) socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
				owed += kind === 2 ? 3 : 1;
			}
			await minutes.begun(owed);
		}
		const ended = idle.map(hungUp);
		minutes.pass();
		await Promise.all(ended);
		await minutes.over();
		const tls = await inTls();
		tls.write(get('/v2/'));
		await hear(tls, '0 bytes');
	});
});

describe('what may take its time', () => {
	it('a body that comes slowly', async () => {
		arrived = Promise.withResolvers();
		const tls = await inTls();
		tls.write(`PUT /v2/ HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 8\r\n\r\nhalf`);
		await arrived.promise;
		minutes.pass();
		expect(minutes.count).toBe(0);
		tls.write('half');
		await hear(tls, '8 bytes');
	});

	it('an answer that goes on, also to the second of two requests that were sent together', async () => {
		finish = Promise.withResolvers();
		const tls = await inTls();
		tls.write(get('/v2/') + get('/slow'));
		await hear(tls, 'begun');
		minutes.pass();
		expect(minutes.count).toBe(0);
		finish.resolve();
		// The last chunk.
		await hear(tls, '0\r\n\r\n');
	});

	it('but not for ever without a byte', async () => {
		const impatient = await openDoor({ silenceMs: 1 });
		const socket = await tunnel(`${host}:443`, impatient.port);
		const tls = connectTls({ socket, servername: host, ca: authority.pem });
		tls.on('error', () => undefined);
		tls.write(`PUT /v2/ HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 8\r\n\r\nhalf`);
		await hungUp(tls);
		await impatient.door.close();
	});
});
