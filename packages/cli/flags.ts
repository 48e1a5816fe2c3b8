import type { AskedWait } from '@lanyard/clients';
import { type ExitCode, Problem } from '@lanyard/core';
import { type Command, InvalidArgumentError, Option } from 'commander';

import type { CommonFlags, Context } from './commands/context.ts';
import { notBegun } from './not-begun.ts';
import { outputFormats } from './render/output.ts';
import type { Session } from './session/session.ts';

/** What a program run came to; the last action's answer. */
export interface Outcome {
	exitCode: number;
}

/** What the commands of this program need to be added. */
export interface Adding {
	context: Context;
	outcome: Outcome;
}

/** `-o`, `--world`, `--subscription`: what every command that speaks to a world takes. */
export function addWorldFlags(command: Command): Command {
	return command
		.optionsGroup('Where:')
		.option('--world <world>', 'azure, sandbox or sandbox:NAME (default: $LANYARD_WORLD, else azure)')
		.option('--subscription <name>', 'look in this subscription only')
		.addOption(new Option('--sign-in <way>', 'how (default: the first of these, without the last)').choices(signInWays))
		.option('--cloud <name>', 'AzureCloud, AzureChinaCloud or AzureUSGovernment (default: AzureCloud)')
		.addOption(outputOption());
}

export function outputOption(): Option {
	return new Option('-o, --output <format>', 'how to print the result').choices(outputFormats).default('text');
}

/** A positive number, or commander's own complaint about it. */
export function positiveNumber(text: string): number {
	const value = Number(text);
	if (Number.isFinite(value) && value > 0) return value;
	throw new InvalidArgumentError('wanted a number above 0.');
}

/** How many nodes a pool can have, or commander's own complaint about it. */
export function nodeCount(text: string): number {
	const value = Number(text);
	if (Number.isInteger(value) && value > 0 && value <= 1000) return value;
	throw new InvalidArgumentError('wanted a number from 1 to 1000.');
}

/** Gathers a flag that may be repeated, or given several values with commas. */
export function listOf(text: string, before: string[] = []): string[] {
	return [...before, ...text.split(',').filter((one) => one !== '')];
}

/** A TCP port, or commander's own complaint about it. */
export function portNumber(text: string): number {
	const value = Number(text);
	if (Number.isInteger(value) && value > 0 && value <= 65_535) return value;
	throw new InvalidArgumentError('wanted a port from 1 to 65535.');
}

/** Which cluster, by the kubeconfig. */
export function addClusterFlags(command: Command): Command {
	return command
		.optionsGroup('Which cluster:')
		.option('--context <name>', 'a context of the kubeconfig (default: its current one)')
		.option('-n, --namespace <name>', "default: the context's namespace");
}

/** Which cluster and registry, and whether to ask first. */
export function addAttachFlags(command: Command): Command {
	return addChangeFlags(
		command
			.optionsGroup('What:')
			.option('--cluster <name>', 'name or resource id')
			.option('--context <name>', 'instead: a context of the kubeconfig, for clusters that are not AKS')
			.requiredOption('--registry <name>', 'name, login server or resource id')
			.option('-n, --namespace <name>', 'where a proof pod may run (default: default)'),
	);
}

/** Whether to ask first, or only to show. */
export function addChangeFlags(command: Command): Command {
	return addWorldFlags(
		command
			.optionsGroup('How:')
			.option('-y, --yes', 'do not ask')
			.option('--dry-run', 'print the plan and stop')
			.addOption(new Option('--export <language>', 'print the plan as a script and stop').choices(exportLanguages)),
	);
}

/** In what a plan can be written down for other tools. */
export const exportLanguages = ['az', 'kubernetes'] as const;

/** The ways to sign in to Azure, in the order in which they are tried; `session/azure-sign-in.ts` makes them. */
const signInWays = ['environment', 'workload-identity', 'azure-cli', 'managed-identity', 'device-code'];

/** Does the work of a command in the world that its flags name, and lets go of it afterwards. Ctrl-C ends it wherever it is, until it begins to change something. */
export async function inSession(
	{ context, outcome }: Adding,
	flags: Omit<CommonFlags, 'namespace'>,
	work: (session: Session) => Promise<ExitCode>,
): Promise<void> {
	const { openSession } = await import('./session/open.ts');
	const tell = (message: string) => context.terminal.say(message);
	const { signal, terminal } = context;
	const onAskedToWait = (wait: AskedWait | 'over') =>
		wait === 'over'
			? terminal.progressDone()
			: terminal.progress(`  … waiting ${wait.seconds} s, as ${wait.host} asks`);
	const session = await openSession(context.config, { ...flags, tell, signal, onAskedToWait });
	let isChanging = false;
	const willChange = () => {
		session.willChange();
		isChanging = true;
	};
	try {
		outcome.exitCode = await work({ ...session, willChange });
	} catch (thrown) {
		// Whatever a request that was cut short threw.
		if (signal.aborted && !isChanging) throw notBegun(signal, thrown);
		if (session.world !== 'azure') throw thrown;
		const { withSandboxHint } = await import('./session/sandbox-hint.ts');
		throw await withSandboxHint(thrown, context.config);
	} finally {
		context.terminal.progressDone();
		await session.close();
	}
}

/** The same for a command that only reads. */
export async function inReadingSession(
	adding: Adding,
	flags: Omit<CommonFlags, 'namespace'>,
	work: (session: Session) => Promise<ExitCode>,
): Promise<void> {
	const { signal } = adding.context;
	try {
		await inSession(adding, flags, work);
	} catch (cause) {
		if (!signal.aborted) throw cause;
		throw new Problem('interrupted', {
			sentence: notBegun(signal).message,
			fix: 'Run it again; it only reads.',
			cause,
		});
	}
}

/** The examples at the end of a command's help; a test runs them. */
export function examples(...lines: string[]): string {
	return `\nExamples:\n${lines.map((line) => `  lanyard ${line}`).join('\n')}`;
}
