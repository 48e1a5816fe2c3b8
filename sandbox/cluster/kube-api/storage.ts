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

type Row = [key: string, object: KubeObject];

/** The objects of one kind, and what watches of it need. */
interface Shelf {
	objects: Map<string, KubeObject>;
	/** In the order of their keys. */
	sorted: Row[];
	/** The newest changes, oldest first. */
	history: Change[];
	/** The version up to which changes were forgotten. */
	forgotten: number;
	watchers: Set<(change: Change) => void>;
}

/** How many changes of a kind a watch can look back on; a real API server's watch cache keeps about as many. */
const keptChanges = 5_000;

/**
 * Every object of one cluster, with one version that counts each change, as etcd does. Objects are kept in memory, as the API server's watch
 * cache does, and written through to the store; nobody changes one that was given in or out.
 */
export class Storage {
	readonly #store: Store;
	readonly #shelves = new Map<string, Shelf>();
	#version: number;
	/** What happened before the store was opened is not known. */
	readonly #opened: number;

	constructor(store: Store = createMemoryStore()) {
		this.#store = store;
		this.#version = this.#meta().get('version') ?? 1;
		this.#opened = this.#version;
		for (const [key, object] of this.#rows().entries()) put(this.#shelfOf(key), key, object);
	}

	get version(): number {
		return this.#version;
	}

	get(key: string): KubeObject | undefined {
		return this.#shelfOf(key).objects.get(key);
	}

	/** Keys and objects in the order of their keys. */
	list(prefix: string): Row[] {
		const { sorted } = this.#shelfOf(prefix);
		return sorted.slice(firstFrom(sorted, prefix), firstFrom(sorted, `${prefix}\uffff`));
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
		const { history, forgotten } = this.#shelfOf(prefix);
		if (version < forgotten) return undefined;
		let first = history.length;
		while (first > 0 && (history[first - 1]?.version ?? 0) > version) first -= 1;
		return history.slice(first).filter((change) => change.key.startsWith(prefix));
	}

	/** Hands on every later change of the kind under a prefix, until the returned function is called. */
	subscribe(prefix: string, seen: (change: Change) => void): () => void {
		const { watchers } = this.#shelfOf(prefix);
		watchers.add(seen);
		return () => void watchers.delete(seen);
	}

	#shelfOf(key: string): Shelf {
		const kind = kindOf(key);
		const known = this.#shelves.get(kind);
		if (known) return known;
		const shelf: Shelf = { objects: new Map(), sorted: [], history: [], forgotten: this.#opened, watchers: new Set() };
		this.#shelves.set(kind, shelf);
		return shelf;
	}

	#record(key: string, object: KubeObject, { type, previous }: Pick<Change, 'type' | 'previous'>): KubeObject {
		const shelf = this.#shelfOf(key);
		const version = this.#version + 1;
		const written: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
		this.#store.transaction(() => {
			if (type === 'DELETED') this.#rows().delete(key);
			else this.#rows().set(key, written);
			this.#meta().set('version', version);
		});
		this.#version = version;
		if (type === 'DELETED') takeOut(shelf, key);
		else put(shelf, key, written);
		const change: Change = { type, key, object: written, previous, version };
		shelf.history.push(change);
		if (shelf.history.length > 2 * keptChanges) {
			shelf.forgotten = shelf.history.splice(0, keptChanges).at(-1)?.version ?? shelf.forgotten;
		}
		for (const seen of shelf.watchers) seen(change);
		return written;
	}

	#rows() {
		return this.#store.table<KubeObject>('kubernetes-objects');
	}

	#meta() {
		return this.#store.table<number>('kubernetes-meta');
	}
}

/** `group/plural/`: the start of every key of a kind. */
function kindOf(key: string): string {
	return key.slice(0, key.indexOf('/', key.indexOf('/') + 1) + 1);
}

function put({ objects, sorted }: Shelf, key: string, object: KubeObject): void {
	const place = firstFrom(sorted, key);
	sorted.splice(place, objects.has(key) ? 1 : 0, [key, object]);
	objects.set(key, object);
}

function takeOut({ objects, sorted }: Shelf, key: string): void {
	if (objects.delete(key)) sorted.splice(firstFrom(sorted, key), 1);
}

/** Where the first row lies whose key is not before this one, found by halving. */
function firstFrom(rows: Row[], key: string): number {
	let [low, high] = [0, rows.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((rows[middle]?.[0] ?? '') < key) low = middle + 1;
		else high = middle;
	}
	return low;
}
