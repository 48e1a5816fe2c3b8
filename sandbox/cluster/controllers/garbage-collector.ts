import { pathTo } from '../api-client.ts';
import type { KubeObject, Metadata, OwnerReference } from '../kube-object.ts';
import { apiVersionOf, type Resource, storedResources } from '../kube-api/resource.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow } from './controller.ts';

const owning = storedResources.filter((resource) => resource.kind !== 'Event');

/**
 * Deletes what no longer has an owner, and finishes deletions that wait for dependents or leave them behind. Like Kubernetes' own it keeps
 * who owns whom in memory and looks at one object at a time; before it deletes, it asks the API server whether the owners are really gone.
 */
export function runGarbageCollector(context: ControllerContext): Promise<unknown> {
	const graph = new Graph();
	const queue = new WorkQueue({ ...context, work: (uid) => look(context, graph, uid) });
	const loops = owning.map((resource) =>
		follow(context, pathTo(apiVersionOf(resource), resource.plural), (type, object) => {
			for (const uid of graph.see(type === 'DELETED', resource, object)) queue.add(uid);
		}),
	);
	return Promise.all(loops).then(() => queue.idle());
}

interface Known {
	metadata: Metadata;
	path: string;
}

/** What is there, and what each of it owns, by uid. */
class Graph {
	readonly living = new Map<string, Known>();
	readonly #dependents = new Map<string, Set<string>>();

	/** Keeps what was seen, and names those to be looked at because of it. */
	see(isDeleted: boolean, resource: Resource, { metadata }: KubeObject): string[] {
		const { uid, ownerReferences: owners = [], finalizers = [] } = metadata;
		const before = this.living.get(uid)?.metadata.ownerReferences ?? [];
		for (const owner of before) this.#part(owner.uid, uid);
		if (isDeleted) {
			this.living.delete(uid);
			// An owner may have waited for it.
			return [...this.dependentsOf(uid), ...owners.map((owner) => owner.uid)];
		}
		this.living.set(uid, { metadata, path: pathOf(resource, metadata) });
		for (const owner of owners) this.#join(owner.uid, uid);
		const isEnding = metadata.deletionTimestamp !== undefined && finalizers.some(isOurs);
		// Owners that it holds up no more may have waited for that.
		const released = before.filter((owner) => blocks([owner], owner.uid) && !blocks(owners, owner.uid));
		const own = owners.length > 0 || isEnding ? [uid] : [];
		return [...own, ...(isEnding ? this.dependentsOf(uid) : []), ...released.map((owner) => owner.uid)];
	}

	dependentsOf(uid: string): string[] {
		return [...(this.#dependents.get(uid) ?? [])];
	}

	#join(owner: string, uid: string): void {
		const all = this.#dependents.get(owner) ?? new Set<string>();
		this.#dependents.set(owner, all.add(uid));
	}

	#part(owner: string, uid: string): void {
		const all = this.#dependents.get(owner);
		all?.delete(uid);
		if (all?.size === 0) this.#dependents.delete(owner);
	}
}

const isOurs = (finalizer: string) => finalizer === 'orphan' || finalizer === 'foregroundDeletion';

function pathOf(resource: Resource, { namespace, name }: Metadata): string {
	return pathTo(apiVersionOf(resource), resource.plural, resource.isNamespaced ? namespace : undefined, name);
}

async function look(context: ControllerContext, graph: Graph, uid: string): Promise<void> {
	const known = graph.living.get(uid);
	if (!known) return;
	const { deletionTimestamp, ownerReferences = [] } = known.metadata;
	if (deletionTimestamp !== undefined) return finish(context, graph, known);
	if (ownerReferences.length === 0) return;
	const kept: OwnerReference[] = [];
	let isAwaited = false;
	for (const owner of ownerReferences) {
		const state = await stateOf(context, graph, { owner, metadata: known.metadata });
		if (state === 'stays') kept.push(owner);
		isAwaited ||= state === 'waits';
	}
	if (kept.length === 0) return remove(context, graph, { known, isAwaited });
	// Owners that go without it are owners no more: one that waits for its dependents would wait for ever.
	if (kept.length < ownerReferences.length)
		await context.api.patch(known.path, { metadata: { ownerReferences: kept } });
}

