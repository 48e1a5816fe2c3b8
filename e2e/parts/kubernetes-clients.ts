import { join } from 'node:path';

import { type Check, expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { prepareJobs, runJob } from '../enclosure/run-job.ts';
import { compareMerges } from '../kubernetes-clients/kubeconfigs.ts';
import type { SignInPrograms } from '../kubernetes-clients/kubelogin.ts';
import type { ClientPrograms, StepOutcome } from '../kubernetes-clients/run.ts';
import { clientSteps } from '../kubernetes-clients/steps.data.ts';
import { azureCli } from '../set-up/azure-cli.ts';
import { clientGoBuild, kubeloginBuild } from '../set-up/builds.ts';
import { goPrograms } from '../set-up/go.ts';
import { kubectlAndHelm } from '../set-up/kubectl-and-helm.ts';
import { pythonClient } from '../set-up/python-client.ts';

const module = new URL('../kubernetes-clients/run.ts', import.meta.url).href;

const signInModule = new URL('../kubernetes-clients/kubelogin.ts', import.meta.url).href;

const points = [{ when: 'kubectl asks', sees: /kubectl (apply|get|rollout)/ }];

/** kubectl, helm and client libraries, unmodified, on a cluster of the sandbox. */
export const kubernetesClientsPart: Part = {
	name: 'kubernetes-clients',
	prepare: async (timetable) => {
		await prepareJobs();
		const { kubectl, helm } = await timetable.time('set-up: kubectl and helm', () =>
			kubectlAndHelm(config.cacheRoot, config.isCI),
		);
		const python = await timetable.time("set-up: Kubernetes' Python client", () => pythonClient(config.cacheRoot));
		const go = await timetable.time('set-up: our program on client-go', () =>
			goPrograms(config.cacheRoot, clientGoBuild),
		);
		const input: ClientPrograms = { kubectl, helm, python, go: join(go, 'client-go') };
		const az = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		const kubelogin = await timetable.time('set-up: kubelogin', () => goPrograms(config.cacheRoot, kubeloginBuild));
		const signIn = signInCheck({ kubectl, python: az, kubelogin: join(kubelogin, 'kubelogin') });
		return [...clientChecks(input), signIn, mergeCheck(kubectl), ...killChecks({ module, input, points })];
	},
};

/** One visit for all; a check for each client. */
function clientChecks(input: ClientPrograms): Check[] {
	let visited: Promise<StepOutcome[]> | undefined;
	return [...new Set(clientSteps.map(({ client }) => client))].map((client) => ({
		name: `${client} does all its steps on a cluster of the sandbox`,
		run: async () => {
			visited ??= runJob<StepOutcome[]>({ module, input });
			report(
				client,
				(await visited).filter(({ name }) => name.split(' ')[0] === client),
			);
		},
	}));
}

/** A cluster's users sign in with Entra, by kubelogin. */
function signInCheck(input: SignInPrograms): Check {
	return {
		name: 'kubelogin gets tokens of Entra with which kubectl works',
		run: async () => report('kubelogin', await runJob<StepOutcome[]>({ module: signInModule, input })),
	};
}

function mergeCheck(kubectl: string): Check {
	return {
		name: 'several files in KUBECONFIG are read as kubectl reads them',
		run: () => compareMerges(kubectl),
	};
}

function report(client: string, outcomes: StepOutcome[]): void {
	const failures = outcomes.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}\n    ${failure}`]));
	process.stdout.write(`  ${client}: ${outcomes.length - failures.length} of ${outcomes.length} steps\n`);
	expectThat(failures.length === 0, failures.join('\n'));
}
