import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type OpenSend, openSend, type SendOptions } from './send.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

async function listen(server: Server): Promise<number> {
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	closing.push(() => server.close());
	const address: AddressInfo | string | null = server.address();
	return typeof address === 'object' && address ? address.port : 0;
}

function open(options: Partial<SendOptions> = {}): OpenSend['send'] {
	const opened = openSend({ userAgent: 'lanyard/test', ...options });
	closing.push(() => opened.close());
	return opened.send;
}

/** Says what arrived. */
const echo = () =>
	createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			response.setHeader('set-cookie', ['a=1', 'b=2']);
			response.end(
				`${request.method} ${request.url} ${request.headers['user-agent']} ${Buffer.concat(chunks).toString()}`,
			);
		});
	});

test('sends method, body and name, and gives every header back', async () => {
	const port = await listen(echo());
	const response = await open()(new Request(`http://127.0.0.1:${port}/x?y`, { method: 'PUT', body: 'body' }));
	expect([response.status, response.headers.getSetCookie()]).toEqual([200, ['a=1', 'b=2']]);
	expect(await response.text()).toBe('PUT /x?y lanyard/test body');
});

test('gives redirects and empty answers as they are', async () => {
	const port = await listen(
		createServer((request, response) => {
			response.writeHead(request.url === '/moved' ? 307 : 204, { location: '/elsewhere' }).end();
		}),
	);
	const send = open();
	const moved = await send(new Request(`http://127.0.0.1:${port}/moved`));
	expect([moved.status, moved.headers.get('location'), await moved.text()]).toEqual([307, '/elsewhere', '']);
	expect((await send(new Request(`http://127.0.0.1:${port}/`))).body).toBeNull();
});

test('goes through the proxy, except where NO_PROXY says otherwise', async () => {
	const proxyPort = await listen(createServer((_request, response) => response.end('the proxy')));
	const port = await listen(echo());
	const send = open({ proxyUrl: `http://127.0.0.1:${proxyPort}`, noProxy: 'other.example,127.0.0.1' });
	const through = await send(new Request('http://imds.example/metadata'));
	expect(await through.text()).toBe('the proxy');
	const direct = await send(new Request(`http://127.0.0.1:${port}/`));
	expect(await direct.text()).toContain('GET / lanyard/test');
});

test('passes a stream on while it is being written, and ends it when its reader goes', async () => {
	const gone = Promise.withResolvers<void>();
	const port = await listen(
		createServer((request, response) => {
			response.write('one\n');
			request.socket.on('close', () => gone.resolve());
		}),
	);
	const response = await open()(new Request(`http://127.0.0.1:${port}/`));
	for await (const chunk of response.body ?? []) {
		expect(new TextDecoder().decode(chunk)).toBe('one\n');
		break;
	}
	await gone.promise;
});

test('a host where nobody listens', async () => {
	const server = createServer();
	const port = await listen(server);
	server.close();
	const answer = open()(new Request(`http://127.0.0.1:${port}/`));
	const found = 'the connection was refused (ECONNREFUSED)';
	await expect(answer).rejects.toThrow(
		expect.objectContaining({ code: 'not-reachable', where: `127.0.0.1:${port}`, found }),
	);
});

test('a proxy that refuses to connect', async () => {
	const proxy = createServer();
	proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
	const send = open({ proxyUrl: `http://127.0.0.1:${await listen(proxy)}` });
	const found = 'the proxy refused to connect (status 502)';
	const expected = { code: 'not-reachable', where: 'nosuch.azurecr.io', found };
	await expect(send(new Request('https://nosuch.azurecr.io/v2/'))).rejects.toThrow(expect.objectContaining(expected));
});

test('a host that cuts the connection', async () => {
	const port = await listen(createServer((request) => request.socket.destroy()));
	const answer = open()(new Request(`http://127.0.0.1:${port}/`));
	await expect(answer).rejects.toThrow(expect.objectContaining({ code: 'not-reachable' }));
});

test('a host that cuts the connection in the middle of an answer', async () => {
	const server = createServer((request, response) => {
		response.writeHead(200, { 'content-length': '1000' });
		response.write('{"value":[', () => request.socket.destroy());
	});
	const port = await listen(server);
	const response = await open()(new Request(`http://127.0.0.1:${port}/`));
	const expected = { code: 'not-reachable', where: `127.0.0.1:${port}` };
	await expect(response.json()).rejects.toThrow(expect.objectContaining(expected));
});

test('an abort is the reason that was given, not a problem of the network', async () => {
	const arrived = Promise.withResolvers<void>();
	const port = await listen(createServer(() => arrived.resolve()));
	const stop = new AbortController();
	const answer = open()(new Request(`http://127.0.0.1:${port}/`, { signal: stop.signal }));
	await arrived.promise;
	const reason = new Error('Ctrl-C');
	stop.abort(reason);
	await expect(answer).rejects.toBe(reason);
});

/** Begins an answer and never ends it. */
const stalling = () => createServer((_request, response) => void response.write('the beginning'));

test('takes an answer that stops in the middle for cut', async () => {
	const port = await listen(stalling());
	const response = await open({ bodySilenceMs: 200 })(new Request(`http://127.0.0.1:${port}/list`));
	await expect(response.text()).rejects.toMatchObject({
		code: 'not-reachable',
		found: 'its answer stopped in the middle (UND_ERR_BODY_TIMEOUT)',
	});
});

test('lets a watch be silent until its reader leaves', async () => {
	const port = await listen(stalling());
	const leave = new AbortController();
	const request = new Request(`http://127.0.0.1:${port}/pods?watch=true`, { signal: leave.signal });
	const response = await open({ bodySilenceMs: 1 })(request);
	const read = response.text();
	// An answer that may stop is cut by now, or soon.
	await expect(
		(await open({ bodySilenceMs: 1 })(new Request(`http://127.0.0.1:${port}/list`))).text(),
	).rejects.toThrow();
	leave.abort(new Error('left'));
	await expect(read).rejects.toThrow('left');
});
