import { join } from 'node:path';
import process from 'node:process';

import { type Check, expectThat, type Part } from '../check.ts';
import type { ClientOutcome, ClientsInput } from '../clients/clients-job.ts';
import { operationsOf } from '../clients/operations.data.ts';
import { clientTable } from '../clients/client-table.ts';
import { type OperationOutcome, type SandboxClientsInput, sandboxClients } from '../clients/sandbox-clients-job.ts';
import { config } from '../config.ts';
import { runEnclosed } from '../enclosure/enclosure.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { craneBuild, pauseBuild, regctlBuild } from '../set-up/builds.ts';
import { findPinned, requirePrograms, type SystemProgram } from '../set-up/debian.ts';
import { goPrograms } from '../set-up/go.ts';
import { kubectlAndHelm } from '../set-up/kubectl-and-helm.ts';
import { pythonRegistryClient } from '../set-up/python-client.ts';
import { debianClients } from '../set-up/sources.ts';
import { Lacking } from '../set-up/lacking.ts';
import { versions } from '../set-up/versions.ts';

const systemClients: SystemProgram[] = [...Object.values(debianClients), { program: 'ip', package: 'iproute2' }];

const names = ['crane', 'regctl', 'helm', 'skopeo', 'podman', 'docker'];

const module = new URL('../clients/clients-job.ts', import.meta.url).href;
const sandboxModule = new URL('../clients/sandbox-clients-job.ts', import.meta.url).href;

const points = [
	{ when: 'podman keeps images', sees: /podman .* pull/ },
	{ when: 'the Docker engine is starting', sees: /dockerd --host/ },
	{ when: 'the engine has a containerd of its own', sees: /containerd --config/ },
];

/** Registry clients, unmodified. */
export const registryClientsPart: Part = {
	name: 'registry-clients',
	prepare: async (timetable) => {
		if (!config.isRoot) throw new Lacking('root', 'run "sudo npm run test:interop -- registry-clients"');
		await timetable.time('set-up: Debian clients', () => requirePrograms(systemClients, config.isCI));
		const build = (name: string, what: Parameters<typeof goPrograms>[1]) =>
			timetable.time(`set-up: ${name}`, () => goPrograms(config.cacheRoot, what));
		const { helm } = await timetable.time('set-up: kubectl and helm', () =>
			kubectlAndHelm(config.cacheRoot, config.isCI),
		);
		const python = await timetable.time("set-up: Microsoft's Python client", () =>
			pythonRegistryClient(config.cacheRoot),
		);
		const input: SandboxClientsInput = {
			python,
			programs: {
				crane: join(await build('crane', craneBuild), 'crane'),
				regctl: join(await build('regctl', regctlBuild), 'regctl'),
				helm,
				skopeo: await findPinned('skopeo'),
				podman: await findPinned('podman'),
				docker: await findPinned('docker'),
				dockerd: await findPinned('dockerd'),
			},
			pause: join(await build('pause', pauseBuild), 'pause'),
		};
		return [...clientChecks(input), ...sandboxChecks(input), ...killChecks({ module, input, points })];
	},
};

/** One visit for all, in one enclosure; a check for each. */
function clientChecks(input: ClientsInput): Check[] {
	let visited: Promise<ClientOutcome[]> | undefined;
	return names.map((name) => ({
		name: `${name} signs in and pulls, and is refused with a wrong password`,
		run: async () => {
			visited ??= runEnclosed<ClientOutcome[]>({ module, input });
			const outcome = (await visited).find((one) => one.name === name);
			expectThat(outcome !== undefined, 'it was not tried');
			const failures = [outcome.pullFailure, outcome.refusalFailure].filter((words) => words !== undefined);
			expectThat(failures.length === 0, failures.join('\n'));
			const pinned = name === 'crane' || name === 'regctl' ? versions[name] : '';
			expectThat(outcome.version.includes(pinned), `it says it is "${outcome.version}", not ${pinned}`);
		},
	}));
}

/** The sandbox's registry, in an enclosure of its own; a check for each client. */
function sandboxChecks(input: SandboxClientsInput): Check[] {
	let visited: Promise<OperationOutcome[]> | undefined;
	const clients = sandboxClients(input);
	return clients.map((client) => ({
		name: `${client.name} does at the sandbox's registry all that it has commands for`,
		run: async () => {
			visited ??= runEnclosed<OperationOutcome[]>({ module: sandboxModule, input }).then((all) => {
				process.stdout.write(`${clientTable(clients, all)}\n`);
				return all;
			});
			const outcomes = (await visited).filter((outcome) => outcome.client === client.name);
			expectThat(outcomes.length === operationsOf(client).length, 'it was not tried');
			const wrong = outcomes.flatMap((outcome) => (outcome.wrong === undefined ? [] : [outcome]));
			expectThat(wrong.length === 0, wrong.map((one) => `${one.operation}: ${one.wrong}`).join('\n'));
		},
	}));
}
