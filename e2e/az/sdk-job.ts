import type { Place } from '../enclosure/run-job.ts';
import { runPythonSdk } from './sdk.ts';

/** Runs the Azure CLI's Python SDK against a sandbox, with the Python that has it; the names of what it found to be so. */
export function job({ python }: { python: string }, { folder }: Place): Promise<string[]> {
	return runPythonSdk(python, folder);
}
