import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';

import { openAzShell } from '../az/az-shell.ts';
import { collect } from '../captures/collect.ts';
import type { Observation } from '../captures/observation.ts';
import { enact } from '../captures/observe.ts';
import type { PullCase } from '../captures/pull-case.ts';
import type { Enclosed } from '../enclosure/furnish.ts';
import { type ControlPlane, startControlPlane } from '../kubernetes/control-plane.ts';
import { buildImage, type Image } from '../registry/image.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import { waysIn } from '../way-in.ts';
import { doorWorld, type Login, type MadeWithAz, makeWithAz } from './azure-story.ts';
import { type DoorPull, doorPulls, imageOfPull, roleStoryImage } from './door-pulls.ts';
import { type JoinedNode, joinNode } from './join-node.ts';
import { pushImages } from './push-images.ts';
import { deployAndGrant } from './role-story.ts';
import { sightingsOf } from './told-requests.ts';

export interface FrontDoorInput {
	rig: RigPrograms;
	/** The Python that has the Azure CLI. */
	python: string;
	skopeo: string;
	kubectl: string;
}

export interface FrontDoorOutput {
	/** By the name of the vector. */
	pulls: Record<string, Observation>;
	/** What `kubectl` said of the Deployment before its nodes had the role, and after. */
	roleStory: { before: string; after: string };
}

/**
 * A sandbox, and beside it a real Kubernetes whose node reaches it as nodes do: by a proxy in the environment of kubelet,
 * plugin and containerd, with the sandbox's CA among the roots. Nothing else of the sandbox is known to it.
 */
export async function job(input: FrontDoorInput, enclosed: Enclosed): Promise<FrontDoorOutput> {
	const sandbox = await startSandbox({ world: doorWorld, timeScale: 10, onBug: (bug) => console.error(bug) });
	const shell = await openAzShell(input.python, sandbox.caPem, enclosed.folder);
	const pause = await readFile(input.rig.pause);
	const [made, controlPlane] = await Promise.all([
		makeWithAz(sandbox, shell),
		startControlPlane(enclosed, input.rig.kubeall),
	]);
	const roots = join(enclosed.folder, 'roots.pem');
	await writeFile(roots, sandbox.caPem);
	const images = new Map(doorPulls.map((pull) => [imageOfPull(pull), imageFor(pull, pause)]));
	images.set(roleStoryImage, buildImage({ mark: roleStoryImage, program: pause }));
	const env = waysIn['registry client']({ ...sandbox, caFile: roots });
	await pushImages({ skopeo: input.skopeo, folder: enclosed.folder, env, login: made.pusher, images });
	const node = await joinNode(enclosed, {
		...{ rig: input.rig, sandbox, controlPlane, roots, pause },
		identity: made.node,
	});
	process.stderr.write(`${doorPulls.length} pulls of a real kubelet from the sandbox\n`);
	const kubeconfig = await controlPlane.kubeconfig('admin', 'O=system:masters,CN=admin');
	const [pulls, roleStory] = await Promise.all([
		observe({ ...node, sandbox, controlPlane, made, images }),
		deployAndGrant({ kubectl: input.kubectl, kubeconfig, made }),
	]);
	await sandbox.close();
	return { pulls, roleStory };
}

function imageFor({ vector }: DoorPull, program: Buffer): Image {
	return buildImage({ mark: `cases/${vector.name}`, program });
}

interface Observing extends JoinedNode {
	sandbox: Sandbox;
	controlPlane: ControlPlane;
	made: MadeWithAz;
	images: Map<string, Image>;
}

async function observe(observing: Observing): Promise<Record<string, Observation>> {
	const { watcher, machine, pluginCalls, sandbox, controlPlane, made, images } = observing;
	const observed = doorPulls.map(async (pull): Promise<[string, Observation]> => {
		const pullCase = pullCaseOf(pull, made);
		const image = images.get(imageOfPull(pull));
		if (!image) throw new Error(`no image for ${pull.vector.name}`);
		const startedAtMs = await enact({ api: controlPlane.api, watcher }, pullCase);
		const sightings = sightingsOf(sandbox.log(), { pullCase, machine, image });
		const own = new Map([[`cases/${pull.vector.name}`, image]]);
		return [pull.vector.name, await collect(pullCase, { watcher, images: own, sightings, pluginCalls }, startedAtMs)];
	});
	return Object.fromEntries(await Promise.all(observed));
}

function pullCaseOf(pull: DoorPull, { puller }: MadeWithAz): PullCase {
	const { vector, secret, registry } = pull;
	const logins: Record<string, Login> = { good: puller, wrong: { username: puller.username, password: 'wrong' } };
	return {
		name: vector.name,
		about: 'a pull from the sandbox',
		image: imageOfPull(pull),
		...(secret && {
			pod: { imagePullSecrets: [secret] },
			secrets: [{ name: secret, content: { auths: { [`${registry}.azurecr.io`]: logins[secret] } } }],
		}),
	};
}
