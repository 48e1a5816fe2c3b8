import { join } from 'node:path';

import { type Check, expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { type ClientPrograms, runClients, type StepOutcome } from '../kubernetes-clients/run.ts';
import { clientSteps } from '../kubernetes-clients/steps.data.ts';
import { clientGoBuild } from '../set-up/builds.ts';
import { goPrograms } from '../set-up/go.ts';
import { kubectlAndHelm } from '../set-up/kubectl-and-helm.ts';
import { pythonClient } from '../set-up/python-client.ts';

/** kubectl, helm and client libraries, unmodified, on a cluster of the sandbox. */
export const kubernetesClientsPart: Part = {
	name: 'kubernetes-clients',
	prepare: async (timetable) => {
		const { kubectl, helm } = await timetable.time('set-up: kubectl and helm', () =>
			kubectlAndHelm(config.cacheRoot, config.isCI),
		);
		const python = await timetable.time("set-up: Kubernetes' Python client", () => pythonClient(config.cacheRoot));
		const go = await timetable.time('set-up: our program on client-go', () =>
			goPrograms(config.cacheRoot, clientGoBuild),
		);
		return clientChecks({ kubectl, helm, python, go: join(go, 'client-go') });
	},
};

/** One visit for all; a check for each client. */
function clientChecks(programs: ClientPrograms): Check[] {
	let visited: Promise<StepOutcome[]> | undefined;
	return [...new Set(clientSteps.map(({ client }) => client))].map((client) => ({
		name: `${client} does all its steps on a cluster of the sandbox`,
		run: async () => {
			visited ??= runClients(programs);
			const outcomes = (await visited).filter(({ name }) => name.split(' ')[0] === client);
			const failures = outcomes.flatMap(({ name, failure }) =>
				failure === undefined ? [] : [`${name}\n    ${failure}`],
			);
			process.stdout.write(`  ${client}: ${outcomes.length - failures.length} of ${outcomes.length} steps\n`);
			expectThat(failures.length === 0, failures.join('\n'));
		},
	}));
}
