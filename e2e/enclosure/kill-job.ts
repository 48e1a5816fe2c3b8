import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

import { enact } from '../captures/observe.ts';
import { openCaptureRegistry } from '../captures/capture-registry.ts';
import { credentialCases } from '../captures/cases/credentials.ts';
import { addresses } from '../captures/hosts.ts';
import { openNeighbourhood } from '../captures/neighbourhood.ts';
import { watchPods } from '../captures/observation.ts';
import { startControlPlane } from '../kubernetes/control-plane.ts';
import { startNode } from '../kubernetes/node.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import type { Enclosed } from './furnish.ts';

/** Starts everything, pulls one image and then waits for its end, saying where it is. */
export async function job(programs: RigPrograms, enclosed: Enclosed): Promise<void> {
	const [pull] = credentialCases.cases;
	if (!pull) return;
	const pause = await readFile(programs.pause);
	const roots = join(enclosed.folder, 'roots.pem');
	await writeFile(roots, await openNeighbourhood(enclosed, openCaptureRegistry([pull], pause).registry));
	say('the control plane is starting');
	const controlPlane = await startControlPlane(enclosed, programs.kubeall);
	const spec = { name: 'node-1', address: addresses.node, env: { SSL_CERT_FILE: roots }, pause };
	await startNode(enclosed, { programs, controlPlane, spec });
	say('the node is ready');
	await enact({ api: controlPlane.api, watcher: await watchPods(controlPlane.api) }, pull);
	say('a pod is running');
	await new Promise(() => setInterval(() => undefined, 1000));
}

function say(words: string): void {
	process.stdout.write(`${words}\n`);
}
