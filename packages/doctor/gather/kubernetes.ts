import type { Kube } from '@lanyard/clients';
import { type KubeEvent, parseEvent, parseNode, parseSecret, parseServiceAccount, type Pod } from '@lanyard/wire';
import type { ContainerFact, EventFact, Facts, NodeFact, PodFact, Reading, SecretFact } from '../facts.ts';
import type { Target } from '../target.ts';
import type { Notebook } from './notebook.ts';
import { secretFact } from './secret-fact.ts';
import { findWorkload } from './workload.ts';

/** The part of the facts that the cluster itself tells. */
type KubernetesFacts = Pick<
	Facts,
	'pods' | 'ownerEvents' | 'serviceAccounts' | 'secrets' | 'namespaceSecrets' | 'nodes'
>;

/** Reads the target's pods and what decides about their pulls, each thing once. */
export async function gatherKubernetes(kube: Kube, target: Target, notebook: Notebook): Promise<KubernetesFacts> {
	const workload = await findWorkload(kube, target);
	const base = `/api/v1/namespaces/${target.namespace}`;
	const events = await notebook.read(() => kube.list(`${base}/events`, parseEvent));
	notebook.noteUnknown('events', events, 'Kubernetes');
	const known = events.known ? events.value : [];
	const pods = workload.pods.map((pod) => podFact(pod, known));
	const facts = {
		pods,
		ownerEvents: known.filter(({ about }) => workload.owners.includes(about.uid)).map(eventFact),
		serviceAccounts: await readEach(
			pods.map(({ serviceAccount }) => serviceAccount),
			(name) => notebook.read(() => readServiceAccount(kube, `${base}/serviceaccounts/${name}`)),
		),
		secrets: await readEach(
			pods.flatMap(({ pullSecrets }) => pullSecrets),
			(name) => notebook.read(() => readSecret(kube, `${base}/secrets/${name}`)),
		),
		namespaceSecrets: await notebook.read(() => readPullSecrets(kube, `${base}/secrets`)),
		nodes: await readEach(
			pods.flatMap(({ node }) => node ?? []),
			(name) => notebook.read(() => readNode(kube, name)),
		),
	};
	noteWhatWasRead(facts, notebook);
	return facts;
}

async function readEach<T>(names: string[], read: (name: string) => Promise<T>): Promise<Record<string, T>> {
	const found: Record<string, T> = {};
	for (const name of new Set(names)) found[name] = await read(name);
	return found;
}

async function readServiceAccount(kube: Kube, path: string) {
	const account = await kube.get(path, parseServiceAccount);
	return account === undefined ? null : { pullSecrets: account.imagePullSecrets };
}

async function readSecret(kube: Kube, path: string): Promise<SecretFact | null> {
	const secret = await kube.get(path, parseSecret);
	return secret === undefined ? null : secretFact(secret);
}

// Only secrets of the two pull types are asked for: the others are none of the doctor's business.
async function readPullSecrets(kube: Kube, path: string): Promise<SecretFact[]> {
	const types = ['kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg'];
	const lists = types.map((type) => kube.list(`${path}?fieldSelector=type%3D${encodeURIComponent(type)}`, parseSecret));
	const found = (await Promise.all(lists)).flat();
	return found.filter(({ type }) => types.includes(type)).map(secretFact);
}

async function readNode(kube: Kube, name: string): Promise<NodeFact | null> {
	const node = await kube.get(`/api/v1/nodes/${name}`, parseNode);
	if (node === undefined) return null;
	const { os, architecture, kubeletVersion: kubelet, containerRuntime: runtime, nodePool: pool } = node;
	return { os, architecture, kubelet, runtime, ...(pool === undefined ? {} : { pool }) };
}

function podFact(pod: Pod, events: KubeEvent[]): PodFact {
	const { spec, createdAt } = pod;
	return {
		name: pod.name,
		namespace: pod.namespace,
		...(spec.nodeName === undefined ? {} : { node: spec.nodeName }),
		serviceAccount: spec.serviceAccountName,
		pullSecrets: spec.imagePullSecrets,
		...(createdAt === undefined ? {} : { createdAt: createdAt.toISOString() }),
		containers: spec.containers.map((container) => containerFact(pod, container)),
		events: events.filter(({ about }) => about.uid === pod.uid).map(eventFact),
	};
}

function containerFact(pod: Pod, container: Pod['spec']['containers'][number]): ContainerFact {
	const status = pod.statuses.find(({ name }) => name === container.name);
	const { is: state = 'unknown', reason, message } = status?.state ?? {};
	return {
		name: container.name,
		image: container.image,
		pullPolicy: container.imagePullPolicy ?? 'IfNotPresent',
		state,
		...(reason === undefined ? {} : { reason }),
		...(message === undefined ? {} : { message }),
		hasStarted: state === 'running' || state === 'terminated' || status?.lastState.is === 'terminated',
	};
}

function eventFact({ reason, message, count, lastSeenAt }: KubeEvent): EventFact {
	return { reason, message, count, ...(lastSeenAt === undefined ? {} : { lastAt: lastSeenAt.toISOString() }) };
}

function noteWhatWasRead(facts: KubernetesFacts, notebook: Notebook): void {
	const { pods, serviceAccounts, secrets, nodes, namespaceSecrets } = facts;
	for (const [name, reading] of Object.entries(serviceAccounts))
		notebook.noteUnknown(`account ${name}`, reading, 'Kubernetes');
	for (const [name, reading] of Object.entries(nodes)) notebook.noteUnknown(`node ${name}`, reading, 'Kubernetes');
	for (const [name, reading] of Object.entries(secrets)) noteSecret(name, reading, notebook);
	notebook.noteUnknown('secrets', namespaceSecrets, 'Kubernetes');
	if (pods.length > 0 && Object.keys(secrets).length === 0)
		notebook.note('pull secrets', 'none named by the pods or their service account', 'Kubernetes');
}

function noteSecret(name: string, reading: Reading<SecretFact | null>, notebook: Notebook): void {
	if (!reading.known) return notebook.noteUnknown(`secret ${name}`, reading, 'Kubernetes');
	if (reading.value === null) return notebook.note(`secret ${name}`, 'not in this namespace', 'Kubernetes');
	const { content } = reading.value;
	const says =
		content.as === 'entries'
			? `for ${content.entries.map(({ key }) => key).join(', ')}`
			: `${content.as}: ${content.why}`;
	return notebook.note(`secret ${name}`, says, 'Kubernetes');
}
