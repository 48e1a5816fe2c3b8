/*
 * Keeps one pod of each DaemonSet on every node that takes it: pkg/controller/daemon/daemon_controller.go of Kubernetes 1.35.4. An update
 * deletes the pods of the template before, as many at a time as may be missing; there are no ControllerRevisions to go back to.
 */
import { createHash } from 'node:crypto';
import { isRefusal, pathTo } from '../api-client.ts';
import { at, type Fields, fieldsAt, isSame, listAt, numberAt, textAt, textsAt } from '../json.ts';
import { controllerReference, type KubeObject, stamp } from '../kube-object.ts';
import type { Seen } from '../reflector.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow, followed, keyOf, splitKey } from './controller.ts';
import { takes } from './node-choice.ts';
import { OwnedPods } from './owned-pods.ts';
import { isReady } from './pod-owner.ts';

const hashLabel = 'controller-revision-hash';

interface Daemons extends ControllerContext {
	owned: OwnedPods;
	nodes: Map<string, KubeObject>;
}

/** Follows DaemonSets, their pods, and nodes that come and go. */
export function runDaemonSets(context: ControllerContext): Promise<unknown> {
	const daemons: Daemons = { ...context, owned: new OwnedPods(), nodes: new Map() };
	const queue = new WorkQueue({ ...context, work: (key) => reconcile(daemons, key) });
	const sets = new Set<string>();
	const ofOwner: Seen = (type, pod) => {
		daemons.owned.see(type, pod);
		const owner = pod.metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === 'DaemonSet');
		if (owner) queue.add(`${pod.metadata.namespace ?? ''}/${owner.name}`);
	};
	const pods = followed(context, pathTo('v1', 'pods'), ofOwner);
	const nodes = followed(context, pathTo('v1', 'nodes'), (type, node) => {
		if (type === 'DELETED') daemons.nodes.delete(node.metadata.name);
		else daemons.nodes.set(node.metadata.name, node);
		sets.forEach((key) => queue.add(key));
	});
	const followedSets = Promise.all([pods.listed, nodes.listed]).then(() =>
		follow(context, pathTo('apps/v1', 'daemonsets'), (type, set) => {
			if (type === 'DELETED') sets.delete(keyOf(set));
			else sets.add(keyOf(set));
			queue.add(keyOf(set));
		}),
	);
	return Promise.all([pods.ended, nodes.ended, followedSets]).then(() => queue.idle());
}

async function reconcile(daemons: Daemons, key: string): Promise<void> {
	const { namespace, name } = splitKey(key);
	const set = await daemons.api.get(pathTo('apps/v1', 'daemonsets', namespace, name));
	if (!set) return;
	if (set.metadata.deletionTimestamp === undefined) await place(daemons, set);
	await writeStatus(daemons, set);
}

async function place(daemons: Daemons, set: KubeObject): Promise<void> {
	const pods = daemons.owned.of(set);
	const wanted = nodesFor(daemons, set);
	for (const pod of pods.filter((one) => isSurplus(one, wanted, pods))) await remove(daemons, set, pod);
	for (const node of wanted) if (!pods.some((pod) => nodeOf(pod) === node)) await create(daemons, set, node);
	if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return;
	const hash = hashOf(set);
	const present = daemons.owned.of(set).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
	const missing = wanted.length - present.filter(isReady).length;
	const old = present.filter(({ metadata }) => metadata.labels?.[hashLabel] !== hash);
	const idle = old.filter((pod) => !isReady(pod));
	const spare = Math.max(0, mayMiss(set, wanted.length) - missing);
	for (const pod of [...idle, ...old.filter(isReady).slice(0, spare)]) await remove(daemons, set, pod);
}

/** Nodes that a pod of the set may be on. */
function nodesFor({ nodes }: Daemons, set: KubeObject): string[] {
	const pod = { ...set, spec: podSpec(set) };
	return [...nodes.values()].filter((node) => takes(pod, node)).map(({ metadata }) => metadata.name);
}

// Failed ones are made anew, of two on one node the younger goes.
function isSurplus(pod: KubeObject, wanted: string[], pods: KubeObject[]): boolean {
	if (pod.metadata.deletionTimestamp !== undefined) return false;
	if (textAt(pod, 'status', 'phase') === 'Failed' || !wanted.includes(nodeOf(pod))) return true;
	return pods.some((other) => pods.indexOf(other) < pods.indexOf(pod) && nodeOf(other) === nodeOf(pod));
}

