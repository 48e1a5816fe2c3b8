import { runEnclosed } from '../enclosure/enclosure.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import type { CaptureInput, CaptureOutput } from './capture-job.ts';
import type { CaseFile } from './pull-case.ts';
import { buildVectors } from './vector-file.ts';

/** Observes the cases of the files on a real Kubernetes and gives the vectors of each. */
export async function captureVectors(
	programs: RigPrograms,
	files: CaseFile[],
): Promise<{ file: CaseFile; text: string }[]> {
	const input: CaptureInput = { programs, files: files.map(({ name }) => name) };
	const observed = await runEnclosed<CaptureOutput>({
		module: new URL('capture-job.ts', import.meta.url).href,
		input,
	});
	const today = new Date().toISOString().slice(0, 10);
	return files.map((file) => ({ file, text: buildVectors(file, observed, today) }));
}
