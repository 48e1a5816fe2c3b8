import { type Plan, Problem, type Step } from '@lanyard/core';
import { actionOf } from './actions/index.ts';
import type { Hands, Run } from './run.ts';

export interface PerformOptions {
	hands: Hands;
	/** Told of the plan before and after every step, before anything else is done: what a journal keeps. */
	onChange?(plan: Plan): Promise<void>;
}

/**
 * Does a plan's steps in order and returns the plan with their states. A plan that was cut short goes on: what is done stays,
 * what was started is done again, which makes no difference. Throws `stopped-part-way` where a step fails after others were done.
 */
export async function perform(plan: Plan, options: PerformOptions): Promise<Plan> {
	const run: Run = { hands: options.hands, planId: plan.id, minted: new Map() };
	return pass(withoutLostCredentials(plan), options, {
		isSettled: ({ state }) => state === 'done',
		meanwhile: 'started',
		async act(step, current) {
			const change = resolve(step.change, current);
			const result = await actionOf(step.do)({ id: step.id, change, was: step.state }, run);
			return { state: 'done', ...(result && { result }) };
		},
	});
}

/** Takes back, last first, the steps that were done, and those that may have been. */
export async function undo(plan: Plan, options: PerformOptions): Promise<Plan> {
	const run: Run = { hands: options.hands, planId: plan.id, minted: new Map() };
	const reversed = { ...plan, steps: plan.steps.toReversed() };
	const undone = await pass(reversed, options, {
		isSettled: ({ state }) => state === 'planned' || state === 'undone',
		async act({ id, inverse }, current) {
			await actionOf(inverse.do)({ id, change: resolve(inverse.change, current) }, run).catch(unlessGone);
			return { state: 'undone' };
		},
	});
	return { ...undone, steps: undone.steps.toReversed() };
}

/** With a cluster everything goes that was in it, and nothing is left there to take back. */
function unlessGone(problem: unknown): undefined {
	if (problem instanceof Problem && problem.code === 'cluster-not-found') return undefined;
	throw problem;
}

/** Whether copies of secrets are kept for the undo of a plan. */
export function keepsCopies({ steps }: Plan): boolean {
	return steps.some(isCopied);
}

/** Removes the copies that are kept for the undo of a plan: nobody is going to take it back. */
export async function dropCopies(plan: Plan, hands: Hands): Promise<void> {
	const run: Run = { hands, planId: plan.id, minted: new Map() };
	for (const { id, change } of plan.steps.filter(isCopied)) await actionOf('drop-copy')({ id, change }, run);
}

function isCopied({ state, inverse }: Step): boolean {
	return inverse.do === 'restore-secret' && state !== 'planned' && state !== 'undone';
}

/**
 * A credential lives in memory only. Where a step that is still to be done needs one that is gone, it is made anew; and what was
 * written with the old one is written again, for making it anew ends the old one.
 */
function withoutLostCredentials(plan: Plan): Plan {
	const needs = ({ change }: Step) =>
		[change['credential'], change['credentials']].flatMap((ids) => ids?.split(',') ?? []);
	const wanted = new Set(plan.steps.filter(({ state }) => state !== 'done').flatMap(needs));
	const isStale = (step: Step) =>
		step.state === 'done' && (wanted.has(step.id) || needs(step).some((id) => wanted.has(id)));
	const steps = plan.steps.map((step) => (isStale(step) ? { ...step, state: 'started' as const } : step));
	return { ...plan, steps };
}

type Outcome = Pick<Step, 'state' | 'result'>;

interface Pass {
	/** Nothing is to be done with such a step in this pass. */
	isSettled(step: Step): boolean;
	/** What the journal says while a step is under way; left out: what it said before. */
	meanwhile?: Step['state'];
	act(step: Step, current: Plan): Promise<Outcome>;
}

