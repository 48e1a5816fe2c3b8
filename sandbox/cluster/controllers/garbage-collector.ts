import { pathTo } from '../api-client.ts';
import { type KubeObject } from '../kube-object.ts';
import { apiVersionOf, storedResources } from '../kube-api/resource.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow } from './controller.ts';

interface Found {
	object: KubeObject;
	path: string;
}

const owning = storedResources.filter((resource) => resource.kind !== 'Event');

/** Deletes what no longer has an owner, and finishes deletions that wait for dependents or leave them behind. */
export function runGarbageCollector(context: ControllerContext): Promise<unknown> {
	const queue = new WorkQueue({ ...context, work: () => sweep(context) });
	const loops = owning.map((resource) =>
		follow(context, pathTo(apiVersionOf(resource), resource.plural), (type, { metadata }) => {
			if (type === 'DELETED' || metadata.ownerReferences || metadata.finalizers) queue.add('all');
		}),
	);
	return Promise.all(loops).then(() => queue.idle());
}

async function sweep(context: ControllerContext): Promise<void> {
	const found = await findAll(context);
	const byUid = new Map(found.map((one) => [one.object.metadata.uid, one]));
	for (const one of found) await collect(context, one, byUid);
	for (const one of found.filter(({ object }) => object.metadata.deletionTimestamp !== undefined)) {
		await finish(context, one, found);
	}
}

async function findAll({ api }: ControllerContext): Promise<Found[]> {
	const lists = await Promise.all(
		owning.map(async ({ plural, ...resource }) => {
			const { items } = await api.list(pathTo(apiVersionOf(resource), plural));
			return items.map((object) => ({
				object,
				path: pathTo(apiVersionOf(resource), plural, object.metadata.namespace, object.metadata.name),
			}));
		}),
	);
	return lists.flat();
}

async function collect({ api }: ControllerContext, { object, path }: Found, byUid: Map<string, Found>): Promise<void> {
	const owners = object.metadata.ownerReferences ?? [];
	if (owners.length === 0 || object.metadata.deletionTimestamp !== undefined) return;
	const living = owners.filter((owner) => {
		const metadata = byUid.get(owner.uid)?.object.metadata;
		// An owner that goes in the foreground takes its dependents with it.
		return metadata && !(metadata.deletionTimestamp && metadata.finalizers?.includes('foregroundDeletion'));
	});
	const preconditions = { uid: object.metadata.uid };
	if (living.length === 0) await api.delete(path, { propagationPolicy: 'Background', preconditions });
}

async function finish({ api }: ControllerContext, { object, path }: Found, all: Found[]): Promise<void> {
	const { uid, finalizers = [] } = object.metadata;
	const dependents = all.filter((one) => one.object.metadata.ownerReferences?.some((owner) => owner.uid === uid));
	const done: string[] = [];
	if (finalizers.includes('orphan')) {
		for (const dependent of dependents) {
			const ownerReferences = (dependent.object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
			await api.patch(dependent.path, { metadata: { ownerReferences } });
		}
		done.push('orphan');
	}
	if (finalizers.includes('foregroundDeletion') && dependents.length === 0) done.push('foregroundDeletion');
	if (done.length > 0) {
		await api.patch(path, { metadata: { finalizers: finalizers.filter((finalizer) => !done.includes(finalizer)) } });
	}
}
