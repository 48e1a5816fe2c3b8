import * as world from '@lanyard/sandbox-world';
import { expect, it } from 'vitest';

import type * as published from './sandbox.d.ts';

it('publishes types that the code keeps to', async () => {
	// The compiler is the test: whoever uses what is published gets what is there.
	const kept: Pick<typeof published, 'startSandbox' | 'parseWorldFile'> = world;
	const declared: published.WorldDeclaration = { tenants: [{ domain: 'contoso.example' }], subscriptions: [] };
	expect([typeof kept.startSandbox, declared.tenants.length]).toEqual(['function', 1]);
});
