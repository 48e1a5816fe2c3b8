import { join } from 'node:path';

import { differencesOf } from '../api-server/compare.ts';
import type { ApiServerInput, ApiServerOutput } from '../api-server/job.ts';
import { knownDifferences } from '../api-server/known-differences.ts';
import { requests } from '../api-server/requests.data.ts';
import { type Check, expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { runEnclosed } from '../enclosure/enclosure.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { clientGoBuild, kubernetesBuild } from '../set-up/builds.ts';
import { goPrograms } from '../set-up/go.ts';
import { Lacking } from '../set-up/lacking.ts';

const module = new URL('../api-server/job.ts', import.meta.url).href;

const points = [
	{ when: 'etcd is starting', sees: /kubeall etcd/ },
	{ when: 'the API server is starting', sees: /kubeall kube-apiserver/ },
	{ when: 'the controllers are starting', sees: /kubeall kube-controller-manager/ },
];

/** The sandbox's API server beside a real one: the same requests, and answers that differ only as docs/fidelity.md says. */
export const apiServerPart: Part = {
	name: 'api-server',
	prepare: async (timetable) => {
		if (!config.isRoot) throw new Lacking('root', 'run "sudo npm run test:interop -- api-server"');
		const folder = await timetable.time('set-up: Kubernetes and etcd', () =>
			goPrograms(config.cacheRoot, kubernetesBuild),
		);
		const ours = await timetable.time('set-up: our program on client-go', () =>
			goPrograms(config.cacheRoot, clientGoBuild),
		);
		const input = { kubeall: join(folder, 'kubeall'), clientGo: join(ours, 'client-go') };
		return [comparison(input), ...killChecks({ module, input, points })];
	},
};

function comparison(input: ApiServerInput): Check {
	const compared = requests.filter(({ isPreparation }) => isPreparation !== true);
	return {
		name: `${compared.length} requests are answered as by a real API server`,
		run: async () => {
			const { real, ours, printed } = await runEnclosed<ApiServerOutput>({ module, input });
			const known = await knownDifferences();
			const rows = compared.map(({ name }) => {
				const [there, here] = [real[name], ours[name]];
				const differing = there && here ? differencesOf(there, here) : ['it was not asked'];
				return { name, status: there?.status, differing };
			});
			process.stdout.write(`${rows.map((row) => renderRow(row, known)).join('\n')}\n`);
			const surprises = rows.filter(({ name, differing }) => differing.length > 0 !== known.has(name));
			const words = surprises.map(({ name, differing }) =>
				differing.length > 0
					? `${name}\n    ${differing.join('\n    ')}`
					: `${name}: docs/fidelity.md says that it differs, and it does not`,
			);
			expectThat(surprises.length === 0, words.join('\n'));
			const lines = printed.real.split('\n');
			const others = printed.ours.split('\n').filter((line, i) => line !== lines[i]);
			process.stdout.write(
				`  a program on client-go prints ${lines.length - 1} lines, ${others.length} otherwise here\n`,
			);
			expectThat(printed.real === printed.ours, `there:\n${printed.real}\nhere:\n${printed.ours}`);
		},
	};
}

function renderRow(
	{ name, status, differing }: { name: string; status: number | undefined; differing: string[] },
	known: Set<string>,
): string {
	const verdict = differing.length === 0 ? 'same' : known.has(name) ? 'differs as listed' : 'DIFFERS';
	return `  ${String(status ?? '-').padEnd(4)} ${name.padEnd(56)} ${verdict}`;
}
