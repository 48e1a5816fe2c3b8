import { pathTo } from '../api-client.ts';
import type { KubeObject, Metadata } from '../kube-object.ts';
import { apiVersionOf, storedResources } from '../kube-api/resource.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow } from './controller.ts';

interface Found {
	object: KubeObject;
	path: string;
}

const owning = storedResources.filter((resource) => resource.kind !== 'Event');

/**
 * Deletes what no longer has an owner, and finishes deletions that wait for dependents or leave them behind. Like Kubernetes' own it keeps
 * who owns whom in memory, and reads the API server only where there seems to be something to do.
 */
export function runGarbageCollector(context: ControllerContext): Promise<unknown> {
	const graph: Graph = { living: new Map(), concerned: new Map() };
	const work = async () => {
		if (hasWork(graph)) await sweep(context);
	};
	const queue = new WorkQueue({ ...context, work });
	const loops = owning.map((resource) =>
		follow(context, pathTo(apiVersionOf(resource), resource.plural), (type, { metadata }) => {
			if (note(graph, type === 'DELETED', metadata)) queue.add('all');
		}),
	);
	return Promise.all(loops).then(() => queue.idle());
}

/** What is there, and which of it has owners or finalizers, each by uid. */
type Graph = Record<'living' | 'concerned', Map<string, Metadata>>;

/** Keeps what was seen; true where that may leave something to do. */
function note({ living, concerned }: Graph, isDeleted: boolean, metadata: Metadata): boolean {
	const { uid, ownerReferences, finalizers } = metadata;
	const isConcerned = !isDeleted && (ownerReferences !== undefined || finalizers !== undefined);
	if (isDeleted) living.delete(uid);
	else living.set(uid, metadata);
	if (isConcerned) concerned.set(uid, metadata);
	else concerned.delete(uid);
	return isDeleted || isConcerned;
}

/** Whether something lacks an owner, or waits for its dependents; what is seen late only makes a sweep for nothing. */
function hasWork({ living, concerned }: Graph): boolean {
	for (const metadata of concerned.values()) {
		if (metadata.deletionTimestamp !== undefined && metadata.finalizers?.some(isOurs)) return true;
		if (isOrphaned(metadata, (uid) => living.get(uid))) return true;
	}
	return false;
}

const isOurs = (finalizer: string) => finalizer === 'orphan' || finalizer === 'foregroundDeletion';

/** Whether an object has owners, and none of them lives or stays. */
function isOrphaned(metadata: Metadata, find: (uid: string) => Metadata | undefined): boolean {
	const owners = metadata.ownerReferences ?? [];
	if (owners.length === 0 || metadata.deletionTimestamp !== undefined) return false;
	return !owners.some(({ uid }) => {
		const owner = find(uid);
		// An owner that goes in the foreground takes its dependents with it.
		return owner && !(owner.deletionTimestamp && owner.finalizers?.includes('foregroundDeletion'));
	});
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
	if (!isOrphaned(object.metadata, (uid) => byUid.get(uid)?.object.metadata)) return;
	const preconditions = { uid: object.metadata.uid };
	await api.delete(path, { propagationPolicy: 'Background', preconditions });
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