function mayMiss(set: KubeObject, count: number): number {
	const told = at(set, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 1;
	const share = typeof told === 'string' ? Math.ceil((Number.parseInt(told, 10) / 100) * count) : Number(told);
	return Math.max(1, share);
}

/** The node that a pod of a DaemonSet is for: its affinity says it before it is bound. */
function nodeOf(pod: KubeObject): string {
	const bound = textAt(pod, 'spec', 'nodeName');
	if (bound !== '') return bound;
	const required = at(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
	const [field] = listAt(listAt(required, 'nodeSelectorTerms')[0], 'matchFields');
	return listAt(field, 'values').map(String)[0] ?? '';
}

// daemon/util AddOrUpdateDaemonPodTolerations.
const ownTolerations = [
	['not-ready', 'NoExecute'],
	['unreachable', 'NoExecute'],
	['disk-pressure', 'NoSchedule'],
	['memory-pressure', 'NoSchedule'],
	['pid-pressure', 'NoSchedule'],
	['unschedulable', 'NoSchedule'],
].map(([key, effect]) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect }));

function podSpec(set: KubeObject): Fields {
	const spec = fieldsAt(set, 'spec', 'template', 'spec');
	const tolerations = listAt(spec, 'tolerations');
	const missing = ownTolerations.filter((own) => !tolerations.some((one) => isSame(one, own)));
	return { ...spec, tolerations: [...tolerations, ...missing] };
}

async function create({ api, events, owned }: Daemons, set: KubeObject, node: string): Promise<void> {
	const { namespace, name } = set.metadata;
	const template = fieldsAt(set, 'spec', 'template');
	const spec = podSpec(set);
	const required = 'requiredDuringSchedulingIgnoredDuringExecution';
	const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
	const terms = listAt(spec, 'affinity', 'nodeAffinity', required, 'nodeSelectorTerms');
	const nodeSelectorTerms = (terms.length > 0 ? terms : [{}]).map((term) => ({ ...fieldsAt(term), matchFields }));
	const nodeAffinity = { ...fieldsAt(spec, 'affinity', 'nodeAffinity'), [required]: { nodeSelectorTerms } };
	const body = {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			generateName: `${name}-`,
			labels: {
				...textsAt(template, 'metadata', 'labels'),
				[hashLabel]: hashOf(set),
				'pod-template-generation': generationOf(set),
			},
			annotations: textsAt(template, 'metadata', 'annotations'),
			ownerReferences: [controllerReference(set)],
		},
		spec: { ...spec, affinity: { ...fieldsAt(spec, 'affinity'), nodeAffinity } },
	};
	try {
		const pod = await owned.make(() => api.create(pathTo('v1', 'pods', namespace), body));
		events.record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
	} catch (error) {
		if (isRefusal(error, 403, 422)) {
			events.record(set, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${error.message}` });
		}
		throw error;
	}
}

function generationOf({ metadata }: KubeObject): string {
	return metadata.annotations?.['deprecated.daemonset.template.generation'] ?? '1';
}

async function remove({ api, events, owned, clock }: Daemons, set: KubeObject, pod: KubeObject): Promise<void> {
	await api.delete(pathTo('v1', 'pods', pod.metadata.namespace, pod.metadata.name));
	owned.markGoing(pod, stamp(clock.now()));
	events.record(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` });
}

function hashOf(set: KubeObject): string {
	const template = JSON.stringify(at(set, 'spec', 'template'));
	return String(createHash('sha256').update(template).digest().readUInt32BE(0));
}

async function writeStatus(daemons: Daemons, set: KubeObject): Promise<void> {
	const wanted = nodesFor(daemons, set);
	const all = daemons.owned.of(set).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
	const placed = all.filter((pod) => wanted.includes(nodeOf(pod)));
	const ready = placed.filter(isReady).length;
	const updated = placed.filter(({ metadata }) => metadata.labels?.[hashLabel] === hashOf(set)).length;
	const status: Fields = {
		currentNumberScheduled: placed.length,
		numberMisscheduled: all.length - placed.length,
		desiredNumberScheduled: wanted.length,
		numberReady: ready,
		observedGeneration: numberAt(set, 'metadata', 'generation') ?? 1,
		...(updated > 0 && { updatedNumberScheduled: updated }),
		...(ready > 0 && { numberAvailable: ready }),
		...(wanted.length > ready && { numberUnavailable: wanted.length - ready }),
	};
	if (isSame(set['status'], status)) return;
	const path = `${pathTo('apps/v1', 'daemonsets', set.metadata.namespace, set.metadata.name)}/status`;
	await daemons.api.replace(path, { ...set, metadata: { ...set.metadata, resourceVersion: '' }, status });
}
