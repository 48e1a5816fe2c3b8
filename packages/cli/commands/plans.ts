import { dropCopies, keepsCopies, undo } from '@lanyard/connect';
import { type ExitCode, type Plan, Problem, type Step } from '@lanyard/core';

import { dropJournal, listJournal, readJournal, writeJournal } from '../journal.ts';
import { notBegun } from '../not-begun.ts';
import { type OutputFormat, renderAs } from '../render/output.ts';
import { renderSteps } from '../render/plan.ts';
import { renderPlans } from '../render/plans.ts';
import type { Session } from '../session/session.ts';
import { announceWorld, handsOf, runPlan } from './change.ts';
import type { CommonFlags, Context } from './context.ts';
import { inSameWorld } from './same-world.ts';

export interface ContinueFlags extends CommonFlags {
	/** The plan's id; left out: the latest one of this world that has something left. */
	plan?: string;
	yes?: boolean;
	dryRun?: boolean;
}

/** What going on with a plan, or taking it back, came to. */
export interface ChangeResult {
	schema: 'lanyard.dev/change/v1';
	world: string;
	outcome: 'planned' | 'done' | 'undone' | 'nothing-to-do';
	plan: Plan;
	/** The command that takes it back. */
	undo?: string;
}

/** `lanyard undo`: takes back every step that was done, or may have been. */
export async function undoCommand(context: Context, session: Session, flags: ContinueFlags): Promise<ExitCode> {
	const plan = await openPlan(context, session, { plan: flags.plan, isWanted: canBeUndone });
	const undoable = plan.steps.filter(({ state }) => state !== 'planned' && state !== 'undone');
	// One that was refused has ended nothing.
	const last = undoable.filter(({ state, change }) => state !== 'failed' && change['final'] === 'true');
	if (last.length > 0) {
		throw new Problem('cannot-undo', {
			sentence: `plan ${plan.id} cannot be taken back as a whole`,
			found: last.map(({ says }) => says.replaceAll(/ {2,}/g, ' ')).join('; '),
		});
	}
	if (undoable.length === 0) return tell(context, flags, { plan, outcome: 'nothing-to-do' });
	const steps = `  To undo, the last step first:\n\n${renderSteps({ ...plan, steps: undoable.toReversed() }, context.terminal.width)}`;
	if (flags.dryRun) return tellPlan(context, flags, { plan, outcome: 'planned', says: '', left: steps });
	await agree(context, flags, steps);
	if (context.signal.aborted) throw notBegun(context.signal);
	session.willChange();
	const { terminal } = context;
	const undone = await undo(plan, {
		hands: handsOf(context, session, { flags: {} }),
		onChange: async (changed) => {
			await writeJournal(context.config.stateDir().path, changed);
			const step = changed.steps.find(
				({ id, state }) => state === 'undone' && undoable.some((one) => one.id === id && one.state !== 'undone'),
			);
			if (step) terminal.progress(`  … ${step.inverse.says}`);
		},
	});
	return tell(context, flags, { plan: undone, outcome: 'undone' });
}

/** `lanyard resume`: does the steps that are left. */
export async function resumeCommand(context: Context, session: Session, flags: ContinueFlags): Promise<ExitCode> {
	const plan = await openPlan(context, session, { plan: flags.plan, isWanted: canGoOn });
	const left = plan.steps.filter(({ state }) => state !== 'done');
	if (left.length === 0) return tell(context, flags, { plan, outcome: 'nothing-to-do' });
	const steps = renderSteps({ ...plan, steps: left }, context.terminal.width);
	if (flags.dryRun) return tellPlan(context, flags, { plan, outcome: 'planned', says: '', left: steps });
	await agree(context, flags, steps);
	return tell(context, flags, { plan: await runPlan(context, session, { plan, flags: {} }), outcome: 'done' });
}

/** A plan is for one world; in another one its ids mean nothing, or something else. */
async function openPlan(
	context: Context,
	session: Session,
	asked: { plan: string | undefined; isWanted(plan: Plan): boolean },
): Promise<Plan> {
	const { path } = context.config.stateDir();
	const plan =
		asked.plan === undefined
			? await latestPlan(path, session.world, asked.isWanted)
			: await readJournal(path, asked.plan);
	if (plan.world === session.world) {
		announceWorld(context, session);
		return plan;
	}
	throw new Problem('plan-not-found', {
		sentence: `plan ${plan.id} was made for another world`,
		wanted: session.world,
		found: plan.world,
		fix: `Name its world: --world ${plan.world}`,
	});
}

