import type { Arm } from '@lanyard/clients';
import { type Plan, Problem, type Step } from '@lanyard/core';
import { describe, expect, it } from 'vitest';

import { perform, undo } from './perform.ts';

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

/** Resource Manager as far as `perform` asks it: it remembers, and refuses the assignment that is named. */
function armThat(refuses?: string) {
	const asked: string[] = [];
	const notAsked = () => Promise.reject(new Error('not asked here'));
	const arm: Arm = {
		subscriptions: notAsked,
		registries: notAsked,
		registry: notAsked,
		clusters: notAsked,
		cluster: notAsked,
		clusterKubeconfig: notAsked,
		roleAssignments: notAsked,
		roleDefinition: notAsked,
		roleDefinitions: notAsked,
		permissions: notAsked,
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
	return { arm, asked };
}

const states = (seen: Plan) => seen.steps.map(({ state }) => state);

describe('perform', () => {
	it('does the steps in order, and tells of each before the next', async () => {
		const { arm, asked } = armThat();
		const told: string[][] = [];
		const done = await perform(plan, {
			arm,
			onChange: async (changed) => void told.push([...states(changed), ...asked]),
		});
		expect(states(done)).toEqual(['done', 'done']);
		expect(told).toEqual([
			['done', 'planned', 'assign 1'],
			['done', 'done', 'assign 1', 'assign 2'],
		]);
	});

	it('gives the refusal itself where nothing was done before', async () => {
		await expect(perform(plan, { arm: armThat('1').arm })).rejects.toBe(refusal);
	});

	it('says exactly what is done and what is not where it stops part-way', async () => {
		const failed = perform(plan, { arm: armThat('2').arm });
		await expect(failed).rejects.toMatchObject({
			code: 'stopped-part-way',
			found: 'step 1 done, step 2 failed; no',
			cause: refusal,
		});
	});

	it('does not call a step failed that is done but cannot be written down', async () => {
		const told: string[][] = [];
		const performed = perform(plan, {
			arm: armThat().arm,
			onChange: async (changed) => {
				told.push(states(changed));
				throw new Error('no space left on device');
			},
		});
		await expect(performed).rejects.toThrow('no space left on device');
		expect(told).toEqual([['done', 'planned']]);
	});

	it('stops before the next step when it is interrupted', async () => {
		const { arm, asked } = armThat();
		const interrupt = new AbortController();
		const stopped = perform(plan, { arm, signal: interrupt.signal, onChange: async () => interrupt.abort() });
		await expect(stopped).rejects.toMatchObject({ code: 'interrupted', found: 'step 1 done, step 2 planned' });
		expect(asked).toEqual(['assign 1']);
	});
});

describe('undo', () => {
	it('gives a role back with the condition it had', async () => {
		const narrowed = { ...assign, condition: "@Resource[…] StringEquals 'nginx'", conditionVersion: '2.0' };
		const given: unknown[] = [];
		const { arm } = armThat();
		const assignRole: Arm['assignRole'] = async (assignment) => {
			given.push(assignment);
			return { ...assignment, id: '/assignments/n' };
		};
		const inverse = { do: 'assign-role', says: 'give it back', change: narrowed };
		await undo({ ...plan, steps: [{ ...step('1'), inverse, state: 'done' }] }, { arm: { ...arm, assignRole } });
		const { role: _, ...wanted } = narrowed;
		expect(given).toEqual([wanted]);
	});

	it('takes back only what was done, last first', async () => {
		const { arm, asked } = armThat();
		const [one, two] = plan.steps;
		const half = {
			...plan,
			steps: [
				{ ...step('0'), state: 'done' as const },
				{ ...(one ?? step('1')), state: 'done' as const },
				two ?? step('2'),
			],
		};
		expect(states(await undo(half, { arm }))).toEqual(['undone', 'undone', 'planned']);
		expect(asked).toEqual(['remove /assignments/1', 'remove /assignments/0']);
	});
});
