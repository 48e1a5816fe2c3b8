// The interop suite: real clients and a real Kubernetes. `npm run test:interop [-- PART…]`; ends with a time table and a
// last line `N passed, N failed`. With `--set-up` everything is made ready and nothing checked.
import process from 'node:process';
import { parseArgs } from 'node:util';

import type { Check, Part } from './check.ts';
import { config } from './config.ts';
import { unshown } from './interop-table.ts';
import { parts } from './parts.ts';
import { Lacking } from './set-up/lacking.ts';
import { Timetable } from './set-up/timetable.ts';

const timetable = new Timetable();
const failures: string[] = [];
const ran: string[] = [];
const prepared: string[] = [];
let passed = 0;

const { values, positionals } = parseArgs({
	options: { 'set-up': { type: 'boolean', default: false } },
	allowPositionals: true,
});
for (const part of chooseParts(positionals))
	for (const check of await prepare(part)) if (!values['set-up']) await runCheck(part, check);

if (!values['set-up']) failures.push(...unshown(prepared, ran));
say(`\n${timetable.render()}\n`);
for (const failure of failures) say(`FAILED ${failure}`);
say(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;

function chooseParts(names: string[]): Part[] {
	const unknown = names.filter((name) => !parts.some((part) => part.name === name));
	if (unknown.length === 0) return parts.filter((part) => names.length === 0 || names.includes(part.name));
	const known = parts.map((part) => part.name).join(', ');
	say(`no such part: ${unknown.join(', ')}; there are: ${known}`);
	return process.exit(2);
}

/** What a developer's machine lacks leaves a part out; in CI it fails. */
async function prepare(part: Part): Promise<Check[]> {
	try {
		const checks = await part.prepare(timetable);
		prepared.push(part.name);
		return checks;
	} catch (error) {
		const words = error instanceof Error ? error.message : String(error);
		if (error instanceof Lacking && !config.isCI) say(`not run: ${part.name}: ${words}`);
		else failures.push(`${part.name}: ${words}`);
		return [];
	}
}

async function runCheck(part: Part, check: Check): Promise<void> {
	const name = `${part.name}: ${check.name}`;
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
