import type { Arm } from '@lanyard/clients';
import { type Plan, Problem, type Step } from '@lanyard/core';
import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { perform, undo } from './perform.ts';
import type { Hands } from './run.ts';
import { testHands } from './test-hands.ts';

const assign = {
	scope: '/r',
	name: 'n',
	roleDefinitionId: '/d',
	role: 'AcrPull',
	principalId: 'p',
	principalType: 'ServicePrincipal',
};
const step = (id: string): Step => ({
	id,
	do: 'assign-role',
	target: '/r',
	says: 'give',
	change: { ...assign, name: id },
	inverse: { do: 'remove-role', says: 'remove it', change: { id: `/assignments/${id}` } },
	before: null,
	state: 'planned',
});
const plan: Plan = {
	schema: 'lanyard.dev/plan/v1',
	id: 'p',
	world: 'sandbox:test',
	goal: { method: 'kubelet-identity', target: {} },
	seen: {},
	steps: [step('1'), step('2')],
	proof: { by: 'pull-pod', says: '' },
};
const refusal = new Problem('caller-lacks-right', { sentence: 'no' });

let sandbox: Sandbox;
let own: ReturnType<typeof testHands>;

beforeAll(async () => {
	sandbox = await startSandbox({ timeScale: 100 });
	own = testHands(sandbox);
});

afterAll(async () => {
	await own.close();
	await sandbox.close();
});

/** Hands that remember what they did with roles, and refuse the assignment that is named. */
function handsThat(refuses?: string, more: Partial<Hands> = {}) {
	const asked: string[] = [];
	const arm: Arm = {
		...own.hands.arm,
		async assignRole(assignment) {
			if (assignment.name === refuses) throw refusal;
			asked.push(`assign ${assignment.name}`);
			return { ...assignment, id: `/assignments/${assignment.name}` };
		},
		async removeRole(id) {
			asked.push(`remove ${id}`);
			return true;
		},
	};
	return { hands: { ...own.hands, arm, ...more }, asked };
}

const states = (seen: Plan) => seen.steps.map(({ state }) => state);

describe('perform', () => {
	it('does the steps in order, and tells of each before the next', async () => {
		const { hands, asked } = handsThat();
		const told: string[][] = [];
		const done = await perform(plan, {
			hands,
			onChange: async (changed) => void told.push([...states(changed), ...asked]),
		});
		expect(states(done)).toEqual(['done', 'done']);
		expect(told).toEqual([
			['started', 'planned'],
			['done', 'planned', 'assign 1'],
			['done', 'started', 'assign 1'],
			['done', 'done', 'assign 1', 'assign 2'],
		]);
	});

	it('gives the refusal itself where nothing was done before', async () => {
		await expect(perform(plan, { hands: handsThat('1').hands })).rejects.toBe(refusal);
	});

	it('says exactly what is done and what is not where it stops part-way', async () => {
		const failed = perform(plan, { hands: handsThat('2').hands });
		await expect(failed).rejects.toMatchObject({
			code: 'stopped-part-way',
			found: 'step 1 done, step 2 failed; no',
			fix: expect.stringMatching(/^lanyard resume \S+ --world sandbox:\S+$/m),
			cause: refusal,
		});
	});

	it('does not call a step failed that is done but cannot be written down', async () => {
		const told: string[][] = [];
		const performed = perform(plan, {
			hands: handsThat().hands,
			onChange: async (changed) => {
				told.push(states(changed));
				if (states(changed).includes('done')) throw new Error('no space left on device');
			},
		});
		await expect(performed).rejects.toThrow('no space left on device');
		expect(told.at(-1)).toEqual(['done', 'planned']);
	});

	it('stops before the next step when it is interrupted', async () => {
		const { hands, asked } = handsThat();
		const interrupt = new AbortController();
		const stopping = { hands: { ...hands, signal: interrupt.signal }, onChange: async () => interrupt.abort() };
		const stopped = perform(plan, stopping);
		await expect(stopped).rejects.toMatchObject({
			code: 'interrupted',
			found: 'step 1 done, step 2 planned',
			fix: expect.stringMatching(/^Do the rest, .*:\nlanyard resume (\S+) --world \S+\nlanyard undo \1 --world \S+$/),
		});
		expect(asked).toEqual(['assign 1']);
	});

	it('says that nothing was changed when it is interrupted before the first step', async () => {
		const { hands, asked } = handsThat();
		const stopped = perform(plan, { hands: { ...hands, signal: AbortSignal.abort() } });
		await expect(stopped).rejects.toMatchObject({
			code: 'interrupted',
			found: 'nothing was changed',
			fix: 'Run it again when you want it done.',
		});
		expect(asked).toEqual([]);
	});
});

describe('a plan that was cut short', () => {
	it('goes on where it stopped, and does again what may have been done', async () => {
		const { hands, asked } = handsThat();
		const [one, two] = plan.steps;
		const cut = [
			{ ...(one ?? step('1')), state: 'done' as const },
			{ ...(two ?? step('2')), state: 'started' as const },
		];
		expect(states(await perform({ ...plan, steps: cut }, { hands }))).toEqual(['done', 'done']);
		expect(asked).toEqual(['assign 2']);
	});

	it('is told of where a step failed, with the commands that go on and that undo', async () => {
		await expect(perform(plan, { hands: handsThat('2').hands })).rejects.toMatchObject({
			fix: expect.stringContaining('lanyard resume p --world sandbox:test\nlanyard undo p --world sandbox:test'),
		});
	});
});

describe('undo', () => {
	it('gives a role back with the condition it had', async () => {
		const narrowed = { ...assign, condition: "@Resource[…] StringEquals 'nginx'", conditionVersion: '2.0' };
		const given: unknown[] = [];
		const { hands } = handsThat();
		const assignRole: Arm['assignRole'] = async (assignment) => {
			given.push(assignment);
			return { ...assignment, id: '/assignments/n' };
		};
		const inverse = { do: 'assign-role', says: 'give it back', change: narrowed };
		await undo(
			{ ...plan, steps: [{ ...step('1'), inverse, state: 'done' }] },
			{ hands: { ...hands, arm: { ...hands.arm, assignRole } } },
		);
		const { role: _, ...wanted } = narrowed;
		expect(given).toEqual([wanted]);
	});

	it('takes back only what was done, last first', async () => {
		const { hands, asked } = handsThat();
		const [one, two] = plan.steps;
		const half = {
			...plan,
			steps: [
				{ ...step('0'), state: 'done' as const },
				{ ...(one ?? step('1')), state: 'done' as const },
				two ?? step('2'),
			],
		};
		expect(states(await undo(half, { hands }))).toEqual(['undone', 'undone', 'planned']);
		expect(asked).toEqual(['remove /assignments/1', 'remove /assignments/0']);
	});
});
