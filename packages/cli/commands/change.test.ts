import { type Plan, Problem, type Step } from '@lanyard/core';
import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';
import { afterAll, beforeAll, expect, it } from 'vitest';

import type { Session } from '../session/session.ts';
import { testContext, testSession } from '../test-context.ts';
import { performPlan } from './change.ts';

let sandbox: Sandbox;
let session: Session;

beforeAll(async () => {
	sandbox = await startSandbox({ world: nothing });
	session = await testSession(sandbox);
});

afterAll(async () => {
	await session.close();
	await sandbox.close();
});

const domain = 'contoso.onmicrosoft.com';
const nothing = {
	tenants: [{ domain, users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: domain }],
};
const step = (id: string): Step => ({
	id,
	do: 'remove-role',
	target: '/r',
	says: 'take',
	change: { id: `/assignments/${id}` },
	inverse: { do: 'assign-role', says: 'give it back', change: {} },
	before: null,
	state: 'planned',
});
const plan: Plan = {
	schema: 'lanyard.dev/plan/v1',
	id: 'p',
	world: 'sandbox:test',
	goal: { method: 'kubelet-identity-detach', target: {} },
	seen: {},
	steps: [step('1'), step('2')],
	proof: { by: 'no-role-left', says: '' },
};

it('says once of each step that it is done, also when a later one fails', async () => {
	const removeRole = async (id: string) => {
		if (id === '/assignments/2') throw new Problem('caller-lacks-right');
		return true;
	};
	const context = testContext();
	const half = { ...session, arm: { ...session.arm, removeRole } };
	const performed = performPlan(context, half, { plan, flags: { yes: true } });
	await expect(performed).rejects.toMatchObject({ code: 'stopped-part-way' });
	expect(context.printed()).toBe('  ✓ 1  role removed\n');
});
