// Regenerates the vectors of `vectors/kubelet` from the real thing: `node e2e/capture.ts [FILE…]`.
import process from 'node:process';

import { captureVectors } from './captures/capture-vectors.ts';
import { caseFiles } from './captures/case-files.ts';
import { vectorPath, writeVectors } from './captures/vector-file.ts';
import { prepareRig } from './set-up/rig-programs.ts';
import { runProgram } from './set-up/run-program.ts';
import { Timetable } from './set-up/timetable.ts';

const names = process.argv.slice(2);
const files = caseFiles.filter(({ name }) => names.length === 0 || names.includes(name));
const timetable = new Timetable();
const programs = await prepareRig(timetable);
const captured = await timetable.time('captures', () => captureVectors(programs, files));
for (const { file, text } of captured) await writeVectors(file, text);
await runProgram('npx', ['oxfmt', '--write', ...captured.map(({ file }) => vectorPath(file))]);
process.stdout.write(`${timetable.render()}\n${captured.length} vector files written\n`);
