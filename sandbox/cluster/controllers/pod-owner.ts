import { pathTo } from '../api-client.ts';
import { textAt } from '../json.ts';
import { conditionOf, type KubeObject } from '../kube-object.ts';
import type { Seen } from '../reflector.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow, followed, keyOf } from './controller.ts';
import { OwnedPods } from './owned-pods.ts';

/** A kind of object that makes pods of its own. */
export interface PodOwner {
	kind: string;
	/** Where all of them are listed. */
	path: string;
	/** The key of the owner that a pod belongs to or belonged to; undefined where it is none of this kind. */
	ownerOf?: (pod: KubeObject) => string | undefined;
	/** Sees every pod before its owner is worked on. */
	seen?: Seen;
}

/** A controller that knows the pods of each owner. */
export interface Owning extends ControllerContext {
	owned: OwnedPods;
}

/** Brings one owner on; gives the moment at which it is to be looked at again, whatever happens until then. */
export type Reconcile = (context: Owning, key: string) => Promise<Date | undefined>;

/** Follows owners and their pods, pods first: who does not know what it has would make it again. */
export function runPodOwners(context: ControllerContext, owner: PodOwner, reconcile: Reconcile): Promise<unknown> {
	const owning = { ...context, owned: new OwnedPods() };
	const ownerOf = owner.ownerOf ?? ((pod) => controllerKey(pod, owner.kind));
	const dueAt = new Map<string, number>();
	const queue: WorkQueue = new WorkQueue({
		...context,
		work: async (key) => {
			const due = (await reconcile(owning, key))?.getTime();
			if (due === undefined || dueAt.get(key) === due) return;
			dueAt.set(key, due);
			void context.clock.until(new Date(due), context.signal).then(() => queue.add(key));
		},
	});
	const pods = followed(context, pathTo('v1', 'pods'), (type, pod) => {
		owning.owned.see(type, pod);
		owner.seen?.(type, pod);
		const key = ownerOf(pod);
		if (key !== undefined) queue.add(key);
	});
	const owners = pods.listed.then(() =>
		follow(context, owner.path, (type, object) => {
			if (type === 'DELETED') dueAt.delete(keyOf(object));
			queue.add(keyOf(object));
		}),
	);
	return Promise.all([pods.ended, owners]).then(() => queue.idle());
}

/** The key of the object of a kind that controls a pod. */
export function controllerKey({ metadata }: KubeObject, kind: string): string | undefined {
	const owner = metadata.ownerReferences?.find((one) => one.controller === true && one.kind === kind);
	return owner && `${metadata.namespace ?? ''}/${owner.name}`;
}

/** Whether a pod has neither ended nor been told to go (pkg/controller, IsPodActive). */
export function isActive(pod: KubeObject): boolean {
	return !isGoing(pod) && !['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase'));
}

/** Whether it was told to go. */
export function isGoing({ metadata }: KubeObject): boolean {
	return metadata.deletionTimestamp !== undefined;
}

/** Whether a pod's condition says that it is ready. */
export function isReady(pod: KubeObject): boolean {
	return textAt(conditionOf(pod, 'Ready'), 'status') === 'True';
}

/** Which of too many pods goes first, the lowest: without a node, then not ready, then ready (controller.ActivePods). */
export function worth(pod: KubeObject): number {
	if (textAt(pod, 'spec', 'nodeName') === '') return 0;
	return isReady(pod) ? 2 : 1;
}
