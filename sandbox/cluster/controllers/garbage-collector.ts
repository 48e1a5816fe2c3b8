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
		for (const owner of this.living.get(uid)?.metadata.ownerReferences ?? []) this.#part(owner.uid, uid);
		if (isDeleted) {
			this.living.delete(uid);
			// An owner may have waited for it.
			return [...this.dependentsOf(uid), ...owners.map((owner) => owner.uid)];
		}
		this.living.set(uid, { metadata, path: pathOf(resource, metadata) });
		for (const owner of owners) this.#join(owner.uid, uid);
		const isWaiting = metadata.deletionTimestamp !== undefined && finalizers.some(isOurs);
		return [...(owners.length > 0 || isWaiting ? [uid] : []), ...(isWaiting ? this.dependentsOf(uid) : [])];
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
	for (const owner of ownerReferences) if (await holds(context, graph, { owner, metadata: known.metadata })) return;
	await context.api.delete(known.path, { propagationPolicy: 'Background', preconditions: { uid } });
}

/** Whether an owner lives and stays; one that goes in the foreground takes its dependents with it. */
async function holds(
	{ api }: ControllerContext,
	{ living }: Graph,
	{ owner, metadata }: { owner: OwnerReference; metadata: Metadata },
): Promise<boolean> {
	const seen = living.get(owner.uid)?.metadata;
	const resource = owning.find(({ kind, ...one }) => kind === owner.kind && apiVersionOf(one) === owner.apiVersion);
	// What cannot be looked up is not said to be gone.
	if (!seen && !resource) return true;
	const found = seen ?? (resource && (await askFor(api, resource, { owner, metadata })));
	return found !== undefined && !(found.deletionTimestamp && found.finalizers?.includes('foregroundDeletion'));
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
	if (finalizers.includes('foregroundDeletion') && dependents.length === 0) done.push('foregroundDeletion');
	if (done.length > 0) {
		await api.patch(path, { metadata: { finalizers: finalizers.filter((finalizer) => !done.includes(finalizer)) } });
	}
}
