import { caseFiles } from '../captures/case-files.ts';
import { capture } from '../captures/capture.ts';
import type { CaptureOutput } from '../captures/capture-job.ts';
import { type Difference, differences } from '../captures/differences.ts';
import { buildVectors, readVectors } from '../captures/vector-file.ts';
import { type Check, expectThat, type Part } from '../check.ts';
import { compareCredentialRules } from '../credential-rules/compare.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { type RigPrograms, prepareRig } from '../set-up/rig-programs.ts';

/** A real API server, kubelet and containerd, and Kubernetes' own credential rules. */
export const kubernetesPart: Part = {
	name: 'kubernetes',
	prepare: async (timetable) => {
		const programs = await prepareRig(timetable);
		return [credentialRulesCheck(programs), capturesCheck(programs), ...killChecks(programs)];
	},
};

function credentialRulesCheck({ credentialRules }: RigPrograms): Check {
	return {
		name: "core/kubernetes answers as Kubernetes' own credential code",
		run: async () => {
			// One table that is always the same, and one that is new each time and named when it finds something.
			for (const seed of ['lanyard', new Date().toISOString()]) {
				const { disagreements } = await compareCredentialRules(credentialRules, seed, 4000);
				expectThat(disagreements.length === 0, `seed "${seed}":\n${disagreements.slice(0, 10).join('\n')}`);
			}
		},
	};
}

/** All of them, as all happen at the same time: a third would take no less. */
function capturesCheck(programs: RigPrograms): Check {
	return {
		name: 'a real kubelet does what vectors/kubelet say',
		run: async () => {
			const all = caseFiles.flatMap((file) => file.cases.map(({ name }) => name));
			const observed = await capture(programs, all);
			const suspects = await differing(observed);
			// On a busy machine a request may be sent twice, a state be passed over; what has really changed shows again.
			const again =
				suspects.length > 0
					? await capture(
							programs,
							suspects.map(({ name }) => name),
						)
					: {};
			const found = await differing({ ...observed, ...again });
			expectThat(found.length === 0, found.map(({ words }) => words).join('\n'));
		},
	};
}

/** Against what is kept. */
async function differing(observed: CaptureOutput): Promise<Difference[]> {
	const perFile = caseFiles.map(async (file) =>
		differences((await readVectors(file)) ?? '{"cases":[]}', buildVectors(file, observed, '')),
	);
	return (await Promise.all(perFile)).flat();
}
