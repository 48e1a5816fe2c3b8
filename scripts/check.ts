/**
 * `npm run check` says whether a change is good: every gate in order, one line each, and under a red one what is wrong.
 * It goes on after a red gate, so that one run tells everything. `npm run check -- NAME…` asks only those.
 */
import type { Findings, Gate } from './gate.ts';
import { gates } from './gates.ts';

/** Of one gate: enough to work through, and what stands above stays on the screen's scroll. */
const mostLines = 120;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !gates.some((gate) => gate.name === name));
if (unknown.length > 0) {
	console.error(`no gate "${unknown.join('", "')}"; there are ${gates.map(({ name }) => name).join(', ')}`);
	process.exit(2);
}

const red: string[] = [];
for (const gate of gates.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
	if (!(await passes(gate))) red.push(gate.name);
}
if (red.length > 0) console.error(`\nred: ${red.join(', ')}`);
process.exitCode = red.length > 0 ? 1 : 0;

/** Looks through one gate and prints what it says. */
async function passes(gate: Gate): Promise<boolean> {
	const startedAt = performance.now();
	const { wrong, note } = await look(gate);
	const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
	console.log(`${wrong.length === 0 ? '✓ ok     ' : '✗ problem'}  ${gate.name.padEnd(12)}${seconds} s`);
	for (const line of wrong.slice(0, mostLines)) console.log(`    ${line}`);
	if (wrong.length > mostLines) console.log(`    … and ${wrong.length - mostLines} more lines`);
	if (note) console.log(note);
	return wrong.length === 0;
}

/** A gate that saw nothing is red: it would stay green whatever happens. */
async function look(gate: Gate): Promise<Findings> {
	const found = await gate.look(process.cwd());
	return found.saw > 0 ? found : { ...found, wrong: ['saw no files', ...found.wrong] };
}
