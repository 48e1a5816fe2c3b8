import type { Command } from 'commander';
import { expect, it } from 'vitest';

import { readConfig } from '../config.ts';
import { buildProgram } from '../program.ts';
import { contextOf } from '../run.ts';
import { type Asked, askedAt } from './asked.ts';
import { nameKindOfFlag, nameKindsOfArguments } from './name-kinds.data.ts';

const program = buildProgram({
	context: contextOf(readConfig({}, ['node', 'lanyard']), new AbortController().signal),
	outcome: { exitCode: 0 },
});

const asked = (kind: Asked['kind'], typed = '', { before = '', ...flags }: Record<string, string> = {}) => ({
	...{ kind, typed, before, flags },
});

it.each<[words: string[], asked: Asked | undefined]>([
	[['attach', '--registry', ''], asked('registry')],
	[['attach', '--registry', 'my'], asked('registry', 'my')],
	[['attach', '--registry=my'], asked('registry', 'my')],
	[['attach', '--yes', '--cluster', ''], asked('cluster')],
	[['attach', '--world', 'sandbox', '--cluster', 'm'], asked('cluster', 'm', { world: 'sandbox' })],
	[
		['attach', '--world=sandbox:x', '-ojson', '--cluster', ''],
		asked('cluster', '', { world: 'sandbox:x', output: 'json' }),
	],
	[['secret', 'show', 'pu'], asked('secret', 'pu')],
	[['secret', 'show', '-n', 'shop', ''], asked('secret', '', { namespace: 'shop' })],
	[['secret', 'show', 'pull', ''], undefined],
	[['secret', 'list', '-n', 'shop,we'], asked('namespace', 'we', { before: 'shop,' })],
	[['secret', 'create', ''], undefined],
	[['registry', 'show', ''], asked('registry')],
	[['registry', 'create', ''], undefined],
	[['sandbox', 'down', '--name', ''], asked('sandbox', '', { name: 'default' })],
	[['sandbox', 'break', 'dns'], asked('cause', 'dns', { name: 'default' })],
	[['sandbox', 'break', '--name', 'shop', 'dns', 'de'], asked('workload', 'de', { name: 'shop' })],
	[['sandbox', 'mend', ''], asked('broken', '', { name: 'default' })],
	[['check', 'dep'], asked('workload', 'dep')],
	[['review', 'one.sh', ''], asked('file')],
	[['secret', 'create', 'pull', '--attach-to', 'deployment/w'], asked('secret-user', 'deployment/w')],
	// The rest is the library's: commands, flags, choices, and what is behind --.
	[[''], undefined],
	[['attach', '--re'], undefined],
	[['attach', '--method', ''], undefined],
	[['attach', '--nonsense', ''], undefined],
	[['sandbox', 'exec', '--', 'lanyard', 'attach', '--registry', ''], undefined],
])('%j', (words, expected) => expect(askedAt(program, words)).toEqual(expected));

it('knows no flag and no command that are not there', () => {
	const all = (command: Command, path = ''): [path: string, command: Command][] =>
		command.commands
			.flatMap((one) => [[`${path}${one.name()}`, one] as const, ...all(one, `${path}${one.name()} `)])
			.map(([name, one]) => [name, one]);
	const commands = new Map(all(program));
	const flags = new Set([...commands.values()].flatMap(({ options }) => options.map(({ long }) => long)));
	expect(Object.keys(nameKindOfFlag).filter((flag) => !flags.has(flag))).toEqual([]);
	const without = Object.keys(nameKindsOfArguments).filter((path) => !commands.get(path)?.registeredArguments.length);
	expect(without).toEqual([]);
});
