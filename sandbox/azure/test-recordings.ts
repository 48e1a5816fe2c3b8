import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where recordings of real Azure lie, outside of the repository; undefined where there are none. */
export const recordings = [process.env['LANYARD_REFERENCE'] ?? join(import.meta.dirname, '../../../shared')]
	.map((folder) => join(folder, 'oracles'))
	.find((folder) => existsSync(folder));

/** One recorded exchange with real Azure. */
export interface Recorded {
	method: string;
	uri: string;
	/** Parsed where it was JSON. */
	requestBody?: unknown;
	status: number;
	responseHeaders: Record<string, string[]>;
	responseBody: unknown;
}

/** The exchanges of one recording. */
export function readRecording(name: string): Recorded[] {
	const { interactions }: { interactions: Recorded[] } = JSON.parse(readFileSync(join(recordings ?? '', name), 'utf8'));
	return interactions;
}

/** Any other file of the recordings, as JSON. */
export function readReference(name: string): unknown {
	return JSON.parse(readFileSync(join(recordings ?? '', name), 'utf8'));
}
