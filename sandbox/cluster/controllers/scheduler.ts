import { isRefusal, pathTo } from '../api-client.ts';
import { fieldsAt, isSame, textAt } from '../json.ts';
import { conditionOf, type KubeObject, stamp } from '../kube-object.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow, keyOf } from './controller.ts';
import { chooseNode } from './node-choice.ts';

/** What the scheduler knows: every node, every pod, and which pods fit nowhere. */
interface Seen {
	nodes: Map<string, KubeObject>;
	pods: SeenPods;
	waiting: Set<string>;
}

/** Binds pods to nodes, and says of those that fit nowhere why. */
export function runScheduler(context: ControllerContext): Promise<unknown> {
	const seen: Seen = { nodes: new Map(), pods: new SeenPods(), waiting: new Set() };
	const queue = new WorkQueue({ ...context, work: (key) => schedule(context, seen, key) });
	return Promise.all([
		follow(context, pathTo('v1', 'pods'), (type, pod) => {
			const key = keyOf(pod);
			if (type === 'DELETED') {
				seen.pods.delete(key);
				seen.waiting.delete(key);
				return;
			}
			seen.pods.set(key, pod);
			if (textAt(pod, 'spec', 'nodeName') === '' && isOurs(pod)) queue.add(key);
		}),
		follow(context, pathTo('v1', 'nodes'), (type, node) => {
			if (type === 'DELETED') seen.nodes.delete(node.metadata.name);
			else seen.nodes.set(node.metadata.name, node);
			seen.waiting.forEach((key) => queue.add(key));
		}),
	]).then(() => queue.idle());
}

// A pod may ask for another scheduler, and waits for it where there is none.
function isOurs(pod: KubeObject): boolean {
	return textAt(pod, 'spec', 'schedulerName') === 'default-scheduler';
}

/** Pods by their keys, and how many of them each node has. */
class SeenPods {
	readonly #pods = new Map<string, KubeObject>();
	readonly #loads = new Map<string, number>();

	get = (key: string): KubeObject | undefined => this.#pods.get(key);
	load = (node: string): number => this.#loads.get(node) ?? 0;

	set(key: string, pod: KubeObject): void {
		this.delete(key);
		this.#pods.set(key, pod);
		this.#count(pod, 1);
	}

	delete(key: string): void {
		const pod = this.#pods.get(key);
		this.#pods.delete(key);
		if (pod) this.#count(pod, -1);
	}

	#count(pod: KubeObject, one: 1 | -1): void {
		const node = textAt(pod, 'spec', 'nodeName');
		this.#loads.set(node, this.load(node) + one);
	}
}

async function schedule(context: ControllerContext, seen: Seen, key: string): Promise<void> {
	const pod = seen.pods.get(key);
	if (!pod || textAt(pod, 'spec', 'nodeName') !== '' || pod.metadata.deletionTimestamp !== undefined) return;
	const choice = chooseNode(pod, [...seen.nodes.values()], seen.pods.load);
	if ('unschedulable' in choice) {
		seen.waiting.add(key);
		await refuse(context, pod, choice.unschedulable);
		return;
	}
	seen.waiting.delete(key);
	// Known at once, so that the next pod is not put beside it for want of the news.
	seen.pods.set(key, { ...pod, spec: { ...fieldsAt(pod, 'spec'), nodeName: choice.node } });
	try {
		await bind(context, pod, choice.node);
	} catch (error) {
		seen.pods.set(key, pod);
		throw error;
	}
}

async function bind({ api, events }: ControllerContext, pod: KubeObject, node: string): Promise<void> {
	const { namespace, name } = pod.metadata;
	const body = {
		apiVersion: 'v1',
		kind: 'Binding',
		metadata: { name, namespace },
		target: { apiVersion: 'v1', kind: 'Node', name: node },
	};
	try {
		await api.create(`${pathTo('v1', 'pods', namespace, name)}/binding`, body);
	} catch (error) {
		if (!isRefusal(error, 404, 409)) throw error;
		return;
	}
	const message = `Successfully assigned ${namespace}/${name} to ${node}`;
	events.record(pod, { type: 'Normal', reason: 'Scheduled', message });
}

async function refuse({ api, events, clock }: ControllerContext, pod: KubeObject, message: string): Promise<void> {
	const { namespace, name } = pod.metadata;
	const wanted = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
	const before = conditionOf(pod, 'PodScheduled');
	if (textAt(before, 'message') === message && isSame(textAt(before, 'status'), 'False')) return;
	events.record(pod, { type: 'Warning', reason: 'FailedScheduling', message });
	const { generation } = pod.metadata;
	const condition = {
		...wanted,
		...(generation !== undefined && { observedGeneration: generation }),
		lastProbeTime: null,
		lastTransitionTime: stamp(clock.now()),
	};
	await api.patch(`${pathTo('v1', 'pods', namespace, name)}/status`, { status: { conditions: [condition] } });
}
