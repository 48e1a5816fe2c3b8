// Regenerates the vectors of `vectors/kubelet` from the real thing: `node e2e/capture.ts [FILE…]`.
import process from 'node:process';

import { capture } from './captures/capture.ts';
import { caseFiles } from './captures/case-files.ts';
import { buildVectors, vectorPath, writeVectors } from './captures/vector-file.ts';
import { prepareRig } from './set-up/rig-programs.ts';
import { runProgram } from './set-up/run-program.ts';
import { Timetable } from './set-up/timetable.ts';

const names = process.argv.slice(2);
const files = caseFiles.filter(({ name }) => names.length === 0 || names.includes(name));
const timetable = new Timetable();
const programs = await prepareRig(timetable);
const cases = files.flatMap((file) => file.cases.map(({ name }) => name));
const observed = await timetable.time('captures', () => capture(programs, cases));
const today = new Date().toISOString().slice(0, 10);
for (const file of files) await writeVectors(file, buildVectors(file, observed, today));
await runProgram('npx', ['oxfmt', '--write', ...files.map(vectorPath)]);
process.stdout.write(`${timetable.render()}\n${files.length} vector files written\n`);
