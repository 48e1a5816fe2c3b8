import { createServer, type RequestListener, type Server } from 'node:http';
import { WorldClock } from '@lanyard/sandbox-ground';
import { afterEach, describe, expect, it } from 'vitest';
import { NetworkFailure } from './network-failure.ts';
import { openTransport, type Transport } from './transport.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of open.splice(0).toReversed()) await close();
});

/** Answers what comes through its tunnels itself, unless it has another answer to CONNECT. */
async function startProxy(answer: RequestListener, connect = 'HTTP/1.1 200 OK\r\n\r\n'): Promise<string> {
	const server: Server = createServer(answer);
	server.on('connect', (_request, socket) => {
		socket.write(connect);
		if (connect.startsWith('HTTP/1.1 200')) server.emit('connection', socket);
		else socket.end();
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
	it('asks plain HTTP through its proxy, headers and body included', async () => {
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
		expect(seen).toEqual([['POST', '/metadata/identity', 'true', '169.254.169.254']]);
	});

	it('follows no redirect', async () => {
		const proxyUrl = await startProxy((_request, response) =>
			response.writeHead(307, { location: 'http://other/' }).end(),
		);
		const response = await openThrough(proxyUrl).send(new Request('http://registry.example.com/'));
		expect([response.status, response.headers.get('location')]).toEqual([307, 'http://other/']);
	});

	const host = 'myregistry.azurecr.io';
	const obstacles: [proxyStatus: string, words: string][] = [
		['dns_error; rcode="NXDOMAIN"', `dial tcp: lookup ${host} on 168.63.129.16:53: no such host`],
		['dns_error; rcode="SERVFAIL"', `dial tcp: lookup ${host} on 168.63.129.16:53: server misbehaving`],
		[
			'dns_timeout',
			`dial tcp: lookup ${host} on 168.63.129.16:53: read udp 10.224.0.4:45137->168.63.129.16:53: i/o timeout`,
		],
		['connection_refused; next-hop="20.1.2.3:443"', 'dial tcp 20.1.2.3:443: connect: connection refused'],
		['connection_timeout; next-hop="20.1.2.3:443"', 'dial tcp 20.1.2.3:443: i/o timeout'],
		['destination_ip_unroutable; next-hop="20.1.2.3:443"', 'dial tcp 20.1.2.3:443: connect: no route to host'],
		[
			'proxy_configuration_error; next-hop="10.0.0.9:3128"',
			'proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused',
		],
		['something_new', 'EOF'],
	];
	it.each(obstacles)('says in the words of Go what the proxy says in its own: %s', async (error, words) => {
		const answer = `HTTP/1.1 502 Bad Gateway\r\nproxy-status: lanyard; error=${error}\r\n\r\n`;
		const proxyUrl = await startProxy(() => undefined, answer);
		expect(await failureOf(openThrough(proxyUrl), `https://${host}/v2/`)).toBe(words);
	});

	it("waits for what does not answer as long as a node does, on the world's clock", async () => {
		// No time passes but by jumps.
		const clock = new WorldClock({ wall: () => 0 });
		const answer = 'HTTP/1.1 504 Gateway Timeout\r\nproxy-status: lanyard; error=connection_timeout\r\n\r\n';
		const transport = openTransport({ proxyUrl: await startProxy(() => undefined, answer), caPem: '', clock });
		open.push(() => transport.close());
		const failure = failureOf(transport, `https://${host}/v2/`);
		let isOver = false;
		void failure.then(() => (isOver = true));
		clock.jump(29_000);
		await new Promise((resolve) => setImmediate(resolve));
		expect(isOver).toBe(false);
		const jumping = setInterval(() => clock.jump(30_000), 1);
		expect(await failure).toBe(`dial tcp ${host}:443: i/o timeout`);
		clearInterval(jumping);
	});

	it('says EOF where the connection ends, and what plain HTTP is where TLS was expected', async () => {
		const dropping = await startProxy((request) => request.socket.destroy());
		expect(await failureOf(openThrough(dropping), 'http://registry.example.com/')).toBe('EOF');
		const ending = await startProxy(() => undefined, 'HTTP/1.1 200 OK\r\n\r\n');
		expect(await failureOf(openThrough(ending), 'https://registry.example.com/')).toBe(
			'http: server gave HTTP response to HTTPS client',
		);
	});
});
