import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

import type { Enclosed } from '../enclosure/furnish.ts';
import { inLanes } from '../in-lanes.ts';
import { startControlPlane } from '../kubernetes/control-plane.ts';
import { startNode } from '../kubernetes/node.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import { wayHome } from '../way-in.ts';
import { openCaptureRegistry } from './capture-registry.ts';
import { caseFiles } from './case-files.ts';
import { collect } from './collect.ts';
import { federationAudience, writeCredentialProviders } from './credential-providers.ts';
import { addresses } from './hosts.ts';
import { openNeighbourhood } from './neighbourhood.ts';
import { nodeRightsObjects } from './objects.ts';
import { type Observation, watchPods } from './observation.ts';
import { enact } from './observe.ts';
import type { PullCase } from './pull-case.ts';

export interface CaptureInput {
	programs: RigPrograms;
	/** Names of cases. */
	cases: string[];
}

/** Observations by case name. */
export type CaptureOutput = Record<string, Observation>;

/**
 * So many cases happen at the same time. More would take less time on an idle machine; on a busy one they make a kubelet
 * miss what it waits for no longer than a second, pull secrets for one, and that would show.
 */
const atOnce = 30;

/** Starts a real Kubernetes and lets every case happen in it. */
export async function job({ programs, cases: names }: CaptureInput, enclosed: Enclosed): Promise<CaptureOutput> {
	const cases = caseFiles.flatMap((file) => file.cases).filter(({ name }) => names.includes(name));
	const pause = await readFile(programs.pause);
	const { registry, images } = openCaptureRegistry(cases, pause);
	const roots = join(enclosed.folder, 'roots.pem');
	await writeFile(roots, await openNeighbourhood(enclosed, registry));
	const providers = await writeCredentialProviders(enclosed.folder, programs.acrCredentialProvider);

	const controlPlane = await startControlPlane(enclosed, programs.kubeall);
	for (const { path, object } of nodeRightsObjects(federationAudience)) await controlPlane.api.create(path, object);
	const watcher = await watchPods(controlPlane.api);
	const env = wayHome(roots);
	const spec = { name: 'node-1', address: addresses.node, env, credentialProviders: providers, pause };
	await startNode(enclosed, { programs, controlPlane, spec });

	process.stderr.write(`${cases.length} pulls on a real kubelet\n`);
	const seen = { watcher, images, sightings: registry.sightings, pluginCalls: () => providers.calls() };
	const output: CaptureOutput = {};
	const failures: string[] = [];
	await inLanes(atOnce, slowFirst(cases), async (one) => {
		try {
			const startedAtMs = await enact({ api: controlPlane.api, watcher }, one);
			output[one.name] = await collect(one, seen, startedAtMs);
		} catch (error) {
			failures.push(String(error));
		}
	});
	if (failures.length > 0) throw new Error(failures.join('\n'));
	return output;
}

/** Those that wait for attempts or for a host that never answers must not be what all others have to be waited for after. */
function slowFirst(cases: PullCase[]): PullCase[] {
	return [...cases.filter(isSlow), ...cases.filter((one) => !isSlow(one))];
}

function isSlow({ name, attempts }: PullCase): boolean {
	return attempts !== undefined || name.endsWith('-silent');
}
