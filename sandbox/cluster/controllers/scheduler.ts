import { isRefusal, pathTo } from '../api-client.ts';
import { isSame, textAt } from '../json.ts';
import { conditionOf, type KubeObject, stamp } from '../kube-object.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow, keyOf, splitKey } from './controller.ts';
import { chooseNode } from './node-choice.ts';

/** Binds pods to nodes, and says of those that fit nowhere why. */
export function runScheduler(context: ControllerContext): Promise<unknown> {
	const waiting = new Set<string>();
	const queue = new WorkQueue({ ...context, work: (key) => schedule(context, key, waiting) });
	return Promise.all([
		follow(context, `${pathTo('v1', 'pods')}?fieldSelector=spec.nodeName=`, (type, pod) => {
			if (type === 'DELETED') waiting.delete(keyOf(pod));
			else queue.add(keyOf(pod));
		}),
		follow(context, pathTo('v1', 'nodes'), () => waiting.forEach((key) => queue.add(key))),
	]).then(() => queue.idle());
}

async function schedule(context: ControllerContext, key: string, waiting: Set<string>): Promise<void> {
	const { namespace, name } = splitKey(key);
	const path = pathTo('v1', 'pods', namespace, name);
	const pod = await context.api.get(path);
	if (!pod || textAt(pod, 'spec', 'nodeName') !== '' || pod.metadata.deletionTimestamp !== undefined) return;
	const [nodes, pods] = await Promise.all([
		context.api.list(pathTo('v1', 'nodes')),
		context.api.list(pathTo('v1', 'pods')),
	]);
	const choice = chooseNode(pod, nodes.items, pods.items);
	if ('unschedulable' in choice) {
		waiting.add(key);
		await refuse(context, pod, choice.unschedulable);
		return;
	}
	waiting.delete(key);
	await bind(context, pod, choice.node);
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
		if (!isRefusal(error, 409)) throw error;
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
