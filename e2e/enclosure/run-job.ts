import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { config } from '../config.ts';
import { requirePrograms } from '../set-up/debian.ts';
import { enclosurePrograms } from '../set-up/sources.ts';
import { type Job, runEnclosed } from './enclosure.ts';

/** What a job has that needs nothing of root's: a folder that is gone afterwards. */
export interface Place {
	folder: string;
}

/** Makes ready what the enclosures of such jobs need, where there are any. */
export async function prepareJobs(): Promise<void> {
	if (config.isRoot) await requirePrograms(enclosurePrograms, config.isCI);
}

/** Runs a job that needs no enclosure, in one where that can be, so that nothing of it outlives us; else in this process. */
export async function runJob<Output>(job: Job): Promise<Output> {
	if (config.isRoot) return runEnclosed<Output>(job);
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-job-'));
	try {
		const { job: run }: { job: (input: unknown, place: Place) => Promise<Output> } = await import(job.module);
		return await run(job.input, { folder });
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
