import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';

import { afterAll, expect, it } from 'vitest';

import { sandboxFolder } from '../../session/sandbox-access.ts';
import { testContext } from '../../test-context.ts';
import { askAdmin } from './admin.ts';
import { sandboxLog } from './log.ts';

// A world whose log has nothing yet, and which keeps silent while somebody waits for more.
const interruption = new AbortController();
const context = testContext(interruption.signal);
const waiting: ServerResponse[] = [];
const server = createServer((request, response) => {
	if (request.url?.includes('waitMs=0')) return void response.end('{"lines":[]}');
	waiting.push(response);
	interruption.abort('SIGINT');
});
afterAll(() => {
	for (const response of waiting) response.destroy();
	server.close();
	rmSync(context.folder, { recursive: true });
});

it('ends well at Ctrl-C while it follows, and another question ends as interrupted', async () => {
	const port = await new Promise<number>((resolve) => {
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			resolve(typeof address === 'object' && address ? address.port : 0);
		});
	});
	const folder = sandboxFolder(context.config.stateDir().path, 'default');
	mkdirSync(folder, { recursive: true });
	const url = `http://127.0.0.1:${port}`;
	const record = { pid: process.pid, proxyUrl: url, adminUrl: url, startedAt: '2026-11-25T12:00:00Z', timeScale: 1 };
	writeFileSync(join(folder, 'sandbox.json'), JSON.stringify(record));
	writeFileSync(join(folder, 'admin-token'), 'word');
	expect(await sandboxLog(context, { name: 'default', output: 'text', lines: 5, follow: true })).toBe(0);
	expect(waiting).toHaveLength(1);
	await expect(askAdmin(context, 'default', { route: 'GET /status' })).rejects.toMatchObject({ code: 'interrupted' });
});
