import { type Clock, Problem } from '@lanyard/core';
import type { Reading, ReadRow } from '../facts.ts';
import { plain } from '../words/plain.ts';

type ReadFrom = 'Azure' | 'Kubernetes' | 'registry';

/** Where gathering writes down what it read, what it could not read, and when. */
export interface Notebook {
	/** Reads one thing. An expected failure becomes a fact; a bug stays a bug. */
	read<T>(look: () => Promise<T>): Promise<Reading<T>>;
	/** Adds a line that `explain` shows. */
	note(what: string, says: string, source: ReadFrom): void;
	/** Adds the line that says why something is missing from the picture. */
	noteUnknown(what: string, reading: Reading<unknown>, source: ReadFrom): void;
	rows: ReadRow[];
}

/** An empty notebook; all its times come from `clock`. */
export function openNotebook(clock: Clock): Notebook {
	const rows: ReadRow[] = [];
	const now = () => clock.now().toISOString();
	const note: Notebook['note'] = (what, says, source) => void rows.push({ what, says: plain(says), source, at: now() });
	return {
		rows,
		note,
		async read(look) {
			try {
				return { known: true, value: await look(), at: now() };
			} catch (error) {
				if (!(error instanceof Problem)) throw error;
				return { known: false, why: whyNot(error), at: now() };
			}
		},
		noteUnknown(what, reading, source) {
			if (!reading.known) note(what, `could not be read: ${reading.why}`, source);
		},
	};
}

function whyNot(problem: Problem): string {
	return problem.found === undefined ? problem.message : `${problem.message} (${problem.found})`;
}

/** Remembers what was asked, so that each thing is asked once. */
export function once<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
	const asked = new Map<string, Promise<T>>();
	return (key) => {
		const before = asked.get(key);
		if (before !== undefined) return before;
		const answer = ask(key);
		asked.set(key, answer);
		return answer;
	};
}