/** Deletes what nobody owns any more; what an owner waits for goes after its own dependents (attemptToDeleteItem). */
async function remove(
	{ api }: ControllerContext,
	graph: Graph,
	{ known: { metadata, path }, isAwaited }: { known: Known; isAwaited: boolean },
): Promise<void> {
	const { uid, finalizers = [], ownerReferences = [] } = metadata;
	const dependents = graph.dependentsOf(uid).flatMap((one) => graph.living.get(one) ?? []);
	const isWaitedFor = isAwaited && dependents.length > 0;
	// Owners in a circle would wait for each other.
	if (isWaitedFor && dependents.some((one) => isWaiting(one.metadata))) {
		const unblocked = ownerReferences.map((owner) => ({ ...owner, blockOwnerDeletion: false }));
		await api.patch(path, { metadata: { ownerReferences: unblocked } });
	}
	const isForeground = isWaitedFor || finalizers.includes('foregroundDeletion');
	const isOrphaning = !isWaitedFor && finalizers.includes('orphan');
	const propagationPolicy = isOrphaning ? 'Orphan' : isForeground ? 'Foreground' : 'Background';
	await api.delete(path, { propagationPolicy, preconditions: { uid } });
}

/** Whether an owner stays, is gone, or goes and waits for its dependents. */
async function stateOf(
	{ api }: ControllerContext,
	{ living }: Graph,
	{ owner, metadata }: { owner: OwnerReference; metadata: Metadata },
): Promise<'stays' | 'gone' | 'waits'> {
	const seen = living.get(owner.uid)?.metadata;
	const resource = owning.find(({ kind, ...one }) => kind === owner.kind && apiVersionOf(one) === owner.apiVersion);
	// What cannot be looked up is not said to be gone.
	if (!seen && !resource) return 'stays';
	const found = seen ?? (resource && (await askFor(api, resource, { owner, metadata })));
	if (!found) return 'gone';
	return isWaiting(found) ? 'waits' : 'stays';
}

function isWaiting({ deletionTimestamp, finalizers }: Metadata): boolean {
	return deletionTimestamp !== undefined && finalizers?.includes('foregroundDeletion') === true;
}

/** An owner that was never seen may only not have been seen yet. */
async function askFor(
	api: ControllerContext['api'],
	resource: Resource,
	{ owner, metadata }: { owner: OwnerReference; metadata: Metadata },
): Promise<Metadata | undefined> {
	const found = await api.get(pathOf(resource, { ...metadata, name: owner.name }));
	return found?.metadata.uid === owner.uid ? found.metadata : undefined;
}

async function finish({ api }: ControllerContext, graph: Graph, { metadata, path }: Known): Promise<void> {
	const { uid, finalizers = [] } = metadata;
	const dependents = graph.dependentsOf(uid).flatMap((one) => graph.living.get(one) ?? []);
	const done: string[] = [];
	if (finalizers.includes('orphan')) {
		for (const dependent of dependents) {
			const ownerReferences = (dependent.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
			await api.patch(dependent.path, { metadata: { ownerReferences } });
		}
		done.push('orphan');
	}
	const isBlocked = dependents.some((dependent) => blocks(dependent.metadata.ownerReferences, uid));
	if (finalizers.includes('foregroundDeletion') && !isBlocked) done.push('foregroundDeletion');
	if (done.length > 0) {
		await api.patch(path, { metadata: { finalizers: finalizers.filter((finalizer) => !done.includes(finalizer)) } });
	}
}

/** Whether an owner that goes in the foreground waits for this one. */
function blocks(ownerReferences: OwnerReference[] = [], owner = ''): boolean {
	return ownerReferences.some((reference) => reference.uid === owner && reference.blockOwnerDeletion === true);
}
