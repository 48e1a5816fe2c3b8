import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';

import { normalise } from '../captures/normalise.ts';
import type { EventView } from '../captures/observation.ts';
import type { Enclosed } from '../enclosure/furnish.ts';
import { type ControlPlane, startControlPlane } from '../kubernetes/control-plane.ts';
import { waitFor } from '../kubernetes/wait.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import { runProgram } from '../set-up/run-program.ts';
import { faultCodes } from './fault-codes.data.ts';
import { noWay, waysIn } from '../way-in.ts';
import { type JoinedNode, joinNode } from './join-node.ts';

export interface FaultInput {
	rig: RigPrograms;
	kubectl: string;
}

/** What two kubelets said of the same broken workload: reason and message of each warning, each once. */
export type FaultOutput = Record<string, { virtual: string[]; real: string[] }>;

/** Every code has a registry of its own, so that one fault does not touch another's workload. */
const registryOf = (code: string) => code.replaceAll('-', '').slice(0, 50);

const world = {
	settings: { replicationDelay: '0s', directoryDelay: '0s' },
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: faultCodes.map((code) => ({ name: registryOf(code), group: 'rg', images: ['app:v1'] })),
	// A node each: AKS limits a node's pulls (5 a second, burst 10), and the faults that turn the clock make all try at once.
	clusters: [{ name: 'mycluster', group: 'rg', nodes: faultCodes.length }],
	assignments: [
		{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
		...faultCodes.map((code) => ({ principal: 'mycluster', role: 'AcrPull', scope: registryOf(code) })),
	],
};

/** Breaks one workload of the sandbox's cluster for each code, and gives the same pods to a real kubelet on the same machine. */
export async function job({ rig, kubectl }: FaultInput, enclosed: Enclosed): Promise<FaultOutput> {
	const sandbox = await startSandbox({ world, onBug: (bug) => console.error(bug) });
	const [roots, kubeconfig] = [join(enclosed.folder, 'roots.pem'), join(enclosed.folder, 'sandbox.kubeconfig')];
	await writeFile(roots, sandbox.caPem);
	await writeFile(kubeconfig, sandbox.kubeconfig, { mode: 0o600 });
	const ask = (args: string[]) =>
		runProgram(kubectl, args, {
			env: { ...noWay, ...waysIn['cluster client']({ ...sandbox, caFile: roots, kubeconfig }) },
		});
	const pause = await readFile(rig.pause);
	const [controlPlane] = await Promise.all([startControlPlane(enclosed, rig.kubeall), breakAll(sandbox, ask)]);
	const identity = await kubeletIdentity(sandbox);
	const node = await joinNode(enclosed, { rig, sandbox, controlPlane, roots, pause, identity });
	const output: FaultOutput = {};
	await Promise.all(
		faultCodes.map(async (code) => {
			const real = await realWords({ controlPlane, node, ask }, code);
			output[code] = { virtual: await virtualWords(ask, code), real };
		}),
	);
	await sandbox.close();
	return output;
}

type Ask = (args: string[]) => Promise<string>;

async function breakAll(sandbox: Sandbox, ask: Ask): Promise<void> {
	for (const code of faultCodes) {
		// Faults of secrets all use one name.
		await ask(['create', 'namespace', code]);
		await ask(['create', 'deployment', code, '-n', code, `--image=${registryOf(code)}.azurecr.io/app:v1`]);
		await ask(['rollout', 'status', 'deployment', code, '-n', code, '--timeout=240s']);
		await sandbox.faults.break(code, { target: `deployment/${code}`, namespace: code }).catch((cause: unknown) => {
			throw new Error(`"${code}" cannot be broken: ${JSON.stringify(cause)}`, { cause });
		});
	}
}

/** Which identity the machine has, its metadata service says. */
async function kubeletIdentity(sandbox: Sandbox) {
	const machine = sandbox.machines().find(({ name }) => name.startsWith('aks-'));
	const url = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=';
	const request = new Request(`${url}https%3A%2F%2Fmanagement.azure.com%2F`, { headers: { metadata: 'true' } });
	const { client_id: clientId }: { client_id: string } = JSON.parse(
		await (await sandbox.machine(machine?.name).fetch(request)).text(),
	);
	return { clientId, tenantId: sandbox.signIn.tenantId, subscriptionId: '00000000-0000-0000-0000-000000000000' };
}

interface Stage {
	controlPlane: ControlPlane;
	node: JoinedNode;
	ask: Ask;
}

interface PodSpec {
	containers: { name: string; image: string; imagePullPolicy?: string }[];
	imagePullSecrets?: { name: string }[];
}

/** The pod that the fault left, and the secrets it names, in a namespace of the real cluster. */
async function realWords({ controlPlane, node, ask }: Stage, code: string): Promise<string[]> {
	const {
		spec: { template },
	}: { spec: { template: { spec: PodSpec } } } = JSON.parse(
		await ask(['get', 'deployment', code, '-n', code, '-o', 'json']),
	);
	const { imagePullSecrets = [] } = template.spec;
	const there: string[] = [];
	const path = `/api/v1/namespaces/${code}`;
	await controlPlane.api.create('/api/v1/namespaces', {
		apiVersion: 'v1',
		kind: 'Namespace',
		metadata: { name: code },
	});
	for (const { name } of imagePullSecrets) {
		const found = await ask(['get', 'secret', name, '-n', code, '--ignore-not-found', '-o', 'json']);
		if (found === '') continue;
		const { type, data }: { type: string; data: unknown } = JSON.parse(found);
		const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type, data };
		await controlPlane.api.create(`${path}/secrets`, secret);
		there.push(name);
	}
	await waitFor(`the service account of "${code}"`, () =>
		controlPlane.api.get(`${path}/serviceaccounts/default`).catch(() => undefined),
	);
	const spec = {
		...{ hostNetwork: true, terminationGracePeriodSeconds: 0, automountServiceAccountToken: false },
		containers: template.spec.containers.map(({ name, image, imagePullPolicy = 'Always' }) => ({
			name,
			image,
			imagePullPolicy,
		})),
		imagePullSecrets,
	};
	for (let tries = 1; ; tries++) {
		const pod = `pod-${tries}`;
		await controlPlane.api.create(`${path}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod }, spec });
		const words = await waitFor(`the pod of "${code}" to fail`, () => {
			const told = warnings(node.watcher.events(code, pod));
			return told.some((one) => hasFailed(one)) ? told : undefined;
		});
		if (!isDisturbed(words, there) || tries === mostTries) return words;
	}
}

const mostTries = 4;

/** A kubelet waits a second for a pull secret that it has not read yet, then says it is not there: a busy machine's word, not the fault's. */
function isDisturbed(words: string[], there: string[]): boolean {
	return words.some(
		(one) => one.startsWith('FailedToRetrieveImagePullSecret: ') && there.some((name) => isNamed(one, name)),
	);
}

function isNamed(words: string, name: string): boolean {
	return (/\((.*)\)/.exec(words)?.[1]?.split(', ') ?? []).includes(name);
}

async function virtualWords(ask: Ask, code: string): Promise<string[]> {
	return waitFor(`the workload "${code}" to fail`, async () => {
		// A pod of the template before may still run: it warns of nothing.
		const events: { items: EventView[] } = JSON.parse(
			await ask(['get', 'events', '-n', code, '--field-selector', 'involvedObject.kind=Pod', '-o', 'json']),
		);
		const words = warnings(events.items);
		return words.some((one) => hasFailed(one)) ? words : undefined;
	});
}

function hasFailed(words: string): boolean {
	return words.startsWith('Failed: ');
}

/** Those about the pull; how a container waits afterwards is another story, and a kubelet on a busy machine tells it late. */
function warnings(events: EventView[]): string[] {
	const told = events.filter(
		({ type, message }) => type === 'Warning' && !/^Error: (ErrImagePull|ImagePullBackOff)$/.test(message),
	);
	const words = told.map(({ reason, message }) =>
		JSON.stringify(normalise(withoutAddress(`${reason}: ${message}`), new Map())),
	);
	return [...new Set(words)].map((one): string => JSON.parse(one)).toSorted();
}

/** A registry names the node that it does not let in: the virtual workloads are on a node each, the real ones all on the first. */
function withoutAddress(words: string): string {
	return words.replaceAll(/\b10\.224\.0\.\d+\b/g, '{node}');
}
