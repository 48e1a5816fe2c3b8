import { openTransport } from '@lanyard/sandbox-cluster';
import { expect, it } from 'vitest';

import { startSandbox } from './sandbox.ts';

it('a world may declare how many requests a registry takes', async () => {
	const domain = 'contoso.onmicrosoft.com';
	const sandbox = await startSandbox({
		world: {
			settings: { registryThrottle: { requests: 2, refill: '1m' } },
			tenants: [{ domain, users: [{ name: 'ana' }] }],
			subscriptions: [{ name: 'Payments', tenant: domain }],
			registries: [{ name: 'myregistry', group: 'rg' }],
		},
	});
	const transport = openTransport({ proxyUrl: sandbox.proxyUrl, caPem: sandbox.caPem });
	try {
		const ask = () => transport.send(new Request('https://myregistry.azurecr.io/v2/'));
		const statuses = [(await ask()).status, (await ask()).status];
		const refused = await ask();
		expect([...statuses, refused.status]).toEqual([401, 401, 429]);
		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
		sandbox.clock.jump(60_000);
		expect((await ask()).status).toBe(401);
	} finally {
		await transport.close();
		await sandbox.close();
	}
});
