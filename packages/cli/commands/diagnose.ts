import { type ExitCode, type Finding, worstVerdict } from '@lanyard/core';
import { explain, type Explanation, type Facts, gather, parseTarget } from '@lanyard/doctor';

import { renderChains, renderChainsMarkdown } from '../render/chain.ts';
import { renderExplanation, renderExplanationMarkdown } from '../render/explanation.ts';
import { withoutControlCharacters } from '../render/control-characters.ts';
import { renderAs } from '../render/output.ts';
import { chosenSubscriptions } from '../session/find.ts';
import type { Session } from '../session/session.ts';
import type { CommonFlags, Context } from './context.ts';
import { inSameWorld } from './same-world.ts';

export interface DiagnoseFlags extends CommonFlags {
	/** `kind/name`; left out: the whole namespace. */
	target?: string;
}

/** `lanyard explain TARGET`: the cause of a failure; exit code 1 when there is one. */
export async function explainCommand(context: Context, session: Session, flags: DiagnoseFlags): Promise<ExitCode> {
	const explanation = await diagnose(context, session, flags);
	const { outStyle, result } = context.terminal;
	const now = session.clock.now();
	result(
		await renderAs(flags.output, {
			document: explanation,
			text: () => renderExplanation(explanation, { title: session.title, style: outStyle, now }),
			markdown: () => renderExplanationMarkdown(explanation),
		}),
	);
	return verdictCode(explanation);
}

/** `lanyard check TARGET`: every link of every pull of the target; the exit code is the worst of them. */
export async function checkCommand(context: Context, session: Session, flags: DiagnoseFlags): Promise<ExitCode> {
	const explanation = await diagnose(context, session, flags);
	const { outStyle, result } = context.terminal;
	result(
		await renderAs(flags.output, {
			document: { schema: 'lanyard.dev/check/v1', world: explanation.world, chains: explanation.chains },
			text: () =>
				renderChains(explanation, { title: session.title, style: outStyle, explain: explainLine(explanation, flags) }),
			markdown: () => renderChainsMarkdown(explanation),
		}),
	);
	return verdictCode(explanation);
}

/** What names the cause of what `check` has shown. */
function explainLine({ target }: Explanation, flags: DiagnoseFlags & { context?: string }): string {
	const where = [
		...(flags.context === undefined ? [] : [`--context ${flags.context}`]),
		...(flags.namespace === undefined ? [] : [`-n ${flags.namespace}`]),
	];
	return inSameWorld(['lanyard explain', `${target.kind}/${target.name}`, ...where].join(' '), flags);
}

/** Reads everything once and says what it means. Only ever reads. */
export async function diagnose(context: Context, session: Session, flags: DiagnoseFlags): Promise<Explanation> {
	const facts = await readFacts(context, session, flags);
	context.terminal.progressDone();
	const explanation = explain(facts);
	const findings = explanation.findings.map((finding) => withFullCommand(finding, flags));
	return withoutControlCharacters({ ...explanation, findings });
}

/** The doctor knows of no flags: what it tells to type is completed here. */
function withFullCommand(finding: Finding, flags: DiagnoseFlags): Finding {
	const { command } = finding.fix;
	return command ? { ...finding, fix: { ...finding.fix, command: inSameWorld(command, flags) } } : finding;
}

async function readFacts(context: Context, session: Session, flags: DiagnoseFlags): Promise<Facts> {
	const kube = await session.kube();
	const namespace = flags.namespace ?? kube.namespace;
	const target = parseTarget(flags.target ?? `namespace/${namespace}`, namespace);
	const access = {
		world: session.world,
		arm: session.arm,
		kube,
		registry: session.registry,
		clock: session.clock,
		subscriptions: () => chosenSubscriptions(session, flags),
	};
	return gather(access, target, (what) => context.terminal.progress(`  … ${what}`));
}

function verdictCode({ findings, chains }: Explanation): ExitCode {
	if (findings.length > 0) return 1;
	const links = chains.flatMap((chain) => [
		...chain.links,
		...chain.hosts.flatMap((host) => host.links),
		...chain.attempts.flatMap((attempt) => attempt.links),
	]);
	const worst = worstVerdict(links.map(({ verdict }) => verdict));
	if (worst === 'problem') return 1;
	return worst === 'could-not-check' ? 7 : 0;
}
