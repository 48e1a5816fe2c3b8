import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { listen, serve } from './front-door.ts';
import { giveWireBody } from './wire-body.ts';
import { IncomingMessage, type Server } from 'node:http';

const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) server.close();
});

/** A server that tells what became of a body, and its port. */
async function open(read: (request: Request) => Promise<string>): Promise<number> {
	const server = serve(async (request, { incoming }) => {
		if (incoming instanceof IncomingMessage) giveWireBody(request, incoming);
		return new Response(await read(request));
	});
	servers.push(server);
	return Number(new URL(await listen(server, 0)).port);
}

it('gives a large body whole', async () => {
	const port = await open(async (request) => {
		let bytes = 0;
		for await (const chunk of request.body ?? []) bytes += chunk.length;
		return String(bytes);
	});
	const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'PUT', body: new Uint8Array(5_000_000) });
	expect(await answer.text()).toBe('5000000');
});

it('answers before a body that nobody wants has ended', async () => {
	const port = await open(async () => 'no');
	const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'PUT', body: new Uint8Array(1_000_000) });
	expect(await answer.text()).toBe('no');
});

it('fails where the client goes away in the middle', async () => {
	const told = Promise.withResolvers<string>();
	const port = await open(async (request) => {
		let bytes = 0;
		try {
			for await (const chunk of request.body ?? []) bytes += chunk.length;
			told.resolve('whole');
		} catch {
			told.resolve(`broken after ${bytes}`);
		}
		return '';
	});
	const socket = connect(port, '127.0.0.1');
	socket.write('PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n12345', () =>
		setImmediate(() => socket.destroy()),
	);
	expect(await told.promise).toMatch(/^broken after [05]$/);
});
