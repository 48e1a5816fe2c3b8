/**
 * docs/documents.md from the packed bundle: every goal of the five documents is reached as shown, and what a block did is undone
 * within it. The world is asked by our own clients over its front door, never through what is tested.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { type ConsoleBlock, consoleBlocks } from '../../scripts/console-block.ts';
import { parseMarkdown } from '../../scripts/markdown.ts';
import { installPackedLanyard, type PackedLanyard } from '../../scripts/packed-lanyard.ts';
import { differenceOf } from '../../scripts/transcript.ts';
import { readSandboxAccess } from './session/sandbox-access.ts';
import { openSandbox } from './session/open.ts';
import { dumpWorld } from './test-world-dump.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/documents.md'), 'utf8');
const blocks = consoleBlocks(parseMarkdown(text)).filter(({ marked }) => !marked);
const headings = parseMarkdown(text).headings;
const exported = Object.fromEntries(
	blocks.flatMap(({ steps }) => steps.flatMap((step) => (step.exported ? [step.exported] : []))),
);
const goals = blocks.map((block): [string, ConsoleBlock] => [
	headings.findLast(({ line }) => line < block.line)?.text ?? 'no heading',
	block,
]);

let packed: PackedLanyard;
const home = mkdtempSync(join(tmpdir(), 'lanyard-goals-'));
const state = join(home, 'state');

beforeAll(async () => {
	packed = await installPackedLanyard();
	cpSync(join(root, 'docs/worlds'), home, { recursive: true });
}, 300_000);

afterAll(() => {
	lanyard(['sandbox', 'down']);
	packed.remove();
	rmSync(home, { recursive: true, force: true });
});

function lanyard(args: string[]): string[] {
	const env = { ...process.env, ...exported, LANYARD_STATE_DIR: state, LANYARD_WORLD: 'sandbox', NO_COLOR: '1' };
	const both = 'exec "$0" "$@" 2>&1';
	const ran = spawnSync('sh', ['-c', both, process.execPath, packed.bin, ...args], { cwd: home, env, input: '' });
	return ran.stdout.toString().split('\n');
}

async function world(): Promise<unknown> {
	const session = await openSandbox(await readSandboxAccess(state, 'default'));
	try {
		return await dumpWorld(session, ['onpremises']);
	} finally {
		await session.close();
	}
}

it('has a block for every row of its table', () => {
	const rows = text.split('\n').filter((line) => /^\| (\d{3}|all)/.test(line));
	const shown = new Set(goals.map(([heading]) => /^\d+/.exec(heading)?.[0]));
	const numbers = rows.map((row) => /\| \[(\d+|below)\]\(#[^)]+\) \|$/.exec(row)?.[1]);
	expect(rows.length).toBeGreaterThan(15);
	expect(numbers.filter((number) => number !== 'below' && !shown.has(number))).toEqual([]);
});

it.each(goals)('%s: as shown, from the packed bundle, and undone', async (_heading, { steps }) => {
	const [first] = steps;
	// Before its first block there is no world.
	const isStart = first?.args?.join(' ').startsWith('sandbox up');
	const before = isStart ? undefined : await world();
	for (const { args, command, expected } of steps) {
		if (args) expect({ command, differs: differenceOf(expected, lanyard(args)) }).toEqual({ command });
	}
	if (before !== undefined) expect(await world()).toEqual(before);
});
