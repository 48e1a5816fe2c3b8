import { callOf } from './call.ts';
import { parseScript } from './script.ts';
import { checks, type Trap } from './traps.ts';

/** A trap, and where it is. */
export interface ReviewFinding extends Trap {
	/** From 1. */
	line: number;
}

/** Finds the traps of a script, or of a document's code blocks, in the order of its lines. */
export function reviewScript(text: string): ReviewFinding[] {
	const calls = parseScript(text).map(callOf);
	const found = calls.flatMap((call) =>
		checks.flatMap((check) => {
			const trap = check(call, calls);
			return trap ? [{ line: call.command.line, ...trap }] : [];
		}),
	);
	return found.toSorted((one, other) => one.line - other.line);
}
