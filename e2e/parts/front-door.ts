import { readFile } from 'node:fs/promises';

import { type Difference, differences } from '../captures/differences.ts';
import type { Observation } from '../captures/observation.ts';
import { type Check, expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { runEnclosed } from '../enclosure/enclosure.ts';
import { type DoorPull, doorPulls } from '../front-door/door-pulls.ts';
import { faultCodes } from '../front-door/fault-codes.data.ts';
import type { FaultInput, FaultOutput } from '../front-door/fault-job.ts';
import type { FrontDoorInput, FrontDoorOutput } from '../front-door/front-door-job.ts';
import { tellRequests } from '../front-door/told-requests.ts';
import { azureCli } from '../set-up/azure-cli.ts';
import { findProgram, requirePrograms } from '../set-up/debian.ts';
import { kubectlAndHelm } from '../set-up/kubectl-and-helm.ts';
import { prepareRig } from '../set-up/rig-programs.ts';

/** A real kubelet and containerd, AKS's own credential provider among them, pull from the sandbox. */
export const frontDoorPart: Part = {
	name: 'front-door',
	prepare: async (timetable) => {
		const rig = await prepareRig(timetable);
		const skopeo = [{ program: 'skopeo', package: 'skopeo' }];
		await timetable.time('set-up: Debian clients', () => requirePrograms(skopeo, config.isCI));
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		const { kubectl } = await timetable.time('set-up: kubectl and helm', () =>
			kubectlAndHelm(config.cacheRoot, config.isCI),
		);
		const input = { rig, python, kubectl, skopeo: findProgram('skopeo') ?? 'skopeo' };
		return [...frontDoorChecks(input), faultCheck(input)];
	},
};

/** One visit for all; a check for each. */
function frontDoorChecks(input: FrontDoorInput): Check[] {
	const module = new URL('../front-door/front-door-job.ts', import.meta.url).href;
	let visited: Promise<FrontDoorOutput> | undefined;
	const visit = () => (visited ??= runEnclosed<FrontDoorOutput>({ module, input }));
	const pullChecks = doorPulls.map((pull) => ({
		name: `a real kubelet pulls from the sandbox as in the vector ${pull.vector.name}`,
		run: async () => {
			const observed = (await visit()).pulls[pull.vector.name];
			expectThat(observed !== undefined, 'it was not observed');
			const [difference] = await differing(pull, observed);
			expectThat(difference === undefined, difference?.words ?? '');
		},
	}));
	return [...pullChecks, roleCheck(visit)];
}

/** Two kubelets, the sandbox's and a real one, are given the same broken workloads. */
function faultCheck({ rig, kubectl }: FaultInput): Check {
	const module = new URL('../front-door/fault-job.ts', import.meta.url).href;
	return {
		name: `a real kubelet says of ${faultCodes.length} faults what the sandbox's says`,
		run: async () => {
			const output = await runEnclosed<FaultOutput>({ module, input: { rig, kubectl } });
			const unlike = faultCodes.filter(
				(code) => JSON.stringify(output[code]?.virtual) !== JSON.stringify(output[code]?.real),
			);
			const words = unlike.map((code) => `${code}: ${JSON.stringify(output[code], null, 2)}`);
			expectThat(unlike.length === 0, words.join('\n'));
		},
	};
}

function roleCheck(visit: () => Promise<FrontDoorOutput>): Check {
	return {
		name: 'a Deployment that cannot pull gets ready once az gives its nodes the role',
		run: async () => {
			const { before, after } = (await visit()).roleStory;
			expectThat(/^(ErrImagePull|ImagePullBackOff)$/.test(before), `before: ${before}`);
			expectThat(after === 'deployment "web" successfully rolled out', `after: ${after}`);
		},
	};
}

async function differing(pull: DoorPull, observed: Observation): Promise<Difference[]> {
	return differences(asFile(pull, await expected(pull)), asFile(pull, observed));
}

/** The vector, with our registry's name in the place of its own. */
async function expected({ vector, registry }: DoorPull): Promise<Observation> {
	const file = new URL(`../../vectors/kubelet/${vector.file}.json`, import.meta.url);
	const { cases }: { cases: { name: string; given: { host: { name: string } }; expect: Observation }[] } = JSON.parse(
		await readFile(file, 'utf8'),
	);
	const found = cases.find(({ name }) => name === vector.name);
	if (!found) throw new Error(`no vector ${vector.name}`);
	return JSON.parse(JSON.stringify(found.expect).replaceAll(found.given.host.name, `${registry}.azurecr.io`));
}

/**
 * The registry of the captures knows the password grant, ACR does not and says 400, whereupon containerd asks with GET
 * (containerd: core/remotes/docker/auth/fetch.go). Both are told as the one question they are.
 */
function withoutPasswordGrant(told: string, at: number, all: string[]): string[] {
	const [posted, got] = ['POST /oauth2/token → ', 'GET /oauth2/token → '];
	const isFollowedByGet = all[at + 1]?.startsWith(got) ?? false;
	if (told.startsWith(posted) && isFollowedByGet) return [];
	return [told.startsWith(posted) || told.startsWith(got) ? told.replace(/^\w+/, 'ask') : told];
}

function asFile({ vector, withoutPlugin }: DoorPull, { requests, pluginCalls, ...seen }: Observation): string {
	const asked = withoutPlugin ? {} : { requests: tellRequests(requests).flatMap(withoutPasswordGrant), pluginCalls };
	return JSON.stringify({ cases: [{ name: vector.name, expect: { ...seen, ...asked } }] });
}
