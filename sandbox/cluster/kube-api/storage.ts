import { createMemoryStore, type Store } from '@lanyard/sandbox-ground';
import type { KubeObject } from '../kube-object.ts';

export interface Change {
	type: 'ADDED' | 'MODIFIED' | 'DELETED';
	key: string;
	/** After the change; for a deletion the last state, with the version of the deletion. */
	object: KubeObject;
	previous: KubeObject | undefined;
	version: number;
}

/** How many changes a watch can look back on; a real API server keeps about as many per kind. */
const keptChanges = 10_000;

/** Every object of one cluster, with one version that counts each change, as etcd does. */
export class Storage {
	readonly #store: Store;
	readonly #watchers = new Set<(change: Change) => void>();
	readonly #history: Change[] = [];
	#version: number;

	constructor(store: Store = createMemoryStore()) {
		this.#store = store;
		this.#version = this.#meta().get('version') ?? 1;
	}

	get version(): number {
		return this.#version;
	}

	get(key: string): KubeObject | undefined {
		return this.#objects().get(key);
	}

	/** Keys and objects in the order of their keys. */
	list(prefix: string): [key: string, object: KubeObject][] {
		return this.#objects().entries(prefix);
	}

	/** Writes an object, new or not, and returns it with its new version. */
	set(key: string, object: KubeObject): KubeObject {
		const previous = this.get(key);
		return this.#record(key, object, previous ? { type: 'MODIFIED', previous } : { type: 'ADDED', previous });
	}

	delete(key: string): KubeObject | undefined {
		const previous = this.get(key);
		return previous && this.#record(key, previous, { type: 'DELETED', previous });
	}

	/** Changes under a prefix after `version`, oldest first; undefined when they are no longer kept. */
	since(version: number, prefix: string): Change[] | undefined {
		const oldest = this.#history[0]?.version ?? this.#version + 1;
		if (version + 1 < oldest) return undefined;
		return this.#history.filter((change) => change.version > version && change.key.startsWith(prefix));
	}

	/** Hands on every later change, until the returned function is called. */
	subscribe(seen: (change: Change) => void): () => void {
		this.#watchers.add(seen);
		return () => void this.#watchers.delete(seen);
	}

	#record(key: string, object: KubeObject, { type, previous }: Pick<Change, 'type' | 'previous'>): KubeObject {
		const version = this.#version + 1;
		const written: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
		this.#store.transaction(() => {
			if (type === 'DELETED') this.#objects().delete(key);
			else this.#objects().set(key, written);
			this.#meta().set('version', version);
		});
		this.#version = version;
		const change: Change = { type, key, object: written, previous, version };
		this.#history.push(change);
		if (this.#history.length > keptChanges) this.#history.shift();
		for (const seen of this.#watchers) seen(change);
		return written;
	}

	#objects() {
		return this.#store.table<KubeObject>('kubernetes-objects');
	}

	#meta() {
		return this.#store.table<number>('kubernetes-meta');
	}
}
