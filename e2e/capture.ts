// Observes real kubelets: `npm run capture [-- [--older] [--check] [FILE…]]`. It writes the vectors anew; with `--check` it
// compares every case with them and writes nothing; with `--older` it takes the older pair.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { capture } from './captures/capture.ts';
import { caseFiles } from './captures/case-files.ts';
import { differences } from './captures/differences.ts';
import { buildVectors, currentPair, olderPair, readVectors, vectorPath } from './captures/vector-file.ts';
import { prepareOlderRig, prepareRig } from './set-up/rig-programs.ts';
import { runProgram } from './set-up/run-program.ts';
import { Timetable } from './set-up/timetable.ts';

const { values, positionals } = parseArgs({
	options: { older: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
	allowPositionals: true,
});
const files = caseFiles.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const timetable = new Timetable();
const programs = await (values.older ? prepareOlderRig : prepareRig)(timetable);
const pair = values.older ? olderPair(programs.containerdVersion) : currentPair;
const cases = files.flatMap((file) => file.cases.map(({ name }) => name));
const observed = await timetable.time('captures', () => capture(programs, cases));
await (values.check ? compare() : write());
process.stdout.write(`${timetable.render()}\n`);

async function write(): Promise<void> {
	const date = new Date().toISOString().slice(0, 10);
	const paths = files.map((file) => vectorPath(file, pair.folder));
	for (const file of files) {
		await mkdir(dirname(vectorPath(file, pair.folder)), { recursive: true });
		await writeFile(vectorPath(file, pair.folder), buildVectors(file, observed, { pair, date }));
	}
	await runProgram('npx', ['oxfmt', '--write', ...paths]);
	process.stdout.write(`${files.length} vector files written\n`);
}

async function compare(): Promise<void> {
	const perFile = files.map(async (file) =>
		differences((await readVectors(file, pair.folder)) ?? '{"cases":[]}', buildVectors(file, observed, { pair })),
	);
	const found = (await Promise.all(perFile)).flat();
	for (const { words } of found) process.stdout.write(`${words}\n`);
	process.stdout.write(`${cases.length} cases, ${found.length} differ\n`);
	process.exitCode = found.length > 0 ? 1 : 0;
}
