import { isProviderHost, lookup, buildKeyring, type ImageReference } from '@lanyard/core';
import type { ContainerFact, EventFact, Facts, ImageFact, PodFact, RegistryFacts, SecretEntry } from './facts.ts';
import { furthest, readMessage } from './words/read-message.ts';
import type { Symptom } from './words/symptom.ts';

/** One pull that several pods have in common, with all that the checks look at. */
export interface Look {
	facts: Facts;
	image: string;
	imageFact: ImageFact | undefined;
	reference: ImageReference | undefined;
	registry: RegistryFacts | undefined;
	serviceAccount: string;
	pullSecrets: string[];
	pods: PodFact[];
	/** Those of the pods whose container cannot get this image. */
	failing: PodFact[];
	/** `waiting`: nobody can tell yet. */
	health: 'failing' | 'pulled' | 'waiting';
	/** What the failing pods' last errors say, the telling one first. */
	symptom: Symptom | undefined;
	symptoms: Symptom[];
	/** When that error was last seen. RFC 3339. */
	lastSeenAt: string | undefined;
	/** Entries of the pod's pull secrets that match the image, in the kubelet's order. */
	matching: { secret: string; entry: SecretEntry }[];
	/** Whether the cluster's nodes ask their own credential provider for this host. */
	hasProvider: boolean;
}

/** One look per distinct image, service account and pull secrets. */
export function looksOf(facts: Facts): Look[] {
	const groups = new Map<string, { image: string; pods: PodFact[] }>();
	for (const pod of facts.pods)
		for (const image of new Set(pod.containers.map((container) => container.image))) {
			const key = JSON.stringify([image, pod.namespace, pod.serviceAccount, pod.pullSecrets.toSorted()]);
			const group = groups.get(key) ?? { image, pods: [] };
			group.pods.push(pod);
			groups.set(key, group);
		}
	return [...groups.values()].flatMap(({ image, pods }) => lookAt(facts, image, pods));
}

function lookAt(facts: Facts, image: string, pods: PodFact[]): Look[] {
	const [first] = pods;
	if (first === undefined) return [];
	const imageFact = facts.images[image];
	const reference = imageFact?.reference;
	const host = reference?.host.toLowerCase();
	const failing = pods.filter((pod) => containersOf(pod, image).some(isFailing));
	const symptoms = failing.flatMap((pod) => symptomsOf(pod, image));
	const look = { facts, image, imageFact, reference, pods, failing, symptoms, symptom: furthest(symptoms) };
	return [
		{
			...look,
			registry: host === undefined ? undefined : facts.registries[host],
			serviceAccount: first.serviceAccount,
			pullSecrets: first.pullSecrets,
			health: healthOf(pods, failing, image),
			lastSeenAt: latest(failing.flatMap((pod) => pullEvents(pod, image))),
			matching: reference === undefined ? [] : matchingEntries(facts, first.pullSecrets, reference.name),
			hasProvider: host !== undefined && isProviderHost(host) && isManaged(facts),
		},
	];
}

// The kubelet's own reasons for a container that waits for its image (pkg/kubelet/images/types.go, pkg/kubelet/container).
const pullReasons = new Set([
	'ErrImagePull',
	'ImagePullBackOff',
	'ErrImageNeverPull',
	'InvalidImageName',
	'ImageInspectError',
	'RegistryUnavailable',
	'SignatureValidationFailed',
]);

// Where the look-up of credentials fails as a whole, the kubelet writes the error's own words where a reason belongs.
function isFailing({ state, reason }: ContainerFact): boolean {
	return state === 'waiting' && reason !== undefined && (pullReasons.has(reason) || reason.includes(' '));
}

function healthOf(pods: PodFact[], failing: PodFact[], image: string): Look['health'] {
	if (failing.length > 0) return 'failing';
	const hasStarted = (pod: PodFact) =>
		containersOf(pod, image).some((container) => container.hasStarted || wasPulled(pod, image));
	return pods.every(hasStarted) ? 'pulled' : 'waiting';
}

function wasPulled(pod: PodFact, image: string): boolean {
	return pod.events.some(({ reason, message }) => reason === 'Pulled' && message.includes(`"${image}"`));
}

function containersOf(pod: PodFact, image: string): ContainerFact[] {
	return pod.containers.filter((container) => container.image === image);
}

// The state holds the last error while it is fresh; in back-off older kubelets leave it to the events.
function symptomsOf(pod: PodFact, image: string): Symptom[] {
	const states = containersOf(pod, image).filter(isFailing);
	const fromStates = states.flatMap(({ reason, message }) => readMessage(message ?? reason ?? ''));
	if (fromStates.length > 0) return fromStates;
	const events = pullEvents(pod, image);
	const last = events.toSorted((a, b) => (a.lastAt ?? '').localeCompare(b.lastAt ?? '')).at(-1);
	return last === undefined ? [] : readMessage(last.message);
}

function pullEvents(pod: PodFact, image: string): EventFact[] {
	const reasons = ['Failed', 'InspectFailed', 'ErrImageNeverPull'];
	return pod.events.filter(({ reason, message }) => reasons.includes(reason) && message.includes(`"${image}"`));
}

function latest(events: EventFact[]): string | undefined {
	return events
		.flatMap(({ lastAt }) => lastAt ?? [])
		.toSorted()
		.at(-1);
}

function matchingEntries(facts: Facts, names: string[], image: string): Look['matching'] {
	const entries = names.flatMap((secret) => entriesOf(facts, secret).map((entry) => ({ secret, entry })));
	return matchEntries(entries, image);
}

/** The entries that a kubelet would use for this image (`host/repository`), in its order. */
export function matchEntries(entries: Look['matching'], image: string): Look['matching'] {
	const keyring = buildKeyring(entries.map((one) => ({ key: one.entry.key, credential: one, source: one.secret })));
	return lookup(keyring, image).map(({ credential }) => credential);
}

/** What a kubelet gets out of the pull secret of this name: nothing, if it is missing, unreadable or not known. */
function entriesOf(facts: Facts, secret: string): SecretEntry[] {
	const reading = facts.secrets[secret];
	if (reading?.known !== true || reading.value === null) return [];
	return reading.value.content.as === 'entries' ? reading.value.content.entries : [];
}

function isManaged({ managedCluster }: Facts): boolean {
	return managedCluster.known && managedCluster.value !== null;
}
