import type { Place } from '../enclosure/run-job.ts';
import { askLibraries, askRaw } from './ask.ts';
import type { LibraryCell, RawClause } from './table.ts';

/** What raw requests and the libraries of a program found out about a registry of the sandbox. */
export interface Asked {
	raw: RawClause[];
	cells: LibraryCell[];
}

/** Asks every requirement of OCI distribution in both ways. */
export async function job({ program }: { program: string }, { folder }: Place): Promise<Asked> {
	return { raw: await askRaw(), cells: await askLibraries(program, folder) };
}
