import { readConfig } from '../config.ts';
import { buildProgram } from '../program.ts';
import { contextOf } from '../run.ts';
import { fixedAnswers } from './fixed-answers.ts';

/** Prints the fixed answers as JSON, for the build to put into the package. */
const context = contextOf(readConfig({}, []), new AbortController().signal);
process.stdout.write(JSON.stringify(fixedAnswers(buildProgram({ context, outcome: { exitCode: 0 } }))));
