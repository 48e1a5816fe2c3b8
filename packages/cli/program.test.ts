import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { problems } from '@lanyard/core';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';

import { readConfig } from './config.ts';
import { buildProgram, parts } from './program.ts';
import { contextOf } from './run.ts';
import { version } from './version.ts';

const adding = {
	context: contextOf(readConfig({}, ['node', 'lanyard']), new AbortController().signal),
	outcome: { exitCode: 0 },
};
const program = buildProgram(adding);

const leaves = (command: Command, path = ''): [string, Command][] =>
	command.commands.flatMap((one) =>
		one.commands.length > 0 ? leaves(one, `${path}${one.name()} `) : [[`${path}${one.name()}`, one]],
	);
const commands = new Map(leaves(program));

/** What `--help` prints, the examples included. */
function helpOf(command: Command, width = 100): string {
	let text = '';
	command.configureOutput({ writeOut: (part) => void (text += part), getOutHelpWidth: () => width });
	command.outputHelp();
	return text;
}

it('says the version of its package', () => {
	const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
	expect(manifest).toMatchObject({ version });
});

describe('a part of the program', () => {
	it.each(parts)('has the commands $commands', ({ commands: names, add }) => {
		const alone = new Command();
		add(alone, adding);
		const added = alone.commands.map((one) => one.name()).filter((name) => name !== 'help');
		expect(added).toEqual(names);
	});

	it('is made alone when a command of it is asked for, and its help is the same', () => {
		const names = parts.flatMap(({ commands: own }) => own);
		expect(new Set([...names, 'help'])).toEqual(new Set(program.commands.map((one) => one.name())));
		for (const name of names) {
			const alone = buildProgram(adding, name);
			expect(alone.commands.length).toBeLessThan(program.commands.length);
			const [own, whole] = [alone, program].map((from) => from.commands.find((one) => one.name() === name));
			if (own === undefined || whole === undefined) throw new Error(`${name} is not there`);
			expect(helpOf(own)).toBe(helpOf(whole));
		}
	});

	it.each([undefined, 'help', 'complete', '--help', 'explian'])('is all of it for %s', (asked) => {
		expect(buildProgram(adding, asked).commands).toHaveLength(program.commands.length);
	});
});

/** What is there to be typed is never broken. */
const typed = /^(Usage: | {2}lanyard )/;

it.each([40, 60, 80, 100])('fits its overview and its groups into %i columns', (width) => {
	const groups = [program, ...program.commands.filter(({ commands: own }) => own.length > 0)];
	const lines = groups.flatMap((one) => helpOf(one, width).split('\n'));
	expect(lines.filter((line) => line.length > width && !typed.test(line))).toEqual([]);
});

it('puts a description beside what it describes where there is room, else below', () => {
	const secret = program.commands.find((one) => one.name() === 'secret') ?? program;
	const lineOf = (width: number) => /^ {2}adopt[\s\S]*?(?=\n {2}\S)/m.exec(helpOf(secret, width))?.[0];
	expect(lineOf(100)).toMatchInlineSnapshot(
		`"  adopt [options] <name>   Check a pull secret that is there, and take it over."`,
	);
	expect(lineOf(40)).toMatchInlineSnapshot(`
		"  adopt [options] <name>
		      Check a pull secret that is there,
		      and take it over."
	`);
});

describe.each([...commands])('lanyard %s', (path, command) => {
	it('has a sentence and three examples of itself', () => {
		expect(command.description()).toMatch(/^[A-Z].*\.$/);
		const lines = helpOf(command).split('Examples:\n')[1]?.trim().split('\n') ?? [];
		expect(lines).toHaveLength(3);
		for (const line of lines) expect(line.trim()).toMatch(new RegExp(`^lanyard ${path}( |$)`));
	});

	it.each([40, 60, 80])('has help that fits a terminal of %i columns, but for what is typed', (width) => {
		const wide = helpOf(command, width)
			.split('\n')
			.filter((line) => line.length > width && !typed.test(line));
		expect(wide).toEqual([]);
	});

	it('knows every flag that its examples use', () => {
		const known = new Set([...command.options].flatMap(({ long, short }) => [long, short]));
		const own =
			helpOf(command)
				.split('Examples:\n')[1]
				?.split('\n')
				.map((line) => line.split(' -- ')[0] ?? '') ?? [];
		const used = own.flatMap((line) => Array.from(line.matchAll(/ (--?[a-z-]+)/g), ([, flag = '']) => flag));
		expect(used.filter((flag) => !known.has(flag))).toEqual([]);
	});
});

it('prints the help of a command by its name, and knows no other', async () => {
	let printed = '';
	commands.get('secret create')?.configureOutput({ writeOut: (part) => void (printed += part) });
	await program.parseAsync(['help', 'secret', 'create'], { from: 'user' });
	expect(printed).toContain('Usage: lanyard secret create [options] <name>');
	const refused = program.parseAsync(['help', 'explian'], { from: 'user' });
	await expect(refused).rejects.toMatchObject({
		code: 'unknown-command',
		message: expect.stringContaining('did you mean explain?'),
	});
});

it('names no command in a problem that it does not have', () => {
	const named = Object.values(problems).flatMap(({ fix, sentence }) =>
		Array.from(`${fix} ${sentence}`.matchAll(/\blanyard ([a-z]+)/g), ([, name = '']) => name),
	);
	const known = new Set(program.commands.map((command) => command.name()));
	expect(named.filter((name) => !known.has(name))).toEqual([]);
});

it('tells in the help of explain what words alone can do', () => {
	const explain = commands.get('explain');
	const flags = explain?.options.map(({ long, description }) => `${long}: ${description}`) ?? [];
	expect(flags.filter((flag) => /^--(?:message|events|about):/.test(flag))).toMatchInlineSnapshot(`
		[
		  "--message: the words of a failed pull, as they stand in an event, a log or a ticket",
		  "--events: JSON of kubectl, text of kubectl describe, a journal, JSON lines; - for standard input",
		  "--about: what else is known, in your own words: "worked yesterday", "only on new nodes"",
		]
	`);
});
