// What the enclosure is for: furnishes it, does the job it was ordered to do, writes what that gave, and ends;
// with it ends everything that was started in here.
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';

import type { Order, Outcome } from './enclosure.ts';
import { furnish, type Enclosed } from './furnish.ts';

/** What a module that is to run inside exports as `job`. */
export type EnclosedJob<Input, Output> = (input: Input, enclosed: Enclosed) => Promise<Output>;

const [, , orderFile = ''] = process.argv;

const order: Order = JSON.parse(await readFile(orderFile, 'utf8'));
try {
	const enclosed = await furnish(order);
	const { job }: { job: EnclosedJob<unknown, unknown> } = await import(order.module);
	await tell({ output: await job(order.input, enclosed) });
	process.exit(0);
} catch (error) {
	process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	await tell({ failure: error instanceof Error ? error.message : String(error) });
	process.exit(1);
}

async function tell(outcome: Outcome): Promise<void> {
	await writeFile(order.outputFile, JSON.stringify(outcome));
}
