import { caseFiles } from '../captures/case-files.ts';
import { captureVectors } from '../captures/capture-vectors.ts';
import { differences } from '../captures/differences.ts';
import { readVectors } from '../captures/vector-file.ts';
import type { CaseFile } from '../captures/pull-case.ts';
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
			const suspects = await differingFiles(programs, caseFiles);
			// On a machine under load a request may be sent twice, an event come late; what has really changed shows again.
			const found =
				suspects.length > 0
					? await differingFiles(
							programs,
							suspects.map(({ file }) => file),
						)
					: [];
			expectThat(found.length === 0, found.map(({ words }) => words).join('\n'));
		},
	};
}

async function differingFiles(programs: RigPrograms, files: CaseFile[]): Promise<{ file: CaseFile; words: string }[]> {
	const found: { file: CaseFile; words: string }[] = [];
	for (const { file, text } of await captureVectors(programs, files)) {
		const differing = differences((await readVectors(file)) ?? '{"cases":[]}', text);
		if (differing.length > 0)
			found.push({ file, words: `vectors/kubelet/${file.name}.json:\n${differing.join('\n')}` });
	}
	return found;
}
