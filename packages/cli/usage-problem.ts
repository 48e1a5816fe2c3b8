import { nearest, Problem } from '@lanyard/core';
import { type Command, CommanderError } from 'commander';

/** A command line that commander refused, and the commands it was read with. */
export interface CommandLine {
	program: Command;
	args: readonly string[];
}

const codes: Record<string, 'unknown-command' | 'missing-flag'> = {
	'commander.unknownCommand': 'unknown-command',
	'commander.missingMandatoryOptionValue': 'missing-flag',
	'commander.missingArgument': 'missing-flag',
};

const looksFor = {
	'unknown-command': 'the list of commands',
	'missing-flag': 'what it needs',
	'wrong-flag': 'its flags',
} as const;

/** Turns what commander throws about a command line into a problem; anything else is given back as it is. */
export function asProblem(thrown: unknown, line: CommandLine): unknown {
	if (!(thrown instanceof CommanderError)) return thrown;
	const { command, name } = commandOf(line);
	if (thrown.code === 'commander.excessArguments') return tooMany({ command, name }, line.args);
	const unknownFlag = codes[thrown.code] === 'missing-flag' ? sayUnknownFlag(command, line.args) : undefined;
	const code = unknownFlag === undefined ? (codes[thrown.code] ?? 'wrong-flag') : 'wrong-flag';
	return new Problem(code, {
		sentence: unknownFlag ?? sentenceOf(thrown),
		fix: `Run ${name} --help for ${looksFor[code]}.`,
	});
}

/** Throws `unknown-command` before anything is read: with `--help` behind it commander would print the help of what is around it. */
export function mustKnowCommand({ program, args }: CommandLine): void {
	const { command, name } = commandOf({ program, args });
	const typed = args[name.split(' ').length - 1];
	if (command.commands.length === 0 || typed === undefined || typed.startsWith('-')) return;
	throw unknownCommand(typed, { among: command, name });
}

/** Nothing of this name is among the commands of a group (or of the program), with the nearest that is. */
export function unknownCommand(typed: string, { among, name }: { among: Command; name: string }): Problem {
	const word = typed.split(' ').at(-1) ?? '';
	const below = among.commands.filter(({ commands }) => commands.some((one) => one.name() === word));
	// What completes stands beside the commands, not among them.
	const names = [...among.commands.map((one) => one.name()), ...(among.parent ? [] : ['complete'])];
	const meant = below.map((one) => `${one.name()} ${word}`).join(' or ') || nearest(word, names);
	return new Problem('unknown-command', {
		sentence: `unknown command '${typed}'${meant === undefined ? '' : `; did you mean ${meant}?`}`,
		fix: `Run ${name} --help for the list of commands.`,
	});
}

/** What is too much, and where it may belong. */
function tooMany({ command, name }: { command: Command; name: string }, args: readonly string[]): Problem {
	const takes = command.registeredArguments.length;
	const more = command.args.slice(takes);
	const [first = ''] = more;
	const at = args.indexOf(first);
	const isTarget = args[at - 2] === '--attach-to';
	const isWorld = takes === 0 && command.options.some(({ long }) => long === '--name');
	const fix = isTarget
		? `Write --attach-to ${args[at - 1]}/${first}`
		: `Run ${name} --help for what it takes.${isWorld ? ` If it is the name of a world: --name ${first}` : ''}`;
	// `--password-stdin` takes no value; who gives it one has typed a password.
	const hasPassword = args.some((arg) => arg.startsWith('--password'));
	const few = takes === 1 ? '1 argument' : `${takes} arguments`;
	return new Problem('wrong-flag', {
		sentence: `${name} takes ${takes === 0 ? 'no arguments' : `${few} only`}`,
		wanted: [name, ...command.registeredArguments.map((one) => `<${one.name()}>`)].join(' '),
		found: hasPassword ? 'more, not shown here: a password may be among it' : `also ${more.join(', ')}`,
		fix,
	});
}

function sentenceOf({ message }: CommanderError): string {
	// The value of an unknown flag may be a password.
	const shown = message.replace(/^error: /, '').replace(/^(unknown option '--?[^'=]*)=.*'$/ms, "$1'");
	const [first = '', suggestion] = shown.split('\n');
	const hint = suggestion?.replace(/[()]/g, '').toLowerCase();
	return hint ? `${first}; ${hint}` : first;
}

/** The command that was being read: its help is the one that helps. */
function commandOf({ program, args }: CommandLine): { command: Command; name: string } {
	let command = program;
	const names = [program.name()];
	for (const arg of args) {
		const next = command.commands.find((one) => one.name() === arg || one.aliases().includes(arg));
		if (next === undefined) break;
		command = next;
		names.push(next.name());
	}
	return { command, name: names.join(' ') };
}

/** A flag that the command has not is what keeps it from seeing the one that it misses: commander looks the other way round. */
function sayUnknownFlag({ options }: Command, args: readonly string[]): string | undefined {
	const known = options.flatMap(({ short, long }) => [short, long]).filter((flag) => flag !== undefined);
	const own = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
	const unknown = own
		.map((arg) => arg.replace(/=.*$/s, ''))
		.find((arg) => arg.startsWith('--') && arg !== '--help' && !known.includes(arg));
	if (unknown === undefined) return undefined;
	const meant = nearest(unknown, known);
	return `unknown option '${unknown}'${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}
