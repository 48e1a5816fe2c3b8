/**
 * Where a world keeps its state: tables of plain JSON values by key. Synchronous, as SQLite's is, so that a handler can
 * read, decide and write without anything coming in between. Values are copies: to change one, `set` it.
 */
export interface Store {
	table<T>(name: string): Table<T>;
	/** All of it or nothing: what `work` wrote is taken back when it throws. */
	transaction<R>(work: () => R): R;
}

export interface Table<T> {
	get(key: string): T | undefined;
	set(key: string, value: T): void;
	/** Whether there was one. */
	delete(key: string): boolean;
	/** In the order of their keys, only those that start with `prefix`. */
	entries(prefix?: string): [key: string, value: T][];
}

/** A store that is gone with the process. */
export function createMemoryStore(): Store {
	const tables = new Map<string, Map<string, string>>();
	const undo: (() => void)[][] = [];

	const write = (rows: Map<string, string>, key: string, json: string | undefined) => {
		const before = rows.get(key);
		undo.at(-1)?.push(() => (before === undefined ? rows.delete(key) : rows.set(key, before)));
		return json === undefined ? rows.delete(key) : rows.set(key, json);
	};

	return {
		table<T>(name: string): Table<T> {
			const rows = tables.get(name) ?? new Map<string, string>();
			tables.set(name, rows);
			return {
				get: (key) => parseRow(rows.get(key)),
				set: (key, value) => void write(rows, key, JSON.stringify(value)),
				delete: (key) => rows.has(key) && write(rows, key, undefined) === true,
				entries: (prefix = '') => sortedRows(rows, prefix),
			};
		},
		transaction(work) {
			undo.push([]);
			try {
				const result = work();
				undo.at(-2)?.push(...(undo.at(-1) ?? []));
				return result;
			} catch (problem) {
				for (const step of (undo.at(-1) ?? []).toReversed()) step();
				throw problem;
			} finally {
				undo.pop();
			}
		},
	};
}

/** `any` is what JSON.parse gives: a table's type is its user's promise. */
function parseRow(json: string | undefined) {
	return json === undefined ? undefined : JSON.parse(json);
}

function sortedRows(rows: Map<string, string>, prefix: string) {
	const keys = [...rows.keys()].filter((key) => key.startsWith(prefix)).toSorted();
	return keys.map((key): [string, ReturnType<typeof JSON.parse>] => [key, parseRow(rows.get(key))]);
}
