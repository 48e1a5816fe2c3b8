import { timingSafeEqual } from 'node:crypto';

import { Problem } from '@lanyard/core';
import { Hono } from 'hono';
import { z } from 'zod';

import type { ActiveFault } from './faults/faults.ts';
import { sayEdit } from './faults/say-edit.ts';
import { listen, serve } from './front-door.ts';
import type { Sandbox } from './sandbox.ts';

/** What of a world can be looked at and turned. */
type Administered = Omit<
	Sandbox,
	'caPem' | 'signInAs' | 'kubeconfig' | 'machine' | 'machines' | 'openFolder' | 'close'
>;

export interface Admin {
	url: string;
	/** How many requests it was sent, refused ones included. */
	asked(): number;
	close(): Promise<void>;
}

/** A hundred years. Much further, a moment can no longer be written down, and the world could not be asked anything again. */
const longestJumpMs = 100 * 366 * 24 * 60 * 60 * 1000;
/** A client waits in turns of this length at most. */
const logQuery = z.object({
	after: z.coerce.number().int().nonnegative().default(0),
	waitMs: z.coerce.number().int().nonnegative().max(60_000).default(0),
});
const jump = z.strictObject({ aheadMs: z.number().nonnegative().max(longestJumpMs) });

/**
 * What no cloud has: the world's clock, its log, and its end. For whoever runs the sandbox (`lanyard sandbox …`), on
 * loopback and with a token; nothing that diagnoses or sets up access ever asks it.
 */
export async function openAdmin(
	sandbox: Administered,
	o: { token: string; stop: () => void; changed?: () => Promise<void> },
): Promise<Admin> {
	const app = new Hono();
	let asked = 0;
	app.use(async (c, next) => {
		asked += 1;
		if (!isSame(c.req.header('authorization') ?? '', `Bearer ${o.token}`)) return c.json({ error: 'wrong token' }, 401);
		await next();
		return undefined;
	});
	app.get('/status', (c) => c.json(statusOf(sandbox)));
	app.get('/log', async (c) => {
		const query = logQuery.safeParse(c.req.query());
		if (!query.success) return c.json({ error: 'wanted ?after=NUMBER&waitMs=NUMBER' }, 400);
		const { after, waitMs } = query.data;
		const enough = AbortSignal.any([AbortSignal.timeout(waitMs), c.req.raw.signal]);
		while (sandbox.log(after).length === 0 && !enough.aborted) await sandbox.nextRequest(enough);
		return c.json({ lines: sandbox.log(after) });
	});
	app.get('/why', (c) => {
		const found = sandbox.why(c.req.query('request'));
		return found ? c.json(found) : c.json({ error: 'no such request' }, 404);
	});
	app.post('/clock', async (c) => {
		const body = jump.safeParse(await c.req.json().catch(() => undefined));
		if (!body.success) return c.json({ error: `wanted {"aheadMs": a number from 0 to ${longestJumpMs}}` }, 400);
		sandbox.clock.jump(body.data.aheadMs);
		await o.changed?.();
		return c.json(statusOf(sandbox));
	});
	addFaults(app, sandbox);
	addSnapshots(app, sandbox, o);
	addClusters(app, sandbox, o);
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

/** What cannot be done is told as a problem. */
async function told(work: () => Promise<unknown>): Promise<Response> {
	try {
		return Response.json(await work());
	} catch (problem) {
		if (!(problem instanceof Problem)) throw problem;
		return Response.json({ problem }, { status: 409 });
	}
}

/** A world as a file, and a file as this world. */
function addSnapshots(app: Hono, sandbox: Administered, { changed }: { changed?: () => Promise<void> }): void {
	app.post('/snapshot', async (c) => c.body(await sandbox.snapshot(), 200, { 'content-type': 'application/gzip' }));
	app.post('/restore', (c) =>
		told(async () => {
			await sandbox.restore(new Uint8Array(await c.req.arrayBuffer()));
			await changed?.();
			return statusOf(sandbox);
		}),
	);
}

const clusterAsk = z.strictObject({ name: z.string(), nodes: z.number().int().default(1) });

/** Clusters that are not AKS: one more, and one less. The answer to the first has a credential in it. */
function addClusters(app: Hono, sandbox: Administered, { changed }: { changed?: () => Promise<void> }): void {
	app.post('/clusters', async (c) => {
		const body = clusterAsk.safeParse(await c.req.json().catch(() => undefined));
		if (!body.success) return c.json({ error: 'wanted {"name": a name, "nodes": a number}' }, 400);
		return told(async () => {
			const made = await sandbox.plainClusters.create(body.data);
			await changed?.();
			return made;
		});
	});
	app.delete('/clusters', (c) =>
		told(async () => {
			await sandbox.plainClusters.delete(c.req.query('name') ?? '');
			await changed?.();
			return { deleted: c.req.query('name') };
		}),
	);
}

const breakAsk = z.strictObject({
	code: z.string(),
	target: z.string().optional(),
	namespace: z.string().optional(),
});

/** Faults: their list, those that stand, one more, and none of them. */
function addFaults(app: Hono, sandbox: Administered): void {
	app.get('/faults', (c) => c.json({ known: sandbox.faults.list(), active: sandbox.faults.active().map(shownFault) }));
	app.post('/faults', async (c) => {
		const body = breakAsk.safeParse(await c.req.json().catch(() => undefined));
		if (!body.success) return c.json({ error: 'wanted {"code": a problem code, "target": "deployment/NAME"}' }, 400);
		return told(async () => shownFault(await sandbox.faults.break(body.data.code, body.data)));
	});
	app.delete('/faults', (c) =>
		told(async () => ({ mended: (await sandbox.faults.mend(c.req.query('code'))).map(shownFault) })),
	);
}

/** Less the bodies, which may hold what is kept in a pull secret. */
function shownFault({ code, target, at, edits, says }: ActiveFault) {
	return { code, target, at, edits: edits.map(sayEdit), ...(says !== undefined && { says }) };
}

function statusOf({ clock, startedAt, signIn, proxyUrl }: Administered) {
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
