/** `npm run hostile [-- crash|fuzz]`: 30 kills in the middle of pushes, and 20,000 requests that nobody should send. */
import { crash } from './crash.ts';
import { fuzz } from './fuzz.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const asked = process.argv.slice(2);
const isAsked = (name: string) => asked.length === 0 || asked.includes(name);
console.log(`seed ${seed}`);
if (isAsked('crash')) {
	const found = await crash({ kills: 30, seed });
	console.log(`crash: ${found.kills} kills; ${found.acknowledged} pushes acknowledged, ${found.lost} lost;`);
	console.log(`  ${found.pending} under way, ${found.pendingThere} of them there, ${found.halfServed} not whole;`);
	console.log(`  ${found.resumed} uploads gone on with, ${found.notResumable} could not be finished`);
	if (found.lost + found.halfServed + found.notResumable > 0) process.exitCode = 1;
}
if (isAsked('fuzz')) {
	const found = await fuzz({ requests: 20_000, seed });
	console.log(
		`fuzz: ${found.requests} requests, ${Object.entries(found.statuses)
			.map(([status, count]) => `${count} × ${status}`)
			.join(', ')};`,
	);
	console.log(
		`  memory ${found.memoryMb.join(' → ')} MB, in use ${found.usedMb.join(' → ')} MB, handles ${found.handles.join(' → ')}; ${found.slow} slow and endless bodies were cut off or waited for`,
	);
	for (const problem of found.problems) console.log(`  problem: ${problem}`);
	if (found.problems.length > 0) process.exitCode = 1;
}
