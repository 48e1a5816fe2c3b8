import { Problem } from '@lanyard/core';
import { CommanderError } from 'commander';

/** Turns what commander throws about a command line into a problem; anything else is given back as it is. */
export function asProblem(thrown: unknown): unknown {
	if (!(thrown instanceof CommanderError)) return thrown;
	const [first = '', suggestion] = thrown.message.replace(/^error: /, '').split('\n');
	const hint = suggestion?.replace(/[()]/g, '').toLowerCase();
	const code = {
		'commander.unknownCommand': 'unknown-command',
		'commander.missingMandatoryOptionValue': 'missing-flag',
		'commander.missingArgument': 'missing-flag',
	} as const;
	const known = Object.entries(code).find(([key]) => key === thrown.code);
	return new Problem(known?.[1] ?? 'wrong-flag', { sentence: hint ? `${first}; ${hint}` : first });
}
