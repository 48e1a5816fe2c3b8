import { Problem } from '@lanyard/core';
import { WorldClock } from '@lanyard/sandbox-ground';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Admin, openAdmin } from './admin.ts';
import { noFaults } from './test-no-faults.ts';

const now = new Date('2026-03-01T12:00:00Z');
const nobody = { user: 'ana@contoso.onmicrosoft.com', tenantId: 't', clientId: 'c', refreshToken: 'r' };
const token = 'only-for-the-owner';

let admin: Admin;
let stops = 0;

beforeAll(async () => {
	const clock = new WorldClock({ wall: () => now.getTime() });
	const sandbox = {
		proxyUrl: 'http://127.0.0.1:1',
		clock,
		startedAt: now,
		signIn: nobody,
		log: () => [],
		nextRequest: async () => undefined,
		why: () => undefined,
		faults: noFaults,
		plainClusters: { create: () => Promise.reject(new Problem('already-exists')), delete: async () => undefined },
		snapshot: async () => new Uint8Array([1, 2, 3]),
		restore: async () => {
			throw new Problem('bad-snapshot');
		},
	};
	admin = await openAdmin(sandbox, { token, stop: () => void (stops += 1) });
});
afterAll(() => admin.close());

async function ask(route: string, o: { body?: string; bearer?: string } = {}): Promise<[number, unknown]> {
	const [method = 'GET', path = '/'] = route.split(' ');
	const headers = { authorization: `Bearer ${o.bearer ?? token}` };
	const answer = await fetch(`${admin.url}${path}`, { method, headers, ...(o.body && { body: o.body }) });
	return [answer.status, await answer.json()];
}

describe('the admin API', () => {
	it.each([
		'GET /status',
		'GET /log',
		'POST /clock',
		'POST /stop',
		'POST /snapshot',
		'POST /restore',
		'POST /clusters',
		'GET /nosuch',
	])('answers nothing to %s without its token', async (route) => {
		expect(await ask(route, { bearer: 'guessed' })).toEqual([401, { error: 'wrong token' }]);
		expect(stops).toBe(0);
	});

	it('tells a snapshot that is none as a problem', async () => {
		expect(await ask('POST /restore', { body: 'nonsense' })).toEqual([
			409,
			{ problem: expect.objectContaining({ code: 'bad-snapshot' }) },
		]);
	});

	it('moves the clock', async () => {
		const moved = await ask('POST /clock', { body: '{"aheadMs": 60000}' });
		expect(moved).toEqual([200, expect.objectContaining({ now: '2026-03-01T12:01:00.000Z' })]);
	});

	it.each(['', '{', '{"aheadMs": -1}', '{"aheadMs": 1e21}', '{"aheadMs": "1"}'])(
		'refuses the jump %j, and can still be asked',
		async (body) => {
			expect((await ask('POST /clock', { body }))[0]).toBe(400);
			expect((await ask('GET /status'))[0]).toBe(200);
		},
	);
});
