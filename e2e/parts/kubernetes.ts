import process from 'node:process';

import { caseFiles } from '../captures/case-files.ts';
import { capture } from '../captures/capture.ts';
import type { CaptureInput, CaptureOutput } from '../captures/capture-job.ts';
import { type Difference, differences } from '../captures/differences.ts';
import { compareVirtualKubelet } from '../captures/virtual-kubelet.ts';
import { recaptured } from '../captures/recaptured.data.ts';
import { buildVectors, readObservations, readVectors } from '../captures/vector-file.ts';
import { type Check, expectThat, type Part } from '../check.ts';
import { compareCredentialRules } from '../credential-rules/compare.ts';
import { killChecks, type Victim } from '../enclosure/kill-checks.ts';
import { type RigPrograms, prepareRig } from '../set-up/rig-programs.ts';

/** A real API server, kubelet and containerd, and Kubernetes' own credential rules. */
export const kubernetesPart: Part = {
	name: 'kubernetes',
	prepare: async (timetable) => {
		const programs = await prepareRig(timetable);
		const observed: CaptureOutput = {};
		return [
			credentialRulesCheck(programs),
			capturesCheck(programs, observed),
			virtualKubeletCheck(observed),
			...killChecks(victim(programs)),
		];
	},
};

/** Pulls that go on until it is killed. */
function victim(programs: RigPrograms): Victim {
	const input: CaptureInput = { programs, cases: ['good-secret', 'back-off'] };
	return {
		module: new URL('../captures/capture-job.ts', import.meta.url).href,
		input,
		points: [
			{ when: 'the control plane is starting', sees: /kubeall kube-apiserver/ },
			{ when: 'the kubelet is starting', sees: /kubeall kubelet/ },
			{ when: 'a pod is running', sees: /containerd-shim-runc-v2/ },
		],
	};
}

function credentialRulesCheck({ credentialRules }: RigPrograms): Check {
	return {
		name: "core/kubernetes answers as Kubernetes' own credential code",
		run: async () => {
			// The same in every run: new ones are for `npm run credential-rules`, so that a run is not red by chance.
			for (const seed of ['lanyard', 'kubelet']) {
				const { disagreements } = await compareCredentialRules(credentialRules, seed, 4000);
				expectThat(disagreements.length === 0, `seed "${seed}":\n${disagreements.slice(0, 10).join('\n')}`);
			}
		},
	};
}

/** A named third of them. What it sees is put into `seen`. */
function capturesCheck(programs: RigPrograms, seen: CaptureOutput): Check {
	return {
		name: `a real kubelet does what vectors/kubelet say, in a named third of the cases: ${recaptured.length}`,
		isAlone: true,
		run: async () => {
			const observed = await capture(programs, [...recaptured]);
			const suspects = await differing(observed);
			// On a busy machine a request may be sent twice, a state be passed over; what has really changed shows again.
			const again =
				suspects.length > 0
					? await capture(
							programs,
							suspects.map(({ name }) => name),
						)
					: {};
			Object.assign(seen, observed, again);
			const found = await differing(seen);
			expectThat(found.length === 0, found.map(({ words }) => words).join('\n'));
		},
	};
}

/** Prints the table; the real side of it is what was observed a moment ago. */
function virtualKubeletCheck(observed: CaptureOutput): Check {
	return {
		name: 'a virtual kubelet does what the real one did: kubelet against kubelet',
		isAlone: true,
		run: async () => {
			process.stdout.write(await compareVirtualKubelet(observed));
		},
	};
}

/** Against what is kept. */
async function differing(observed: CaptureOutput): Promise<Difference[]> {
	const perFile = caseFiles.map(async (file) => {
		const all = { ...(await readObservations(file)), ...observed };
		return differences((await readVectors(file)) ?? '{"cases":[]}', buildVectors(file, all));
	});
	return (await Promise.all(perFile)).flat();
}
