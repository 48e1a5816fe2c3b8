import { runEnclosed } from '../enclosure/enclosure.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import type { CaptureInput, CaptureOutput } from './capture-job.ts';

/** Observes these cases on a real Kubernetes. */
export async function capture(programs: RigPrograms, cases: string[]): Promise<CaptureOutput> {
	const input: CaptureInput = { programs, cases };
	return runEnclosed<CaptureOutput>({ module: new URL('capture-job.ts', import.meta.url).href, input });
}
