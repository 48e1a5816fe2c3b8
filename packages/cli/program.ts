import { Command } from 'commander';

import type { DiagnoseFlags } from './commands/diagnose.ts';
import type { WordsFlags } from './commands/explain-words.ts';
import type { QuickstartFlags } from './commands/quickstart.ts';
import { addClusterFlags, addWorldFlags, type Adding, examples, inReadingSession, outputOption } from './flags.ts';
import { formatItem, overview } from './render/help.ts';
import { columns } from './render/layout.ts';
import { addAroundCommands } from './program-around.ts';
import { addConnectCommands } from './program-connect.ts';
import { addSandboxCommands } from './program-sandbox.ts';
import { addSecretCommands } from './program-secret.ts';
import { readTypedTarget } from './session/typed-target.ts';
import { unknownCommand } from './usage-problem.ts';
import { version } from './version.ts';

/** A group named without a command prints its help; mistakes are told by us, in our own form. */
const width = () => Math.min(process.stdout.columns ?? columns, columns);
const output = {
	getOutHelpWidth: width,
	getErrHelpWidth: width,
	writeErr: (text: string) => {
		if (!text.startsWith('error:')) process.stdout.write(text);
	},
};

/** The program in its parts, each with the commands that it adds; a test holds the names to that. */
export const parts: { commands: string[]; add(program: Command, adding: Adding): void }[] = [
	{ commands: ['explain', 'check'], add: addDoctorCommands },
	{ commands: ['attach', 'detach', 'undo', 'resume', 'plans'], add: addConnectCommands },
	{ commands: ['secret'], add: addSecretCommands },
	{
		commands: ['migrate', 'import', 'registry', 'cluster', 'whoami', 'review', 'methods'],
		add: addAroundCommands,
	},
	{ commands: ['sandbox'], add: addSandboxCommands },
	{ commands: ['quickstart'], add: addQuickstart },
	// Help looks among all.
	{ commands: [], add: addHelp },
];

/**
 * The whole command line, or the part of it that has the command asked for: a command starts sooner when the others are not
 * made. Implementations are loaded when their command runs, so that help and version stay fast.
 */
export function buildProgram(adding: Adding, asked?: string): Command {
	const program = new Command('lanyard')
		.description('Gets Kubernetes pulling from private registries with the right credentials, and keeps it so.')
		.usage('COMMAND [flags]')
		.version(version, '-V, --version', 'print the version')
		.helpOption('-h, --help', 'print help')
		.helpCommand(false)
		.addHelpText('after', ({ command }) => overview(command.configureOutput().getOutHelpWidth?.() ?? columns))
		.exitOverride()
		.configureHelp({ formatItem, minWidthToWrap: 1 })
		.configureOutput(output);
	const part = parts.filter(({ commands }) => asked !== undefined && commands.includes(asked));
	for (const { add } of part.length > 0 ? part : parts) add(program, adding);
	for (const command of allCommands(program)) command.exitOverride().configureOutput(output);
	return program;
}

function addDoctorCommands(program: Command, adding: Adding): void {
	const target = 'KIND/NAME or KIND NAME, as in kubectl: deployment/web, pod web-7c9f, namespace/shop';
	addClusterFlags(
		addWorldFlags(
			program
				.command('explain')
				.description('Name the cause of one failing pull, and its fix.')
				.optionsGroup('From words alone, without a cluster:')
				.option('--message <text>', 'the words of a failed pull, as they stand in an event, a log or a ticket')
				.option(
					'--events <file>',
					'JSON of kubectl, text of kubectl describe, a journal, JSON lines; - for standard input',
				)
				.option('--about <text>', 'what else is known, in your own words: "worked yesterday", "only on new nodes"'),
		),
	)
		.argument('[target...]', target)
		.usage('[options] [target]')
		.addHelpText(
			'after',
			examples(
				'explain deployment/web',
				'explain --message "$(kubectl get events)"',
				'explain --events events.json -o json',
			),
		)
		.action(async (words: string[], flags: Omit<DiagnoseFlags, 'target'> & WordsFlags) => {
			const asked = readTypedTarget(words, 'explain');
			if (asked === undefined) return explainFromWords(adding, flags);
			return inReadingSession(adding, flags, async (session) => {
				const { explainCommand } = await import('./commands/diagnose.ts');
				return explainCommand(adding.context, session, { ...flags, target: asked });
			});
		});
	addClusterFlags(
		addWorldFlags(program.command('check').description('Walk every link of a pull, and say how each one is.')),
	)
		.argument('[target...]', `${target} (default: the whole namespace)`)
		.usage('[options] [target]')
		.addHelpText('after', examples('check deployment/web', 'check', 'check deployment/web -o json'))
		.action((words: string[], flags: Omit<DiagnoseFlags, 'target'>) => {
			const asked = readTypedTarget(words, 'check');
			return inReadingSession(adding, flags, async (session) => {
				const { checkCommand } = await import('./commands/diagnose.ts');
				return checkCommand(adding.context, session, { ...flags, ...(asked === undefined ? {} : { target: asked }) });
			});
		});
}

/** No session, no world: words need neither. */
async function explainFromWords({ context, outcome }: Adding, flags: WordsFlags): Promise<void> {
	const { explainWordsCommand } = await import('./commands/explain-words.ts');
	outcome.exitCode = await explainWordsCommand(context, flags, () => process.stdin);
}

function addQuickstart(program: Command, { context, outcome }: Adding): void {
	program
		.command('quickstart')
		.description('A failing pull, explained, fixed and proved, on a sandbox of its own.')
		.option('--real-delays', 'let everything take as long as on Azure (default: ten times faster)')
		.addOption(outputOption())
		.addHelpText('after', examples('quickstart', 'quickstart --real-delays', 'quickstart -o json'))
		.action(async (flags: QuickstartFlags) => {
			const { quickstart } = await import('./commands/quickstart.ts');
			outcome.exitCode = await quickstart(context, flags);
		});
}

/** `lanyard help secret create`, as people type it; commander's own knows one name only. */
function addHelp(program: Command): void {
	program
		.command('help')
		.description('Print the help of a command.')
		.argument('[command...]', 'its name, and that of its part')
		.addHelpText('after', examples('help explain', 'help secret create', 'help sandbox up'))
		.action((names: string[]) => {
			let found = program;
			for (const [at, name] of names.entries()) {
				const next = found.commands.find((one) => one.name() === name);
				const around = [program.name(), ...names.slice(0, at)].join(' ');
				if (next === undefined) throw unknownCommand(names.join(' '), { among: found, name: around });
				found = next;
			}
			found.outputHelp();
		});
}

function allCommands(command: Command): Command[] {
	return command.commands.flatMap((one) => [one, ...allCommands(one)]);
}
