import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { NetworkFailure } from './network-failure.ts';
import { openTransport, type Transport } from './transport.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of open.splice(0).toReversed()) await close();
});

async function startProxy(answer: RequestListener, connect?: string): Promise<string> {
	const server: Server = createServer(answer);
	server.on('connect', (_request, socket) => {
		if (connect === undefined) socket.destroy();
		else socket.end(connect);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	open.push(() => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(resolve));
	});
	const address = server.address();
	return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
}

function openThrough(proxyUrl: string): Transport {
	const transport = openTransport({ proxyUrl, caPem: '' });
	open.push(() => transport.close());
	return transport;
}

async function failureOf(transport: Transport, url: string): Promise<string> {
	const failure: unknown = await transport.send(new Request(url)).catch((error: unknown) => error);
	return failure instanceof NetworkFailure ? failure.message : `no failure of the network: ${String(failure)}`;
}

describe("a node's way out", () => {
	it('asks plain HTTP of its proxy as a request, headers and body included', async () => {
		const seen: unknown[] = [];
		const proxyUrl = await startProxy((request, response) => {
			seen.push([request.method, request.url, request.headers['metadata'], request.headers.host]);
			request.pipe(response.writeHead(200, { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] }));
		});
		const url = 'http://169.254.169.254/metadata/identity';
		const request = new Request(url, { method: 'POST', body: 'some=form', headers: { metadata: 'true' } });
		const response = await openThrough(proxyUrl).send(request);
		expect([response.status, response.headers.get('x-answer'), response.headers.getSetCookie()]).toEqual([
			200,
			'yes',
			['a=1', 'b=2'],
		]);
		expect(await response.text()).toBe('some=form');
		expect(seen).toEqual([['POST', url, 'true', '169.254.169.254']]);
	});

	it('follows no redirect', async () => {
		const proxyUrl = await startProxy((_request, response) =>
			response.writeHead(307, { location: 'http://other/' }).end(),
		);
		const response = await openThrough(proxyUrl).send(new Request('http://registry.example.com/'));
		expect([response.status, response.headers.get('location')]).toEqual([307, 'http://other/']);
	});

	it('says in the words of Go what fails', async () => {
		const refusing = await startProxy(() => undefined, 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
		expect(await failureOf(openThrough(refusing), 'https://nosuch.example.invalid/v2/')).toBe(
			'dial tcp: lookup nosuch.example.invalid on 168.63.129.16:53: no such host',
		);
		const dropping = await startProxy((request) => request.socket.destroy());
		expect(await failureOf(openThrough(dropping), 'http://registry.example.com/')).toBe('EOF');
		expect(await failureOf(openThrough(dropping), 'https://registry.example.com/')).toBe('EOF');
	});
});
