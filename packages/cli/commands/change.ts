import { randomInt, randomUUID } from 'node:crypto';

import { buildAzScript, buildKubernetesList, type Hands, type Login, perform, type PlanNames } from '@lanyard/connect';
import { type ExitCode, type Plan, Problem } from '@lanyard/core';

import { writeJournal } from '../journal.ts';
import { labelled } from '../render/layout.ts';
import { renderAs } from '../render/output.ts';
import { doneWords, renderSteps, waitingLine } from '../render/plan.ts';
import type { exportLanguages } from '../flags.ts';
import { notBegun } from '../not-begun.ts';
import type { Session } from '../session/session.ts';
import type { Context } from './context.ts';

type ExportLanguage = (typeof exportLanguages)[number];

/** Shows whom a command speaks to and what it is about to do. */
export async function announcePlan(
	context: Context,
	session: Session,
	o: { plan: Plan; because: string; notes?: string[]; flags: ChangeFlags },
): Promise<void> {
	const { terminal } = context;
	const { name } = await session.signIn.caller();
	announceWorld(context, session, name);
	const at = { indent: 2, label: 8, width: terminal.width };
	terminal.say(`\n${labelled('Method:', o.because, at)}`);
	for (const note of o.notes ?? []) terminal.say(labelled('!', note, at));
	// In a dry run the plan is the result, and printed as that.
	if (o.plan.steps.length > 0 && !o.flags.dryRun && !o.flags.export)
		terminal.say(`\n${renderSteps(o.plan, terminal.width)}\n`);
}

/** The first line of what changes something: which world, and as whom. */
export function announceWorld({ terminal }: Context, { title }: Session, name?: string): void {
	terminal.say(terminal.errStyle.bold(name === undefined ? title : `${title} · ${name}`));
}

/** Flags of every command that changes something. */
export interface ChangeFlags {
	yes?: boolean;
	dryRun?: boolean;
	export?: ExportLanguage;
	/** Minutes to wait for Azure to make known what was just made. */
	patience?: number;
}

export interface Performed {
	outcome: 'done' | 'planned';
	plan: Plan;
}

interface Performing {
	plan: Plan;
	flags: ChangeFlags;
	/** Logins that a person gave, by the server they are for. */
	logins?: ReadonlyMap<string, Login>;
}

/**
 * Asks, then does the plan's steps, keeping a journal. A plan without steps is done without asking. Throws
 * `declined`, or `no-confirmation-possible` where nobody can be asked and `--yes` was not given.
 */
export async function performPlan(context: Context, session: Session, o: Performing): Promise<Performed> {
	const { terminal } = context;
	if (o.flags.dryRun || o.flags.export) return { outcome: 'planned', plan: o.plan };
	if (o.plan.steps.length === 0) return { outcome: 'done', plan: o.plan };
	if (context.signal.aborted) throw notBegun(context.signal);
	const isAgreed = o.flags.yes || (await terminal.confirm('Do it?', 'an answer to "Do it?"'));
	if (!isAgreed) throw new Problem('declined');
	return { outcome: 'done', plan: await runPlan(context, session, o) };
}

/** Does the steps of a plan that are left to do, with a line for each, keeping a journal. */
export async function runPlan(context: Context, session: Session, { plan, flags, logins }: Performing): Promise<Plan> {
	if (context.signal.aborted) throw notBegun(context.signal);
	session.willChange();
	const { terminal } = context;
	const stateDir = context.config.stateDir().path;
	const isDone = (state: string) => state === 'done';
	const told = new Set(plan.steps.filter(({ state }) => isDone(state)).map(({ id }) => id));
	return perform(plan, {
		hands: handsOf(context, session, { flags, ...(logins && { logins }) }),
		onChange: async (changed) => {
			await writeJournal(stateDir, changed);
			const step = changed.steps.find(({ id, state }) => isDone(state) && !told.has(id));
			if (!step) return;
			told.add(step.id);
			terminal.say(`  ${terminal.errStyle.green('✓')} ${step.id}  ${doneWords(step)}`);
		},
	});
}

/** What performing works with, in this session. */
export function handsOf(
	context: Context,
	session: Session,
	{ flags, logins = new Map() }: { flags: ChangeFlags; logins?: ReadonlyMap<string, Login> },
): Hands {
	const { arm, registries, clusters, graph, registry, registryAs, kubeBy } = session;
	const minutes = flags.patience ?? 5;
	return {
		...{ arm, registries, clusters, graph, registry, registryAs, logins },
		kube: kubeBy,
		clock: context.clock,
		sleep: context.sleep,
		signal: context.signal,
		patienceMs: minutes * 60_000,
		onWait: (what, waitedMs) => context.terminal.progress(waitingLine(what, { waitedMs, minutes })),
	};
}

/** The random names of a new plan. */
export function newPlanNames({ world }: Session): PlanNames {
	return { world, planId: newPlanId(), uuid: () => randomUUID() };
}

/** Prints a plan in another tool's language instead of doing it. */
export async function printExport(context: Context, plan: Plan, language: ExportLanguage): Promise<ExitCode> {
	if (language === 'az') {
		context.terminal.result(buildAzScript(plan));
		return 0;
	}
	const list = buildKubernetesList(plan);
	if (!list) {
		throw new Problem('method-not-possible', {
			sentence: 'this plan puts nothing into a cluster',
			wanted: 'objects to write as YAML',
			found: plan.steps.map(({ says }) => says.replaceAll(/ {2,}/g, ' ')).join('; ') || 'no steps',
			fix: 'Use --export az for it.',
		});
	}
	context.terminal.result(await renderAs('yaml', { document: list, text: () => '' }));
	return 0;
}

/** Short enough to type: `2f7k-9qdm`. */
function newPlanId(): string {
	return `${randomLetters(4)}-${randomLetters(4)}`;
}

/** Lower-case letters and digits that cannot be mistaken for each other. */
export function randomLetters(count: number): string {
	const letters = 'bcdfghjkmnpqrstvwxz23456789';
	return Array.from({ length: count }, () => letters[randomInt(letters.length)]).join('');
}
