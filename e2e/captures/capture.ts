import { runEnclosed } from '../enclosure/enclosure.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import type { CaptureInput, CaptureOutput } from './capture-job.ts';
import { caseFiles } from './case-files.ts';
import type { Observation } from './observation.ts';

const mostTries = 4;

/** Observes these cases on a real Kubernetes; those that the machine disturbed are observed again. */
export async function capture(programs: RigPrograms, names: string[]): Promise<CaptureOutput> {
	const output: CaptureOutput = {};
	let cases = names;
	for (let tries = 0; cases.length > 0; tries++) {
		if (tries === mostTries) throw new Error(`the machine is too busy to observe ${cases.join(', ')}`);
		const input: CaptureInput = { programs, cases };
		const module = new URL('capture-job.ts', import.meta.url).href;
		Object.assign(output, await runEnclosed<CaptureOutput>({ module, input }));
		cases = cases.filter((name) => isDisturbed(name, output[name]));
	}
	return output;
}

/** A kubelet waits a second for a pull secret that it has not read yet, then says it is not there and goes on without. */
function isDisturbed(name: string, observation: Observation | undefined): boolean {
	const secrets = caseFiles.flatMap((file) => file.cases).find((one) => one.name === name)?.secrets ?? [];
	const denied = observation?.events.filter(({ reason }) => reason === 'FailedToRetrieveImagePullSecret') ?? [];
	const names = denied.flatMap(({ message }) => /\((.*)\)/.exec(message)?.[1]?.split(', ') ?? []);
	return names.some((denial) => secrets.some((secret) => secret.name === denial));
}
