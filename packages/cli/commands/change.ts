import { randomInt } from 'node:crypto';

import { perform } from '@lanyard/connect';
import { type Plan, Problem } from '@lanyard/core';

import { writeJournal } from '../journal.ts';
import { labelled } from '../render/layout.ts';
import { renderSteps } from '../render/plan.ts';
import type { Session } from '../session/session.ts';
import type { Context } from './context.ts';

/** Shows whom a command speaks to and what it is about to do. */
export async function announcePlan(
	context: Context,
	session: Session,
	o: { plan: Plan; because: string; flags: ChangeFlags },
): Promise<void> {
	const { name } = await session.signIn.caller();
	const { terminal } = context;
	terminal.say(terminal.errStyle.bold(`${session.title} · ${name}`));
	terminal.say(`\n${labelled('Method:', o.because, { indent: 2, label: 8 })}`);
	// In a dry run the plan is the result, and printed as that.
	if (o.plan.steps.length > 0 && !o.flags.dryRun) terminal.say(`\n${renderSteps(o.plan)}\n`);
}

/** Flags of every command that changes something. */
export interface ChangeFlags {
	yes?: boolean;
	dryRun?: boolean;
}

export interface Performed {
	outcome: 'done' | 'planned';
	plan: Plan;
}

/**
 * Asks, then does the plan's steps, keeping a journal. A plan without steps is done without asking. Throws
 * `declined`, or `no-confirmation-possible` where nobody can be asked and `--yes` was not given.
 */
export async function performPlan(
	context: Context,
	session: Session,
	o: { plan: Plan; flags: ChangeFlags; done: string },
): Promise<Performed> {
	const { terminal, signal } = context;
	if (o.flags.dryRun) return { outcome: 'planned', plan: o.plan };
	if (o.plan.steps.length === 0) return { outcome: 'done', plan: o.plan };
	const isAgreed = o.flags.yes || (await terminal.confirm('Do it?', 'an answer to "Do it?"'));
	if (!isAgreed) throw new Problem('declined');
	const stateDir = context.config.stateDir().path;
	const plan = await perform(o.plan, {
		arm: session.arm,
		signal,
		onChange: async (changed) => {
			await writeJournal(stateDir, changed);
			const step = changed.steps.findLast(({ state }) => state === 'done');
			if (step) terminal.say(`  ${terminal.errStyle.green('✓')} ${step.id}  ${o.done}`);
		},
	});
	return { outcome: 'done', plan };
}

/** Short enough to type: `2f7k-9qdm`. */
export function newPlanId(): string {
	return `${randomLetters(4)}-${randomLetters(4)}`;
}

/** Lower-case letters and digits that cannot be mistaken for each other. */
export function randomLetters(count: number): string {
	const letters = 'bcdfghjkmnpqrstvwxz23456789';
	return Array.from({ length: count }, () => letters[randomInt(letters.length)]).join('');
}