function canBeUndone({ steps }: Plan): boolean {
	return steps.some(({ state }) => state !== 'planned' && state !== 'undone');
}

/** Between two steps none is begun: it was stopped there, or found something of somebody else's in the place of the next. */
function canGoOn({ steps }: Plan): boolean {
	const has = (...states: Step['state'][]) => steps.some(({ state }) => states.includes(state));
	return has('started', 'failed') || (has('done') && has('planned'));
}

/** The latest one that has something left to do, else the latest: so that undoing twice goes back twice. */
async function latestPlan(stateDir: string, world: string, isWanted: (plan: Plan) => boolean): Promise<Plan> {
	const plans = (await listJournal(stateDir)).filter((one) => one.world === world);
	const plan = plans.find(isWanted) ?? plans[0];
	if (plan) return plan;
	throw new Problem('plan-not-found', { sentence: `no plan was made for ${world} from here`, found: 'none' });
}

async function agree(context: Context, flags: ContinueFlags, lines: string): Promise<void> {
	context.terminal.say(`\n${lines}\n`);
	const isAgreed = flags.yes || (await context.terminal.confirm('Do it?', 'an answer to "Do it?"'));
	if (!isAgreed) throw new Problem('declined');
}

async function tell(
	context: Context,
	flags: ContinueFlags,
	{ plan, outcome }: Pick<ChangeResult, 'plan' | 'outcome'>,
): Promise<ExitCode> {
	const words = {
		planned: '',
		done: `Plan ${plan.id} is done.`,
		undone: `Plan ${plan.id} is undone.`,
		'nothing-to-do': `Nothing to do: plan ${plan.id} is as you want it already.`,
	};
	return tellPlan(context, flags, { plan, outcome, says: words[outcome] });
}

/** Prints what a plan came to, with the command that takes it back; in a dry run the steps that are left. */
export async function tellPlan(
	context: Context,
	flags: Pick<CommonFlags, 'output' | 'world' | 'subscription'>,
	{
		plan,
		outcome,
		says,
		left = renderSteps(plan, context.terminal.width),
	}: Pick<ChangeResult, 'plan' | 'outcome'> & { says: string; left?: string },
): Promise<ExitCode> {
	const canUndo = outcome === 'done' && plan.steps.every(({ change }) => change['final'] !== 'true');
	const undoWith = canUndo ? inSameWorld(`lanyard undo ${plan.id}`, flags) : undefined;
	const document: ChangeResult = {
		schema: 'lanyard.dev/change/v1',
		world: plan.world,
		outcome,
		plan,
		...(undoWith !== undefined && { undo: undoWith }),
	};
	const planned = () => `\n${left}\n\nNothing was changed: this was a dry run.`;
	const text = () =>
		outcome === 'planned'
			? planned()
			: [says, ...(undoWith === undefined ? [] : [`Undo with: ${undoWith}`])].join('\n');
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

/** A world that is no more keeps no copies; one that does not answer does, and then the plan has to stay. */
async function dropCopiesOf(context: Context, open: OpenWorld, plan: Plan): Promise<void> {
	const session = await open(plan.world).catch((problem: unknown) => {
		if (problem instanceof Problem && problem.code === 'no-sandbox') return undefined;
		throw problem;
	});
	if (!session) return;
	try {
		await dropCopies(plan, handsOf(context, session, { flags: {} }));
	} finally {
		await session.close();
	}
}

export interface PlansFlags {
	output: OutputFormat;
	forget?: string;
	cloud?: string;
}

/** Opens the world of a plan that is to be forgotten. */
export type OpenWorld = (world: string) => Promise<Session>;

/** `lanyard plans`: what the journal has. A plan is forgotten with the copies of secrets that were kept for its undo. */
export async function plansCommand(context: Context, open: OpenWorld, flags: PlansFlags): Promise<ExitCode> {
	const { path } = context.config.stateDir();
	if (flags.forget !== undefined) {
		const plan = await readJournal(path, flags.forget);
		if (keepsCopies(plan)) await dropCopiesOf(context, open, plan);
		await dropJournal(path, plan.id);
	}
	const plans = await listJournal(path);
	const document = { schema: 'lanyard.dev/plans/v1', plans };
	context.terminal.result(await renderAs(flags.output, { document, text: () => renderPlans(plans) }));
	return 0;
}
