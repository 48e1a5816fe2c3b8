/** What no HTTP library would send: bytes straight at the front door. It may hang up; it may not fall, nor forget whoever else is there. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { openTransport } from '@lanyard/sandbox-cluster';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let transport: ReturnType<typeof openTransport>;
const bugs: unknown[] = [];

beforeAll(async () => {
	sandbox = await startSandbox({ onBug: (bug) => void bugs.push(bug) });
	transport = openTransport({ proxyUrl: sandbox.proxyUrl, caPem: sandbox.caPem });
});

afterAll(async () => {
	await transport.close();
	await sandbox.close();
});

function open(): Socket {
	const { hostname, port } = new URL(sandbox.proxyUrl);
	return connect(Number(port), hostname);
}

/** All that comes back until the other side hangs up; a silent one is hung up on. */
function exchange(socket: Socket, bytes: string | Buffer): Promise<string> {
	return new Promise((resolve) => {
		let heard = '';
		socket.setTimeout(2_000, () => socket.destroy());
		socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
		socket.on('error', () => socket.destroy());
		socket.on('close', () => resolve(heard));
		socket.write(bytes);
	});
}

async function throughTls(bytes: string | Buffer, host = 'management.azure.com'): Promise<string> {
	const socket = open();
	await new Promise<void>((resolve) => {
		socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
		socket.once('data', () => resolve());
	});
	const secure = connectTls({ socket, servername: host, ca: sandbox.caPem });
	await new Promise((resolve) => secure.once('secureConnect', resolve));
	return exchange(secure, bytes);
}

const end = 'Host: management.azure.com\r\nConnection: close\r\n\r\n';
const cases: [name: string, bytes: string | Buffer][] = [
	['a header of 100 kB', `GET /subscriptions HTTP/1.1\r\nX-Long: ${'x'.repeat(100_000)}\r\n${end}`],
	['ten thousand headers', `GET /subscriptions HTTP/1.1\r\n${'X-A: b\r\n'.repeat(10_000)}${end}`],
	['an address of 100 kB', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n${end}`],
	['no HTTP at all', '\u0000\u0001\u0002 hello\r\n\r\n'],
	['a method that is none', `GE T / HTTP/1.1\r\n${end}`],
	['a version that is none', `GET / HTTP/9.9\r\n${end}`],
	['HTTP/1.0', 'GET /subscriptions?api-version=2022-12-01 HTTP/1.0\r\n\r\n'],
	['two lengths that differ', `POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 5\r\n${end}abc`],
	['a length and chunks', `POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n${end}0\r\n\r\n`],
	['a chunk without its size', `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${end}zz\r\nabc`],
	['a body shorter than it says', `POST /?api-version=2022-12-01 HTTP/1.1\r\nContent-Length: 500\r\n${end}abc`],
	['a length below zero', `POST / HTTP/1.1\r\nContent-Length: -5\r\n${end}`],
	[
		'bytes that are no text in the address',
		Buffer.concat([Buffer.from('GET /'), Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from(` HTTP/1.1\r\n${end}`)]),
	],
	['an address of another host', `GET https://example.com/ HTTP/1.1\r\n${end}`],
	['no host', 'GET /subscriptions?api-version=2022-12-01 HTTP/1.1\r\nConnection: close\r\n\r\n'],
	['a line break in a header', `GET / HTTP/1.1\r\nX-A: a\n b\r\n${end}`],
	['a request in a request', `GET / HTTP/1.1\r\n${end}GET /subscriptions HTTP/1.1\r\n${end}`],
	['an upgrade', `GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${end}`],
	['TRACE', `TRACE / HTTP/1.1\r\n${end}`],
	['a host that is not a name', 'GET / HTTP/1.1\r\nHost: [::::\r\nConnection: close\r\n\r\n'],
];

async function isUp(): Promise<void> {
	const url = 'https://login.microsoftonline.com/common/.well-known/openid-configuration';
	const answer = await transport.send(new Request(url));
	await answer.text();
	expect(answer.status).toBe(200);
}

it.each(cases)('%s inside of a connection', async (_name, bytes) => {
	const heard = await throughTls(bytes);
	expect(heard).not.toMatch(/^HTTP\/1\.1 5\d\d(?! Not Implemented)/);
	await isUp();
	expect(bugs).toEqual([]);
});

it.each([
	...cases,
	['a CONNECT without a port', 'CONNECT management.azure.com HTTP/1.1\r\n\r\n'],
	['a CONNECT to nowhere', 'CONNECT :443 HTTP/1.1\r\n\r\n'],
	['a CONNECT and no TLS', 'CONNECT management.azure.com:443 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n'],
	[
		'a CONNECT and half of TLS',
		Buffer.concat([
			Buffer.from('CONNECT management.azure.com:443 HTTP/1.1\r\n\r\n'),
			Buffer.from([22, 3, 1, 2, 0, 1, 0]),
		]),
	],
] satisfies typeof cases)('%s at the proxy', async (_name, bytes) => {
	const heard = await exchange(open(), bytes);
	expect(heard).not.toMatch(/^HTTP\/1\.1 500/);
	await isUp();
	expect(bugs).toEqual([]);
});
