import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { runProgram } from '../set-up/run-program.ts';
import type { Step, Story, StoryWorld } from './story.ts';
import { StoryShell } from './story-shell.ts';

/** One line of the table. */
export interface Row {
	document: string;
	world: string;
	step: number;
	how: Step['how'];
	/** The first command of a client that was typed, else the first line. */
	command: string;
	exit: number | undefined;
	expected: string;
	/** How many requests reached the sandbox meanwhile. */
	requests: number;
	seconds: number;
	verdict: 'later' | 'not expressible' | 'ok' | 'WRONG';
	/** Why it is not expressible or comes later, what is wrong. */
	words: string;
}

export interface Surroundings {
	/** For everything that a story writes. */
	folder: string;
	/** The environment of a person's terminal before they enter the sandbox. */
	env: Record<string, string>;
	/** Starts an engine that uses the sandbox; gives what its clients have in their environment. */
	startEngine(proxyUrl: string, caFile: string): Promise<Record<string, string>>;
}

const lanyard = [process.execPath, fileURLToPath(new URL('../../packages/cli/main.ts', import.meta.url))];

/** Runs the steps of one world of a story in `lanyard sandbox exec -- bash`, one after the other. */
export async function runStory(story: Story, world: StoryWorld, surroundings: Surroundings): Promise<Row[]> {
	const name = `story-${story.document}-${world.name}`;
	const folder = join(surroundings.folder, name);
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, 'world.yaml'), world.file);
	const env = { ...surroundings.env, HOME: folder };
	const up = ['sandbox', 'up', '--name', name, '--file', join(folder, 'world.yaml'), '-o', 'json'];
	const record: SandboxUp = JSON.parse(await run([...lanyard, ...up], env));
	const engine = world.needsEngine
		? await surroundings.startEngine(record.proxyUrl, join(record.folder, 'bundle.pem'))
		: {};
	const exec = [...lanyard, 'sandbox', 'exec', '--name', name, '--', 'bash', '--noprofile', '--norc'];
	const shell = await StoryShell.open(exec, { folder: join(folder, 'work'), env: { ...env, ...engine } });
	try {
		const before = await shell.run(world.before);
		if (before.status !== 0) throw new Error(`${name}: what the document takes for granted failed: ${before.said}`);
		const rows: Row[] = [];
		for (const step of story.steps.filter((one) => one.world === world.name))
			rows.push(await runStep({ document: story.document, shell, countRequests: await counter(record) }, step));
		return rows;
	} finally {
		await shell.close();
		await run([...lanyard, 'sandbox', 'down', '--name', name], env);
	}
}

interface SandboxUp {
	folder: string;
	proxyUrl: string;
	adminUrl: string;
}

interface Running {
	document: string;
	shell: StoryShell;
	countRequests(): Promise<number>;
}

async function runStep({ document, shell, countRequests }: Running, step: Step): Promise<Row> {
	const row = {
		document,
		world: step.world,
		step: step.number,
		how: step.how,
		command: commandOf(step),
		expected: [`exit ${step.exit}`, ...step.says.map(String)].join(', '),
	};
	if (step.how === 'not expressible') {
		return {
			...row,
			expected: '–',
			exit: undefined,
			requests: 0,
			seconds: 0,
			verdict: 'not expressible',
			words: step.why,
		};
	}
	const [requestsBefore, startedAt] = [await countRequests(), performance.now()];
	const ran = await shell.run(step.code);
	const seconds = (performance.now() - startedAt) / 1000;
	const requests = (await countRequests()) - requestsBefore;
	const seen = { ...row, exit: ran.status, requests, seconds };
	const said = ran.said + (step.check === '' ? '' : (await shell.run(step.check)).said);
	const wrong = findWrong(step, { status: ran.status, said });
	if (wrong === '') return { ...seen, verdict: 'ok', words: '' };
	const verdict = step.later === '' ? 'WRONG' : 'later';
	return { ...seen, verdict, words: step.later === '' ? wrong : step.later };
}

function commandOf({ code, title, how }: Step): string {
	if (how === 'not expressible') return title;
	const lines = code.trim().split('\n');
	return lines.find((line) => /\b(az|curl|docker|helm|kubectl) /.test(line)) ?? lines[0] ?? '';
}

function findWrong({ exit, says }: Step, { status, said }: { status: number; said: string }): string {
	const lastWords = said.trim().split('\n').slice(-8).join('\n    ');
	if (status !== exit) return `exit ${status}, not ${exit}:\n    ${lastWords}`;
	const missing = says.filter((words) => !words.test(said));
	if (missing.length > 0) return `does not say ${missing.join(', ')}:\n    ${lastWords}`;
	// What the sandbox itself got wrong looks like nothing that Azure would say.
	return /SandboxBug|Traceback/.test(said) ? `broke:\n    ${lastWords}` : '';
}

/** Reads from the sandbox's log how many requests there have been. */
async function counter({ folder, adminUrl }: SandboxUp): Promise<() => Promise<number>> {
	const token = await readFile(join(folder, 'admin-token'), 'utf8');
	return async () => {
		const answer = await fetch(`${adminUrl}/log`, { headers: { authorization: `Bearer ${token}` } });
		const { lines }: { lines: unknown[] } = JSON.parse(await answer.text());
		return lines.length;
	};
}

function run([program = '', ...args]: string[], env: Record<string, string>): Promise<string> {
	return runProgram(program, args, { env });
}
