import type { KubeObject } from '../kube-object.ts';

/**
 * The pods of each controller, by the owner's uid, as far as they were seen. What a controller has just done itself is in it at once,
 * before the watch tells it: so nothing is made or deleted twice (Kubernetes' own controllers keep expectations for that).
 */
export class OwnedPods {
	readonly #byOwner = new Map<string, Map<string, KubeObject>>();
	readonly #gone = new Set<string>();
	#making = 0;

	/** What a watch told. */
	see(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: KubeObject): void {
		if (type !== 'DELETED') return this.#keep(pod);
		// A pod may be gone before whoever made it hears that it was made.
		if (this.#making > 0) this.#gone.add(pod.metadata.uid);
		const owner = ownerOf(pod);
		const pods = this.#byOwner.get(owner);
		pods?.delete(pod.metadata.uid);
		if (pods?.size === 0) this.#byOwner.delete(owner);
	}

	/** Makes a pod, and knows it from then on. */
	async make(create: () => Promise<KubeObject>): Promise<KubeObject> {
		this.#making += 1;
		try {
			const pod = await create();
			if (!this.#gone.has(pod.metadata.uid)) this.#keep(pod);
			return pod;
		} finally {
			this.#making -= 1;
			if (this.#making === 0) this.#gone.clear();
		}
	}

	/** A pod was told to go. */
	markGoing(pod: KubeObject, deletionTimestamp: string): void {
		const pods = this.#byOwner.get(ownerOf(pod));
		const known = pods?.get(pod.metadata.uid);
		if (known) pods?.set(pod.metadata.uid, { ...known, metadata: { ...known.metadata, deletionTimestamp } });
	}

	of(owner: KubeObject): KubeObject[] {
		return [...(this.#byOwner.get(owner.metadata.uid)?.values() ?? [])];
	}

	#keep(pod: KubeObject): void {
		const owner = ownerOf(pod);
		if (owner === '') return;
		const pods = this.#byOwner.get(owner) ?? new Map<string, KubeObject>();
		const known = pods.get(pod.metadata.uid);
		this.#byOwner.set(owner, pods);
		// News may be older than what a request has answered since.
		if (!known || versionOf(known) <= versionOf(pod)) pods.set(pod.metadata.uid, pod);
	}
}

function ownerOf({ metadata }: KubeObject): string {
	return metadata.ownerReferences?.find(({ controller }) => controller)?.uid ?? '';
}

function versionOf({ metadata }: KubeObject): number {
	return Number(metadata.resourceVersion);
}
