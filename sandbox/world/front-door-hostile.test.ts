/** The door against clients that mean no good, or that broke: it answers or hangs up, and goes on for everybody else. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { openTransport, type Transport } from '@lanyard/sandbox-cluster';
import { createMemoryStore, type Handler, WorldClock } from '@lanyard/sandbox-ground';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createCertificateAuthority } from './certificate-authority.ts';
import { createFrontDoor, type FrontDoor } from './front-door.ts';
import { createRequestLog } from './request-log.ts';

const host = 'myregistry.azurecr.io';
const echo: Handler = async (request) => Response.json({ length: (await request.text()).length });

const bugs: unknown[] = [];
let door: FrontDoor;
let port: number;
let transport: Transport;
let caPem: string;
const sockets: Socket[] = [];

beforeAll(async () => {
	const authority = await createCertificateAuthority({
		name: 'test CA',
		dnsNames: ['azurecr.io'],
		now: new Date(),
		store: createMemoryStore(),
	});
	caPem = authority.pem;
	const log = createRequestLog((bug) => bugs.push(bug));
	const handlerFor = (name: string) => ([host, '169.254.169.254'].includes(name) ? echo : undefined);
	door = createFrontDoor({ authority, clock: new WorldClock(), log, handlerFor });
	const proxyUrl = await door.openFor({ name: 'workstation', address: '203.0.113.10', identities: [] });
	port = Number(new URL(proxyUrl).port);
	transport = openTransport({ proxyUrl, caPem });
});
afterAll(async () => {
	await transport.close();
	await door.close();
});
// Whatever happened before: the next one is served, and nothing of it was the sandbox's own failure.
afterEach(async () => {
	for (const socket of sockets.splice(0)) socket.destroy();
	const answer = await transport.send(new Request(`https://${host}/v2/`));
	expect([answer.status, await answer.json()]).toEqual([200, { length: 0 }]);
	expect(bugs).toEqual([]);
});

function open(): Socket {
	const socket = connect(port, '127.0.0.1');
	socket.on('error', () => undefined);
	sockets.push(socket);
	return socket;
}

/** Sends bytes and gives what comes back until the door hangs up, or `enough` has come. */
function say(bytes: string | Buffer, enough = Number.POSITIVE_INFINITY): Promise<string> {
	const socket = open();
	let told = '';
	return new Promise((resolve) => {
		const done = () => resolve(told);
		socket.on('data', (chunk: Buffer) => {
			told += chunk.toString('latin1');
			if (told.length >= enough) done();
		});
		socket.on('close', done);
		socket.write(bytes);
		socket.end();
	});
}

const status = (told: string) => told.split('\r\n')[0] ?? '';

describe('a CONNECT that is odd', () => {
	it.each([
		['no port', host],
		['port 0', `${host}:0`],
		['a port that is too large', `${host}:99999`],
		['a port of letters', `${host}:https`],
		['another port', `${host}:8443`],
		['an IPv6 address', '[::1]:443'],
		['an address of this machine', '127.0.0.1:443'],
		['a name of JavaScript', '__proto__:443'],
		['a dot at the end', `${host}.:443`],
		['nothing before the port', ':443'],
		['a very long name', `${'a'.repeat(8_000)}:443`],
		['IMDS with TLS', '169.254.169.254:443'],
	])('%s is answered', async (name, authority) => {
		const told = await say(`CONNECT ${authority} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 12);
		expect(status(told)).toMatch(name === 'no port' ? /^HTTP\/1\.1 200/ : /^HTTP\/1\.1 502/);
	});
});

describe('bytes that are no request', () => {
	it.each([
		['nothing', ''],
		['half a request line', 'CONN'],
		['TLS where HTTP belongs', Buffer.from('16030100c8010000c40303', 'hex')],
		['a request without an end', 'GET http://169.254.169.254/ HTTP/1.1\r\nhost: x'],
		['two lengths', 'POST http://169.254.169.254/ HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
		[
			'length and chunks',
			'POST http://169.254.169.254/ HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
		],
		['a header with a line break in it', 'GET http://169.254.169.254/ HTTP/1.1\r\nx: a\n\u0000b\r\n\r\n'],
	])('%s: refused or hung up on, never served', async (_name, bytes) => {
		expect(status(await say(bytes))).toMatch(/^$|^HTTP\/1\.1 400/);
	});

	it('takes any bytes at all without a failure of its own', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
				expect(status(await say(Buffer.from(bytes)))).toMatch(/^$|^HTTP\/1\.1 [45]\d\d/);
			}),
			{ numRuns: 100 },
		);
	});
});

describe('too much', () => {
	it('refuses headers that go on and on', async () => {
		const headers = Array.from({ length: 5_000 }, (_, at) => `x-${at}: ${'y'.repeat(20)}\r\n`).join('');
		const told = await say(`GET http://169.254.169.254/ HTTP/1.1\r\nhost: a\r\n${headers}\r\n`);
		expect(status(told)).toMatch(/^$|^HTTP\/1\.1 431/);
	});

	it('serves others while hundreds of connections do nothing', async () => {
		const idle = Array.from({ length: 300 }, open);
		await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
		for (const socket of idle.slice(0, 100)) socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: a\r\n\r\n`);
		const answer = await transport.send(new Request(`https://${host}/v2/`));
		expect(answer.status).toBe(200);
		await answer.body?.cancel();
	});

	it('is closed when it is told to, whoever is still connected', async () => {
		const proxyUrl = await door.openFor({ name: 'node', address: '10.224.0.4', identities: [] });
		const socket = connect(Number(new URL(proxyUrl).port), '127.0.0.1');
		socket.on('error', () => undefined);
		const ended = new Promise((resolve) => socket.once('close', resolve));
		await new Promise((resolve) => socket.once('connect', resolve));
		socket.write(`CONNECT ${host}:443 HTTP/1.1\r\n\r\n`);
		await new Promise((resolve) => socket.once('data', resolve));
		await door.shut('node');
		await ended;
		expect(door.machines().map(({ name }) => name)).toEqual(['workstation']);
	});
});

describe('a connection that breaks', () => {
	/** A tunnel to the registry, before TLS. */
	async function tunnel(): Promise<Socket> {
		const socket = open();
		socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
		await new Promise((resolve) => socket.once('data', resolve));
		return socket;
	}

	it.each([
		['before TLS', (socket: Socket) => void socket.resetAndDestroy()],
		['after nonsense where TLS belongs', (socket: Socket) => void socket.write('GET / HTTP/1.1\r\n\r\n')],
		[
			'in the middle of a handshake',
			(socket: Socket) => {
				socket.write(Buffer.from('16030100c8010000c40303', 'hex'));
				socket.resetAndDestroy();
			},
		],
	])('%s', async (_name, breakIt) => {
		const socket = await tunnel();
		const ended = new Promise((resolve) => socket.once('close', resolve));
		breakIt(socket);
		await ended;
	});

	it('in the middle of a body', async () => {
		const socket = await tunnel();
		const tls = connectTls({ socket, servername: host, ca: caPem });
		tls.on('error', () => undefined);
		await new Promise((resolve) => tls.once('secureConnect', resolve));
		tls.write(`PUT /v2/ HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 1000\r\n\r\nhalf`);
		const ended = new Promise((resolve) => socket.once('close', resolve));
		socket.resetAndDestroy();
		await ended;
	});
});
