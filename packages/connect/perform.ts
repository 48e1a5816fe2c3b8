import type { Arm } from '@lanyard/clients';
import { type Plan, Problem, type Step } from '@lanyard/core';

export interface PerformOptions {
	arm: Arm;
	/** Stops before the next step; a step under way is finished, so that its state is known. */
	signal?: AbortSignal;
	/** Told of the plan after every change of a step's state, before anything else is done: what a journal keeps. */
	onChange?(plan: Plan): Promise<void>;
}

/** Does a plan's steps in order and returns the plan with their states. Throws `stopped-part-way` where one fails after others were done. */
export async function perform(plan: Plan, options: PerformOptions): Promise<Plan> {
	return run(plan, options, async (step) => {
		await change(options.arm, step.do, step.change);
		return 'done';
	});
}

/** Takes back, last first, the steps that were done. */
export async function undo(plan: Plan, options: PerformOptions): Promise<Plan> {
	const reversed = { ...plan, steps: plan.steps.toReversed() };
	const undone = await run(reversed, options, async (step) => {
		if (step.state !== 'done') return step.state;
		await change(options.arm, step.inverse.do, step.inverse.change);
		return 'undone';
	});
	return { ...undone, steps: undone.steps.toReversed() };
}

async function run(plan: Plan, options: PerformOptions, act: (step: Step) => Promise<Step['state']>): Promise<Plan> {
	let current = plan;
	const set = async (id: string, state: Step['state']) => {
		current = { ...current, steps: current.steps.map((step) => (step.id === id ? { ...step, state } : step)) };
		await options.onChange?.(current);
	};
	for (const step of plan.steps) {
		if (options.signal?.aborted) throw new Problem('interrupted', { found: stateOf(current) });
		// Only the change itself may fail a step: what cannot be written down afterwards has happened all the same.
		const outcome = await act(step).then(
			(state) => ({ state }),
			(cause: unknown) => ({ state: 'failed' as const, cause }),
		);
		await set(step.id, outcome.state);
		if ('cause' in outcome) throw failure(current, outcome.cause);
	}
	return current;
}

/** Azure's own refusal is what people need to read; only when something was done before does the rest matter more. */
function failure(plan: Plan, cause: unknown): unknown {
	const isUntouched = plan.steps.every((step) => step.state === 'planned' || step.state === 'failed');
	if (isUntouched || !(cause instanceof Problem)) return cause;
	return new Problem('stopped-part-way', { found: `${stateOf(plan)}; ${cause.message}`, cause });
}

function stateOf(plan: Plan): string {
	return plan.steps.map((step) => `step ${step.id} ${step.state}`).join(', ') || 'nothing was to be done';
}

async function change(arm: Arm, verb: string, given: Step['change']): Promise<void> {
	if (verb === 'remove-role') {
		await arm.removeRole(field(given, 'id'));
		return;
	}
	await arm.assignRole({
		scope: field(given, 'scope'),
		name: field(given, 'name'),
		roleDefinitionId: field(given, 'roleDefinitionId'),
		principalId: field(given, 'principalId'),
		principalType: field(given, 'principalType'),
		...(given['condition'] === undefined ? {} : { condition: given['condition'] }),
		...(given['conditionVersion'] === undefined ? {} : { conditionVersion: given['conditionVersion'] }),
	});
}

function field(given: Step['change'], name: string): string {
	const value = given[name];
	if (value === undefined) throw new Error(`this plan's step lacks "${name}"`);
	return value;
}
