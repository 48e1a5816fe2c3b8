import { join } from 'node:path';

import { Problem, Secret } from '@lanyard/core';
import { expect, it } from 'vitest';

import { openSandbox } from './open.ts';
import { sandboxFolder } from './sandbox-access.ts';

it.each(['default', 'shop-2'])('keeps the world "%s" in a folder of its name', (name) =>
	expect(sandboxFolder('state', name)).toBe(join('state', 'sandboxes', name)),
);

// `sandbox down` removes the folder with all that is in it.
it.each(['', '.', '..', '../..', '../../precious', '/etc', 'a/b', 'a\\b', 'UP', 'two words', 'x'.repeat(41)])(
	'has no folder for "%s"',
	(name) => expect(() => sandboxFolder('state', name)).toThrow(Problem),
);

it('knows how far ahead a world is, and counts its time', async () => {
	const aheadMs = 3 * 3_600_000;
	const signIn = { tenantId: 't', clientId: 'c', refreshToken: new Secret('r') };
	const access = {
		name: 'shop',
		proxyUrl: 'http://127.0.0.1:9',
		caPem: '',
		kubeconfig: new Secret(''),
		signIn,
		aheadMs,
	};
	const session = await openSandbox(access);
	expect(session.clock.now().getTime()).toBeGreaterThan(Date.now() + aheadMs - 60_000);
	await session.close();
});
