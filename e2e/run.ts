// The interop suite: real clients and a real Kubernetes. `npm run test:interop [-- PART…]`; ends with a time table and a
// last line `N passed, N failed`. With `--set-up` everything is made ready and nothing checked.
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';

import type { Check, Part } from './check.ts';
import { config } from './config.ts';
import { machineCheck } from './enclosure/kill-checks.ts';
import { inLanes } from './in-lanes.ts';
import { unshown } from './interop-table.ts';
import { parts } from './parts.ts';
import { Lacking } from './set-up/lacking.ts';
import { Timetable } from './set-up/timetable.ts';

const timetable = new Timetable();
const failures: string[] = [];
const ran: string[] = [];
const prepared: string[] = [];
let passed = 0;
/** Clients and the sandbox that they ask take turns: a core each is enough. */
const lanes = Math.max(2, availableParallelism());

const { values, positionals } = parseArgs({
	options: { 'set-up': { type: 'boolean', default: false } },
	allowPositionals: true,
});
const startedAt = performance.now();
const chosen: Run[] = [];
for (const part of chooseParts(positionals)) chosen.push(...(await prepare(part)));
if (!values['set-up']) await runAll(chosen);

if (!values['set-up']) failures.push(...unshown(prepared, ran));
if (ran.length > 0) timetable.add('all', performance.now() - startedAt);
say(`\n${timetable.render()}\n`);
for (const failure of failures) say(`FAILED ${failure}`);
say(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;

/** A check and the part that it is of. */
interface Run {
	part: string;
	check: Check;
}

/**
 * Parts run beside each other, the checks of one after the other; then those that nothing may disturb, one by one; and at
 * last those that kill, after which the machine must be as it was before all of them.
 */
async function runAll(runs: Run[]): Promise<void> {
	const kills = runs.filter(({ check }) => check.kills === true);
	const machine = kills.length > 0 ? await machineCheck() : undefined;
	const together = runs.filter(({ check }) => check.kills !== true && check.isAlone !== true);
	const byPart = Map.groupBy(together, ({ part }) => part);
	await inLanes(lanes, [...byPart.values()], async (ofPart) => {
		for (const run of ofPart) await runCheck(run);
	});
	for (const run of runs) if (run.check.isAlone === true) await runCheck(run);
	await inLanes(lanes, kills, runCheck);
	if (machine) await runCheck({ part: 'enclosure', check: machine });
}

function chooseParts(names: string[]): Part[] {
	const unknown = names.filter((name) => !parts.some((part) => part.name === name));
	if (unknown.length === 0) return parts.filter((part) => names.length === 0 || names.includes(part.name));
	const known = parts.map((part) => part.name).join(', ');
	say(`no such part: ${unknown.join(', ')}; there are: ${known}`);
	return process.exit(2);
}

/** What a developer's machine lacks leaves a part out; in CI it fails. */
async function prepare(part: Part): Promise<Run[]> {
	try {
		const checks = await part.prepare(timetable);
		prepared.push(part.name);
		return checks.map((check) => ({ part: part.name, check }));
	} catch (error) {
		const words = error instanceof Error ? error.message : String(error);
		if (error instanceof Lacking && !config.isCI) say(`not run: ${part.name}: ${words}`);
		else failures.push(`${part.name}: ${words}`);
		return [];
	}
}

async function runCheck({ part, check }: Run): Promise<void> {
	const name = `${part}: ${check.name}`;
	ran.push(name);
	try {
		await timetable.time(name, () => check.run());
		passed++;
		say(`ok ${name}`);
	} catch (error) {
		const words = `${name}\n${error instanceof Error ? error.message : String(error)}`;
		failures.push(words);
		// Said at once as well as at the end: a run that is cut off has no end.
		say(`FAILED ${words}`);
	}
}

function say(words: string): void {
	process.stdout.write(`${words}\n`);
}
