import process from 'node:process';

import { caseFiles } from '../captures/case-files.ts';
import { readVectors } from '../captures/vector-file.ts';
import { type Check, expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { runEnclosed } from '../enclosure/enclosure.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { differencesFromVector, unlikeFaults } from '../front-door/compare.ts';
import { type DoorPull, doorPulls } from '../front-door/door-pulls.ts';
import { faultCodes } from '../front-door/fault-codes.data.ts';
import type { FaultInput, FaultOutput } from '../front-door/fault-job.ts';
import type { FrontDoorInput, FrontDoorOutput } from '../front-door/front-door-job.ts';
import { azureCli } from '../set-up/azure-cli.ts';
import { findPinned, requirePrograms } from '../set-up/debian.ts';
import { kubectlAndHelm } from '../set-up/kubectl-and-helm.ts';
import { prepareRig } from '../set-up/rig-programs.ts';
import { debianClients } from '../set-up/sources.ts';

const frontDoorModule = new URL('../front-door/front-door-job.ts', import.meta.url).href;

const faultModule = new URL('../front-door/fault-job.ts', import.meta.url).href;

const faultPoints = [{ when: 'kubectl makes what is to be broken', sees: /kubectl create deployment/ }];

const points = [
	{ when: 'az speaks to the sandbox', sees: /-m azure\.cli/ },
	{ when: 'the API server is starting', sees: /kubeall kube-apiserver/ },
	{ when: 'a pod is running', sees: /containerd-shim-runc-v2/ },
];

/** A real kubelet and containerd, AKS's own credential provider among them, pull from the sandbox. */
export const frontDoorPart: Part = {
	name: 'front-door',
	prepare: async (timetable) => {
		const rig = await prepareRig(timetable);
		await timetable.time('set-up: Debian clients', () => requirePrograms([debianClients.skopeo], config.isCI));
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		const { kubectl } = await timetable.time('set-up: kubectl and helm', () =>
			kubectlAndHelm(config.cacheRoot, config.isCI),
		);
		const input = { rig, python, kubectl, skopeo: await findPinned('skopeo') };
		return [
			...frontDoorChecks(input),
			faultCheck(input),
			...killChecks({ module: frontDoorModule, input, points }),
			...killChecks({ module: faultModule, input: { rig, kubectl }, points: faultPoints }),
		];
	},
};

/** One visit for all, a second for what was seen otherwise; a check for each. */
function frontDoorChecks(input: FrontDoorInput): Check[] {
	const visits = new Map<string, Promise<FrontDoorOutput>>();
	const visit = (which: 'first' | 'second') => {
		const visited = visits.get(which) ?? runEnclosed<FrontDoorOutput>({ module: frontDoorModule, input });
		visits.set(which, visited);
		return visited;
	};
	const pullChecks = doorPulls.map((pull) => ({
		name: `a real kubelet pulls from the sandbox as in the vector ${pull.vector.name}`,
		isAlone: true,
		run: async () => {
			const first = await wordsOnPull(pull, await visit('first'));
			if (first === undefined) return;
			// On a busy machine a request may be sent twice, a state be passed over; what has really changed shows again.
			process.stdout.write(`  seen otherwise, and looked at once more:\n${first}\n`);
			const second = await wordsOnPull(pull, await visit('second'));
			expectThat(second === undefined, second ?? '');
		},
	}));
	return [...pullChecks, roleCheck(() => visit('first'))];
}

/** What is not as in the vector. */
async function wordsOnPull(pull: DoorPull, { pulls }: FrontDoorOutput): Promise<string | undefined> {
	const observed = pulls[pull.vector.name];
	expectThat(observed !== undefined, 'it was not observed');
	const file = caseFiles.find(({ name }) => name === pull.vector.file);
	const vectors = (file && (await readVectors(file))) ?? '{"cases":[]}';
	return differencesFromVector(pull, vectors, observed)[0]?.words;
}

/** Two kubelets, the sandbox's and a real one, are given the same broken workloads. */
function faultCheck({ rig, kubectl }: FaultInput): Check {
	return {
		name: `a real kubelet says of ${faultCodes.length} faults what the sandbox's says`,
		isAlone: true,
		run: async () => {
			const output = await runEnclosed<FaultOutput>({ module: faultModule, input: { rig, kubectl } });
			const unlike = unlikeFaults(output);
			const words = unlike.map((code) => `${code}: ${JSON.stringify(output[code], null, 2)}`);
			expectThat(unlike.length === 0, words.join('\n'));
		},
	};
}

function roleCheck(visit: () => Promise<FrontDoorOutput>): Check {
	return {
		name: 'a Deployment that cannot pull gets ready once az gives its nodes the role',
		isAlone: true,
		run: async () => {
			const { before, after } = (await visit()).roleStory;
			expectThat(/^(ErrImagePull|ImagePullBackOff)$/.test(before), `before: ${before}`);
			expectThat(after === 'deployment "web" successfully rolled out', `after: ${after}`);
		},
	};
}
