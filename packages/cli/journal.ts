import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Plan, Problem } from '@lanyard/core';
import { z } from 'zod/mini';

const words = z.record(z.string(), z.string());
const planSchema = z.object({
	schema: z.literal('lanyard.dev/plan/v1'),
	id: z.string(),
	world: z.string(),
	goal: z.object({ method: z.string(), target: words }),
	seen: words,
	steps: z.array(
		z.object({
			id: z.string(),
			do: z.string(),
			target: z.string(),
			says: z.string(),
			change: words,
			inverse: z.object({ do: z.string(), says: z.string(), change: words }),
			before: z.nullable(words),
			state: z.enum(['planned', 'started', 'done', 'failed', 'undone']),
			result: z.optional(words),
		}),
	),
	proof: z.object({ by: z.enum(['pull-pod', 'token', 'no-role-left', 'none']), says: z.string() }),
});

/** Keeps a plan with the states of its steps as `journal/ID.json`, so that what was half done can be told and undone. */
export async function writeJournal(stateDir: string, plan: Plan): Promise<void> {
	const folder = join(stateDir, 'journal');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const path = fileOf(stateDir, plan.id);
	// Put in place whole: a process that is killed while writing leaves the plan as it was.
	await writeFile(`${path}.new`, JSON.stringify(plan, null, '\t'), { mode: 0o600 });
	await rename(`${path}.new`, path);
}

/** Reads a plan. Throws `plan-not-found`. */
export async function readJournal(stateDir: string, id: string): Promise<Plan> {
	const known = await listJournal(stateDir);
	const plan = known.find((one) => one.id === id);
	if (plan) return plan;
	const latest = known.slice(0, 3).map((one) => one.id);
	throw new Problem('plan-not-found', {
		sentence: `no plan "${id}" in the journal`,
		found: latest.length > 0 ? `the latest are ${latest.join(', ')}` : 'an empty journal',
		fix: 'Run lanyard plans for all of them.',
	});
}

/** Every plan, the latest first. What cannot be read is left out: another version may have written it. */
export async function listJournal(stateDir: string): Promise<Plan[]> {
	const folder = join(stateDir, 'journal');
	const names = await readdir(folder).catch(() => []);
	const files = names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
	const read = await Promise.all(
		files.map(async (path) => ({ plan: parsePlan(await readFile(path, 'utf8')), at: (await stat(path)).mtimeMs })),
	);
	return read.toSorted((one, other) => other.at - one.at).flatMap(({ plan }) => plan ?? []);
}

/** Forgets a plan. */
export async function dropJournal(stateDir: string, id: string): Promise<void> {
	await rm(fileOf(stateDir, id), { force: true });
}

function fileOf(stateDir: string, id: string): string {
	return join(stateDir, 'journal', `${id}.json`);
}

function parsePlan(text: string): Plan | undefined {
	try {
		const { data } = planSchema.safeParse(JSON.parse(text));
		if (!data) return undefined;
		const steps = data.steps.map(({ result, ...step }) => ({ ...step, ...(result && { result }) }));
		return { ...data, steps };
	} catch {
		return undefined;
	}
}
