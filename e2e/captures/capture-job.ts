import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

import type { Enclosed } from '../enclosure/furnish.ts';
import { startControlPlane } from '../kubernetes/control-plane.ts';
import { startNode } from '../kubernetes/node.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import { openCaptureRegistry } from './capture-registry.ts';
import { caseFiles } from './case-files.ts';
import { collect } from './collect.ts';
import { federationAudience, writeCredentialProviders } from './credential-providers.ts';
import { addresses } from './hosts.ts';
import { openNeighbourhood } from './neighbourhood.ts';
import { nodeRightsObjects } from './objects.ts';
import { type Observation, watchPods } from './observation.ts';
import { enact } from './observe.ts';

export interface CaptureInput {
	programs: RigPrograms;
	/** Names of case files. */
	files: string[];
}

/** Observations by case name. */
export type CaptureOutput = Record<string, Observation>;

/** Starts a real Kubernetes and lets every case happen in it, all of them at the same time. */
export async function job({ programs, files }: CaptureInput, enclosed: Enclosed): Promise<CaptureOutput> {
	const cases = caseFiles.filter(({ name }) => files.includes(name)).flatMap((file) => file.cases);
	const pause = await readFile(programs.pause);
	const { registry, images } = openCaptureRegistry(cases, pause);
	const roots = join(enclosed.folder, 'roots.pem');
	await writeFile(roots, await openNeighbourhood(enclosed, registry));
	const providers = await writeCredentialProviders(enclosed.folder, programs.acrCredentialProvider);

	const controlPlane = await startControlPlane(enclosed, programs.kubeall);
	for (const { path, object } of nodeRightsObjects(federationAudience)) await controlPlane.api.create(path, object);
	const watcher = await watchPods(controlPlane.api);
	const env = { SSL_CERT_FILE: roots };
	const spec = { name: 'node-1', address: addresses.node, env, credentialProviders: providers, pause };
	await startNode(enclosed, { programs, controlPlane, spec });

	process.stderr.write(`${cases.length} pulls on a real kubelet\n`);
	const seen = { watcher, images, sightings: registry.sightings, pluginCalls: () => providers.calls() };
	const enacted = await Promise.allSettled(
		cases.map(async (pullCase) => {
			const startedAtMs = await enact(controlPlane.api, watcher, pullCase);
			return [pullCase.name, await collect(pullCase, seen, startedAtMs)] as const;
		}),
	);
	const failures = enacted.filter((one) => one.status === 'rejected').map(({ reason }) => String(reason));
	if (failures.length > 0) throw new Error(failures.join('\n'));
	return Object.fromEntries(enacted.filter((one) => one.status === 'fulfilled').map(({ value }) => value));
}
