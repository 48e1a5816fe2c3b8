import { timingSafeEqual } from 'node:crypto';

import { Hono } from 'hono';
import { z } from 'zod';

import { listen, serve } from './front-door.ts';
import type { Sandbox } from './sandbox.ts';

export interface Admin {
	url: string;
	/** How many requests it was sent, refused ones included. */
	asked(): number;
	close(): Promise<void>;
}

/**
 * What no cloud has: the world's clock, its log, and its end. For whoever runs the sandbox (`lanyard sandbox …`), on
 * loopback and with a token; nothing that diagnoses or sets up access ever asks it.
 */
export async function openAdmin(sandbox: Sandbox, o: { token: string; stop: () => void }): Promise<Admin> {
	const app = new Hono();
	let asked = 0;
	app.use(async (c, next) => {
		asked += 1;
		if (!isSame(c.req.header('authorization') ?? '', `Bearer ${o.token}`)) return c.json({ error: 'wrong token' }, 401);
		await next();
		return undefined;
	});
	app.get('/status', (c) => c.json(statusOf(sandbox)));
	app.get('/log', (c) => c.json({ lines: sandbox.log() }));
	app.post('/clock', async (c) => {
		const body = z.strictObject({ aheadMs: z.number().nonnegative() }).safeParse(await c.req.json());
		if (!body.success) return c.json({ error: 'wanted {"aheadMs": a number from 0 up}' }, 400);
		sandbox.clock.jump(body.data.aheadMs);
		return c.json(statusOf(sandbox));
	});
	app.post('/stop', (c) => {
		// After the answer is out, so that the caller does not see a broken connection.
		setImmediate(o.stop);
		return c.json({ stopping: true });
	});
	const server = serve(app.fetch);
	const url = await listen(server, 0);
	return {
		url,
		asked: () => asked,
		close: () =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			}),
	};
}

function statusOf({ clock, startedAt, signIn, proxyUrl }: Sandbox) {
	return {
		now: clock.now().toISOString(),
		timeScale: clock.scale,
		startedAt: startedAt.toISOString(),
		user: signIn.user,
		proxyUrl,
	};
}

/** In constant time, so that the token cannot be found letter by letter. */
function isSame(given: string, wanted: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
	return a.length === b.length && timingSafeEqual(a, b);
}
