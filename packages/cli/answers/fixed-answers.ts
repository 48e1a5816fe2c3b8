import type { Command } from 'commander';

import { version } from '../version.ts';

/**
 * What the program answers to command lines that ask for nothing but help or the version, by command line. The package
 * carries it ready made (`dist/answers.json`), so that these need not load the program.
 */
export function fixedAnswers(program: Command): Record<string, string> {
	const versions = ['--version', '-V'].map((flag): [string, string] => [flag, `${version}\n`]);
	return Object.fromEntries([['', helpOf(program)], ...versions, ...helpLines(program, '')]);
}

function helpLines(command: Command, path: string): [string, string][] {
	const own = ['--help', '-h'].map((flag): [string, string] => [`${path}${flag}`, helpOf(command)]);
	const group: [string, string][] = path !== '' && command.commands.length > 0 ? [[path.trim(), helpOf(command)]] : [];
	return [...own, ...group, ...command.commands.flatMap((one) => helpLines(one, `${path}${one.name()} `))];
}

/** Everything that help prints, what is added after it included. */
function helpOf(command: Command): string {
	const parts: string[] = [];
	command.configureOutput({ writeOut: (part) => void parts.push(part) });
	command.outputHelp();
	return parts.join('');
}
