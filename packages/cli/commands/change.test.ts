import { utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { type Plan, Problem, type Step } from '@lanyard/core';
import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';
import { afterAll, beforeAll, expect, it } from 'vitest';

import type { Session } from '../session/session.ts';
import { testContext, testSession } from '../test-context.ts';
import { writeJournal } from '../journal.ts';
import { performPlan } from './change.ts';
import { resumeCommand } from './plans.ts';

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

it.each<[Step['state'], Step['state'], left: string]>([
	['done', 'failed', 'half'],
	['done', 'started', 'half'],
	['done', 'planned', 'half'],
	['done', 'done', 'later'],
	['planned', 'planned', 'later'],
	['undone', 'undone', 'later'],
])('resume without a plan, where the last but one stopped at %s and %s, takes: %s', async (one, other, left) => {
	const context = testContext();
	const { path } = context.config.stateDir();
	const [first, second] = plan.steps.map((planned, at) => ({ ...planned, state: at === 0 ? one : other }));
	if (!first || !second) throw new Error('the plan has two steps');
	await writeJournal(path, { ...plan, id: 'half', steps: [first, second] });
	await utimes(join(path, 'journal', 'half.json'), 1, 1);
	await writeJournal(path, {
		...plan,
		id: 'later',
		steps: plan.steps.map((planned) => ({ ...planned, state: 'done' })),
	});
	expect(await resumeCommand(context, session, { output: 'json', dryRun: true })).toBe(0);
	expect(context.printed()).toContain(`"id": "${left}"`);
});
