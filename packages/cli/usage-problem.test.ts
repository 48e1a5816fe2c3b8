import { expect, it } from 'vitest';

import { buildProgram } from './program.ts';
import { testContext } from './test-context.ts';
import { asProblem, mustKnowCommand } from './usage-problem.ts';

async function refusalOf(line: string): Promise<unknown> {
	const args = line.split(' ');
	const program = buildProgram({ context: testContext(), outcome: { exitCode: 0 } });
	try {
		mustKnowCommand({ program, args });
		await program.parseAsync(args, { from: 'user' });
	} catch (thrown) {
		return asProblem(thrown, { program, args });
	}
	return 'was taken';
}

it.each([
	['lst', 'unknown-command', "unknown command 'lst'", 'Run lanyard --help for the list of commands.'],
	[
		'secret lst',
		'unknown-command',
		"unknown command 'lst'; did you mean list?",
		'Run lanyard secret --help for the list of commands.',
	],
	['lst --help', 'unknown-command', "unknown command 'lst'", 'Run lanyard --help for the list of commands.'],
	[
		'explian -h',
		'unknown-command',
		"unknown command 'explian'; did you mean explain?",
		'Run lanyard --help for the list of commands.',
	],
	[
		'registry shwo --help',
		'unknown-command',
		"unknown command 'shwo'; did you mean show?",
		'Run lanyard registry --help for the list of commands.',
	],
	[
		'sandbox cluster nosuch --help',
		'unknown-command',
		"unknown command 'nosuch'",
		'Run lanyard sandbox cluster --help for the list of commands.',
	],
	// Below a group there is one, or there are some.
	[
		'up --name shop',
		'unknown-command',
		"unknown command 'up'; did you mean sandbox up?",
		'Run lanyard --help for the list of commands.',
	],
	[
		'show',
		'unknown-command',
		"unknown command 'show'; did you mean secret show or registry show?",
		'Run lanyard --help for the list of commands.',
	],
	[
		'attach --cluster x',
		'missing-flag',
		"required option '--registry <name>' not specified",
		'Run lanyard attach --help for what it needs.',
	],
	// The flag that is missing is the one that was mistyped.
	[
		'attach --clustr x --registry y',
		'wrong-flag',
		"unknown option '--clustr'; did you mean --cluster?",
		'Run lanyard attach --help for its flags.',
	],
	[
		'attach --clustr=x --registry y',
		'wrong-flag',
		"unknown option '--clustr'; did you mean --cluster?",
		'Run lanyard attach --help for its flags.',
	],
	[
		'registry create',
		'missing-flag',
		"required option '--group <name>' not specified",
		'Run lanyard registry create --help for what it needs.',
	],
	[
		'registry show one two',
		'wrong-flag',
		'lanyard registry show takes 1 argument only',
		'Run lanyard registry show --help for what it takes.',
	],
	[
		'sandbox up shop',
		'wrong-flag',
		'lanyard sandbox up takes no arguments',
		'Run lanyard sandbox up --help for what it takes. If it is the name of a world: --name shop',
	],
	[
		'secret adopt pull --attach-to deployment web',
		'wrong-flag',
		'lanyard secret adopt takes 1 argument only',
		'Write --attach-to deployment/web',
	],
	['check --passwrd=hunter2', 'wrong-flag', "unknown option '--passwrd'", 'Run lanyard check --help for its flags.'],
	['check --foo', 'wrong-flag', "unknown option '--foo'", 'Run lanyard check --help for its flags.'],
])('%s: %s', async (line, code, message, fix) => {
	expect(await refusalOf(line)).toMatchObject({ code, message, fix });
});

it('does not print what may be a password', async () => {
	const line = 'secret create pull --registry r --user u --password-stdin hunter2';
	const problem = await refusalOf(line);
	expect(problem).toMatchObject({ found: 'more, not shown here: a password may be among it' });
	expect(JSON.stringify(problem)).not.toContain('hunter2');
});

it('gives back what is no mistake of the command line', () => {
	const bug = new TypeError('x is undefined');
	const program = buildProgram({ context: testContext(), outcome: { exitCode: 0 } });
	expect(asProblem(bug, { program, args: [] })).toBe(bug);
});
