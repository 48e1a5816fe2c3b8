import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gates } from './gates.ts';
import { runTool } from './run-tool.ts';
import { trackedPaths } from './tracked-files.ts';

/** The gates that look at the tree themselves; the others are programs with tests of their own. */
const names = ['boundaries', 'docs', 'sizes', 'marks', 'secrets'];
const ours = gates.filter(({ name }) => names.includes(name));

const root = resolve(import.meta.dirname, '..');
const copy = mkdtempSync(join(tmpdir(), 'lanyard-planted-'));

beforeAll(() => {
	for (const path of trackedPaths(root)) {
		mkdirSync(join(copy, dirname(path)), { recursive: true });
		cpSync(join(root, path), join(copy, path));
	}
	symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
	execFileSync('git', ['init', '--quiet'], { cwd: copy });
});
afterAll(() => rmSync(copy, { recursive: true }));

/** What our gates say about the copy, asked here: quick. */
async function askGates(): Promise<{ red: string[]; output: string }> {
	const asked = await Promise.all(ours.map(async ({ name, look }) => ({ name, ...(await look(copy)) })));
	const red = asked.filter(({ wrong }) => wrong.length > 0);
	return { red: red.map(({ name }) => name), output: red.flatMap(({ wrong }) => wrong).join('\n') };
}

/** The same, asked as a person asks: `npm run check`. */
async function runCheck(): Promise<{ code: number; red: string[]; output: string }> {
	const { code, output } = await runTool(copy, ['npm', 'run', '--silent', 'check', '--', ...names]);
	return { code, red: /^red: (.+)$/m.exec(output)?.[1]?.split(', ') ?? [], output };
}

it('finds nothing red in the tree as it is', async () => {
	const { code, red, output } = await runCheck();
	expect(red, output).toEqual([]);
	expect(code).toBe(0);
});

// Put together here, for this file is looked at too.
const joined = (...parts: string[]) => parts.join('');

/** Asked in a process of its own only: a catalogue is loaded once in a process. */
const undocumented = {
	gate: 'docs',
	path: 'packages/core/index.ts',
	text: `export const problems = { 'planted-problem': {} };\n`,
	says: 'docs/problems.md: planted-problem is not documented',
};