async function pass(plan: Plan, options: PerformOptions, { isSettled, meanwhile, act }: Pass): Promise<Plan> {
	let current = plan;
	const set = async (id: string, outcome: Outcome) => {
		const steps = current.steps.map((step) => (step.id === id ? { ...step, ...outcome } : step));
		current = { ...current, steps };
		await options.onChange?.(current);
	};
	for (const step of plan.steps.filter((one) => !isSettled(one))) {
		if (options.hands.signal?.aborted) throw stopped(current);
		if (meanwhile) await set(step.id, { state: meanwhile });
		// Only the change itself may fail a step: what cannot be written down afterwards has happened all the same.
		const outcome = await act(step, current).then(
			(done) => ({ done }),
			(cause: unknown) => ({ cause }),
		);
		await set(
			step.id,
			'done' in outcome ? outcome.done : { state: stateAfter(outcome.cause, meanwhile) ?? step.state },
		);
		if ('cause' in outcome) throw failure(current, outcome.cause);
	}
	return current;
}

/**
 * What was interrupted may come to its end all the same, as Azure goes on: it stays begun. Where something of somebody else's was
 * in the place of what was to be made, nothing was begun: undoing must not touch it.
 */
function stateAfter(cause: unknown, meanwhile: Step['state'] | undefined): Step['state'] | undefined {
	if (!meanwhile || !(cause instanceof Problem)) return meanwhile && 'failed';
	if (cause.code === 'interrupted') return meanwhile;
	return cause.code === 'already-exists' ? 'planned' : 'failed';
}

/** Fills in what earlier steps resulted in; what none has is empty. */
function resolve(change: Record<string, string>, plan: Plan): Record<string, string> {
	const valueOf = (_: string, id: string, name: string) =>
		plan.steps.find((step) => step.id === id)?.result?.[name] ?? '';
	const filled = Object.entries(change).map(([key, value]) => [key, value.replace(/\{(\d+)\.(\w+)\}/g, valueOf)]);
	return Object.fromEntries(filled);
}

/** Azure's own refusal is what people need to read; only when something was done before does the rest matter more. */
function failure(plan: Plan, thrown: unknown): unknown {
	const half = thrown instanceof Problem && thrown.code === 'stopped-part-way' ? thrown : undefined;
	const cause = half?.cause ?? thrown;
	if (cause instanceof Problem && cause.code === 'interrupted') return stopped(plan, cause);
	const isUntouched = !half && plan.steps.every(({ state }) => state === 'planned' || state === 'failed');
	if (isUntouched || !(cause instanceof Problem)) return cause;
	return new Problem('stopped-part-way', {
		...(cause.wanted !== undefined && { wanted: cause.wanted }),
		found: [stateOf(plan), half?.found, cause.message, cause.found].filter(Boolean).join('; '),
		fix: fixAfter(cause, inItsWorld(plan)),
		cause,
	});
}

/** What was to be done in a cluster that is gone can be done no more. */
function fixAfter({ code, fix }: Problem, plan: string): string {
	if (code === 'cluster-not-found') return `Take back what was done outside the cluster:\nlanyard undo ${plan}`;
	return `${fix} Then go on, or take back what was done:\nlanyard resume ${plan}\nlanyard undo ${plan}`;
}

/** What Ctrl-C leaves: a plan that nothing was done of is none. */
function stopped(plan: Plan, cause?: Problem): Problem {
	if (plan.steps.every(({ state }) => state === 'planned')) {
		return new Problem('interrupted', {
			found: 'nothing was changed',
			fix: 'Run it again when you want it done.',
			cause,
		});
	}
	const which = inItsWorld(plan);
	return new Problem('interrupted', {
		found: [stateOf(plan), cause?.found].filter(Boolean).join('; '),
		fix: `Do the rest, or take back what was done:\nlanyard resume ${which}\nlanyard undo ${which}`,
		cause,
	});
}

function inItsWorld({ id, world }: Plan): string {
	return world === 'azure' ? id : `${id} --world ${world}`;
}

function stateOf(plan: Plan): string {
	return plan.steps.map((step) => `step ${step.id} ${step.state}`).join(', ') || 'nothing was to be done';
}
