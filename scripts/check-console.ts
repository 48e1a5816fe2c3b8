import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConsoleBlock, consoleBlocks, type ConsoleStep } from './console-block.ts';
import type { Findings } from './gate.ts';
import { parseMarkdown } from './markdown.ts';
import { readTrackedFiles } from './tracked-files.ts';
import { differenceOf } from './transcript.ts';

/** No command that a document shows takes longer. */
const longestMs = 300_000;

/**
 * Whether the commands that README and docs show print what they show. Each document is one story: its blocks are run in
 * order in a fresh sandbox of its own, unless it starts one itself.
 */
export function checkConsole(root: string): Findings {
	const files = readTrackedFiles(root, /^(README\.md|docs\/.*\.md)$/);
	const wrong = files.flatMap(({ path, text }) => {
		const blocks = consoleBlocks(parseMarkdown(text)).filter(({ marked }) => !marked);
		return blocks.length > 0 ? [...runStory({ root, path, blocks })] : [];
	});
	return { saw: files.length, wrong };
}

interface Story {
	root: string;
	path: string;
	blocks: ConsoleBlock[];
}

function* runStory({ root, path, blocks }: Story): Generator<string> {
	const home = mkdtempSync(join(tmpdir(), 'lanyard-docs-'));
	// Worlds that documents start are files beside them.
	const worlds = join(root, 'docs', 'worlds');
	if (existsSync(worlds)) cpSync(worlds, home, { recursive: true });
	const all = blocks.flatMap((block) => block.steps);
	const exported = Object.fromEntries(all.flatMap((step) => (step.exported ? [step.exported] : [])));
	const lanyard = createLanyard({ root, home, exported });
	try {
		const steps = all.filter((step) => step.args);
		if (needsSandbox(steps)) lanyard(['sandbox', 'up']);
		for (const { args = [], command, expected, line } of steps) {
			const difference = differenceOf(expected, lanyard(args));
			if (difference) yield `${path}:${line}: $ ${command}\n    ${difference}`;
		}
	} finally {
		lanyard(['sandbox', 'down']);
		rmSync(home, { recursive: true, force: true });
	}
}

/** The quick start brings a world of its own; what only tells (`--help`, `--version`) needs none. */
function needsSandbox(steps: ConsoleStep[]): boolean {
	const texts = steps.map(({ args = [] }) => args.join(' '));
	if (texts.some((text) => text.startsWith('sandbox up'))) return false;
	return texts.some((text) => !/^quickstart\b|^$|--help\b|--version\b/.test(text));
}

interface Place {
	root: string;
	home: string;
	/** What a document's `export NAME=VALUE` lines say. */
	exported: Record<string, string>;
}

/** Runs Lanyard from source and gives the lines that a terminal would show, stdout and stderr in the order they came. */
function createLanyard({ root, home, exported }: Place): (args: string[]) => string[] {
	const main = join(root, 'packages', 'cli', 'main.ts');
	const shown = join(home, 'shown');
	const env = { ...process.env, LANYARD_STATE_DIR: join(home, 'state'), LANYARD_WORLD: 'sandbox', NO_COLOR: '1' };
	return (args) => {
		if (!existsSync(main)) return ['there is no packages/cli/main.ts'];
		const both = openSync(shown, 'w');
		spawnSync(process.execPath, [main, ...args], {
			cwd: home,
			env: { ...env, ...exported },
			stdio: ['ignore', both, both],
			timeout: longestMs,
		});
		closeSync(both);
		return readFileSync(shown, 'utf8').split('\n');
	};
}