const breaks: [name: string, planted: { gate: string; path: string; text: string; says: string }][] = [
	[
		'an arrow that is not there',
		{
			gate: 'boundaries',
			path: 'packages/doctor/planted.ts',
			text: `export { createPlan } from '@lanyard/connect';\n`,
			says: 'packages/doctor → packages/connect: no such arrow',
		},
	],
	[
		'the two houses meeting',
		{
			gate: 'boundaries',
			path: 'sandbox/azure/planted.ts',
			text: `import { parseJwt } from '@lanyard/wire';\nexport const read = parseJwt;\n`,
			says: 'sandbox/azure → packages/wire: no such arrow',
		},
	],
	[
		'the ground under a package',
		{
			gate: 'boundaries',
			path: 'packages/cli/planted.ts',
			text: `import { WorldClock } from '@lanyard/sandbox-ground';\nexport const clock = new WorldClock();\n`,
			says: 'packages/cli → sandbox/ground: no such arrow',
		},
	],
	[
		'a package loaded later without its names',
		{
			gate: 'boundaries',
			path: 'packages/cli/planted.ts',
			text: `export const read = async (text: string) => (await import('yaml')).parse(text);\n`,
			says: 'packages/cli/planted.ts:1: yaml is loaded later: go through a module of named re-exports',
		},
	],
	[
		'a path into another package',
		{
			gate: 'boundaries',
			path: 'packages/wire/planted.ts',
			text: `export { Secret } from '../core/secret.ts';\n`,
			says: 'packages/wire/planted.ts → packages/core/secret.ts: import another package by its name',
		},
	],
	[
		'a clock in pure code',
		{
			gate: 'boundaries',
			path: 'packages/core/planted.ts',
			text: `export const isLate = (endsAt: Date) => endsAt < new Date();\n`,
			says: 'packages/core/planted.ts → new Date() (line 1): this code is pure',
		},
	],
	[
		'pure code that leads to Node',
		{
			gate: 'boundaries',
			path: 'packages/doctor/links/planted.ts',
			text: `import { readState } from '../planted-state.ts';\nexport const read = readState;\n`,
			says: 'packages/doctor/links/planted.ts → packages/doctor/planted-state.ts → node:fs (line 1)',
		},
	],
	[
		'settings read deep inside',
		{
			gate: 'boundaries',
			path: 'packages/clients/planted.ts',
			text: `export const proxyUrl = process.env['HTTPS_PROXY'];\n`,
			says: 'packages/clients/planted.ts:1: process.env belongs in config.ts or main.ts',
		},
	],
	[
		'a connection opened elsewhere',
		{
			gate: 'boundaries',
			path: 'packages/connect/planted.ts',
			text: `export const ask = (url: string) => fetch(url);\n`,
			says: 'packages/connect/planted.ts:1: fetch opens a connection here',
		},
	],
	[
		'a connection of the kubelet past its transport',
		{
			gate: 'boundaries',
			path: 'sandbox/cluster/planted.ts',
			text: `import * as tls from 'node:tls';\nexport const open = () => tls.connect(443);\n`,
			says: 'sandbox/cluster/planted.ts:2: connect of node:tls opens a connection here',
		},
	],
	[
		'a link that leads nowhere',
		{
			gate: 'docs',
			path: 'docs/planted.md',
			text: `See [the plan](no-such-file.md).\n`,
			says: 'docs/planted.md:1: no-such-file.md leads nowhere',
		},
	],
	[
		'an anchor that is not there',
		{
			gate: 'docs',
			path: 'docs/planted.md',
			text: `# Planted\n\nSee [below](#nothing).\n`,
			says: 'docs/planted.md has no heading "nothing"',
		},
	],
	[
		'a console block that cannot be run',
		{
			gate: 'docs',
			path: 'docs/planted.md',
			text: '```console\n$ lanyard check | head\n```\n',
			says: 'docs/planted.md:2: "lanyard check | head" cannot be run here',
		},
	],
	[
		'a documented problem that does not exist',
		{
			gate: 'docs',
			path: 'docs/problems.md',
			text: `${readFileSync(join(root, 'docs', 'problems.md'), 'utf8')}\n### planted-problem\n`,
			says: ': no problem is called planted-problem',
		},
	],
	[
		'a file that is too long',
		{
			gate: 'sizes',
			path: 'packages/core/planted.ts',
			text: 'export {};\n'.repeat(401),
			says: 'packages/core/planted.ts: 401 lines, at most 400',
		},
	],
	[
		'a test that runs alone',
		{
			gate: 'marks',
			path: 'packages/core/planted.test.ts',
			text: joined(`import { it } from 'vitest';\nit.`, `only('passes', () => {});\n`),
			says: joined('packages/core/planted.test.ts:2: it.', 'only'),
		},
	],
	[
		'a test left out without the reason',
		{
			gate: 'marks',
			path: 'packages/core/planted.test.ts',
			text: `import { it } from 'vitest';\nit.skipIf(true)('passes', () => {});\n`,
			says: 'packages/core/planted.test.ts:2: it.skipIf in a file that does not say',
		},
	],
	[
		'a merge that was not finished',
		{
			gate: 'marks',
			path: 'docs/planted.md',
			text: joined('one\n<<<<', '<<< HEAD\ntwo\n'),
			says: 'docs/planted.md:2: a conflict of a merge that was not solved',
		},
	],
	[
		'a private key',
		{
			gate: 'secrets',
			path: 'vectors/planted.json',
			text: joined('"-----BEGIN RSA PRIVATE', ` KEY-----\\n${'MIIEpAIBAAKCAQEA'.repeat(4)}"\n`),
			says: 'vectors/planted.json:1: a private key',
		},
	],
	[
		'a token',
		{
			gate: 'secrets',
			path: 'docs/planted.txt',
			text: joined('eyJhbGciOiJSUzI1NiJ9', '.eyJzdWIiOiJhbmEifQ1234', '.c2lnbmF0dXJlMTIz\n'),
			says: 'docs/planted.txt:1: a token (JWT)',
		},
	],
	[
		'a password',
		{
			gate: 'secrets',
			path: 'packages/core/planted.ts',
			text: joined(`export const password`, ` = 'h8Kq2ZpLw9Xv3Rt';\n`),
			says: 'packages/core/planted.ts:1: what looks like a password',
		},
	],
	[
		'a path of a machine',
		{
			gate: 'secrets',
			path: 'docs/planted.txt',
			text: joined('see /ho', 'me/ana/lanyard\n'),
			says: 'docs/planted.txt:1: a machine path',
		},
	],
	[
		'an address in the lock file',
		{
			gate: 'secrets',
			path: 'package-lock.json',
			text: joined('{ "resol', 'ved": "https://registry.example/a.tgz" }\n'),
			says: 'package-lock.json:1: a resolved address',
		},
	],
];

// What another planted file leads to; alone it is harmless.
const beside = {
	path: 'packages/doctor/planted-state.ts',
	text: `import { readFileSync } from 'node:fs';\nexport const readState = readFileSync;\n`,
};

it.each(breaks)('turns red on %s', async (_name, { gate, path, text, says }) => {
	plant(beside);
	plant({ path, text });
	const { red, output } = await askGates();
	heal(path);
	heal(beside.path);
	expect(output).toContain(says);
	expect(red, output).toEqual([gate]);
});

const oneOfEach = [
	...new Map(breaks.map(([name, planted]) => [planted.gate, { name, planted }])).values(),
	{ name: 'a code that nobody documented', planted: undocumented },
];
it.each(oneOfEach)('npm run check fails on $name', async ({ planted: { gate, path, text, says } }) => {
	plant({ path, text });
	const { code, red, output } = await runCheck();
	heal(path);
	expect(output).toContain(says);
	expect(red, output).toEqual([gate]);
	expect(code).toBe(1);
});

function plant({ path, text }: { path: string; text: string }): void {
	mkdirSync(join(copy, dirname(path)), { recursive: true });
	writeFileSync(join(copy, path), text);
}

/** Puts back what was there. */
function heal(path: string): void {
	rmSync(join(copy, path));
	if (trackedPaths(root).includes(path)) cpSync(join(root, path), join(copy, path));
}
