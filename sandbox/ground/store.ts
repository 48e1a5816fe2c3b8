import { Row, Rows } from './rows.ts';

/**
 * Where a world keeps its state: tables of plain JSON values by key. Synchronous, so that a handler can read, decide and
 * write without anything coming in between. What is read is frozen: to change it, `set` another.
 */
export interface Store {
	table<T>(name: string): Table<T>;
	/** All of it or nothing: what `work` wrote is taken back when it throws. */
	transaction<R>(work: () => R): R;
	/** Forgets every table whose name starts so. */
	drop(prefix: string): void;
}

export interface Table<T> {
	get(key: string): T | undefined;
	set(key: string, value: T): void;
	/** Whether there was one. */
	delete(key: string): boolean;
	/** In the order of their keys, only those that start with `prefix`. */
	entries(prefix?: string): [key: string, value: T][];
	/** The same values one by one, for who may stop early; nothing may be written meanwhile. */
	each(prefix?: string): Iterable<T>;
}

/** Everything that a store holds: per table, keys and JSON. */
export type Content = Record<string, [key: string, json: string][]>;

/** The store of a whole world, for whoever starts and ends it. */
export interface WorldStore extends Store {
	content(): Content;
	/** Puts this in the place of everything. */
	replace(content: Content): void;
	close(): void;
}

/** One row as it is from now on; without `json` it is gone. */
export interface Change {
	table: string;
	key: string;
	json?: string;
}

/** What makes a store outlive its process. */
export interface Journal {
	/** Keeps all of these changes or none of them, in their order. */
	keep(changes: Change[]): void;
	close(): void;
}

/** A store that is gone with the process. */
export function createMemoryStore(): WorldStore {
	return createStore({});
}

/**
 * A store over rows that were kept, and a journal for what is written from now on. What is written without an `await` in
 * between is kept together, before anybody outside can hear of it: the journal is written in a microtask, an answer leaves later.
 */
export function createStore({ content = {}, journal }: { content?: Content; journal?: Journal }): WorldStore {
	return new JournaledStore(content, journal);
}

class JournaledStore implements WorldStore {
	readonly #tables = new Map<string, Rows>();
	readonly #journal: Journal | undefined;
	readonly #undo: (() => void)[][] = [];
	#changes: Change[] = [];
	#isKept: boolean;

	constructor(content: Content, journal: Journal | undefined) {
		this.#journal = journal;
		this.#isKept = journal !== undefined;
		for (const [table, rows] of Object.entries(content))
			for (const [key, json] of rows) this.#rowsOf(table).put(key, new Row(json));
	}

	table<T>(name: string): Table<T> {
		const rows = this.#rowsOf(name);
		return {
			get: (key) => rows.get(key)?.value,
			set: (key, value) => void this.#write(name, key, JSON.stringify(value)),
			delete: (key) => rows.get(key) !== undefined && this.#write(name, key, undefined),
			entries: (prefix = '') =>
				Array.from(rows.under(prefix), ([key, row]): [string, Row['value']] => [key, row.value]),
			*each(prefix = '') {
				for (const [, row] of rows.under(prefix)) yield row.value;
			},
		};
	}

	transaction<R>(work: () => R): R {
		const mark = this.#changes.length;
		this.#undo.push([]);
		try {
			const result = work();
			this.#undo.at(-2)?.push(...(this.#undo.at(-1) ?? []));
			return result;
		} catch (problem) {
			for (const step of (this.#undo.at(-1) ?? []).toReversed()) step();
			this.#changes.length = mark;
			throw problem;
		} finally {
			this.#undo.pop();
		}
	}

	drop(prefix: string): void {
		for (const [name, rows] of this.#tables)
			if (name.startsWith(prefix)) for (const [key] of [...rows.under('')]) this.#write(name, key, undefined);
	}

	content(): Content {
		const jsonOf = (rows: Rows) => Array.from(rows.under(''), ([key, row]): [string, string] => [key, row.json]);
		return Object.fromEntries(Array.from(this.#tables, ([name, rows]) => [name, jsonOf(rows)]));
	}

	replace(content: Content): void {
		this.transaction(() => {
			this.drop('');
			for (const [table, rows] of Object.entries(content))
				for (const [key, json] of rows) this.#write(table, key, json);
		});
	}

	close(): void {
		this.#flush();
		this.#isKept = false;
		this.#journal?.close();
	}

	#rowsOf(name: string): Rows {
		const rows = this.#tables.get(name) ?? new Rows();
		this.#tables.set(name, rows);
		return rows;
	}

	#write(table: string, key: string, json: string | undefined): boolean {
		const rows = this.#rowsOf(table);
		const before = rows.put(key, json === undefined ? undefined : new Row(json));
		this.#undo.at(-1)?.push(() => void rows.put(key, before));
		// What a request under way writes after the end is for nobody: its connection is gone.
		if (!this.#isKept) return before !== undefined;
		if (this.#changes.length === 0) queueMicrotask(() => this.#flush());
		this.#changes.push({ table, key, ...(json !== undefined && { json }) });
		return before !== undefined;
	}

	#flush(): void {
		const changes = this.#changes;
		this.#changes = [];
		if (changes.length > 0) this.#journal?.keep(changes);
	}
}

/** The part of a store that lies under a name of its own. */
export function storeUnder(store: Store, place: string): Store {
	return {
		table: (name) => store.table(`${place}${name}`),
		transaction: (work) => store.transaction(work),
		drop: (prefix) => store.drop(`${place}${prefix}`),
	};
}
