/**
 * One table of a store: plain JSON values, found by key and in the order of their keys.
 * - What goes in is copied by writing it as JSON; what comes out is frozen and shared, so that a value which is read a
 *   thousand times is parsed once.
 * - Keys are kept sorted: a prefix costs its own rows, however many others there are.
 */

/** `any` is what JSON.parse gives: a table's type is its user's promise. */
type Parsed = ReturnType<typeof JSON.parse>;

/** A row: its JSON until somebody reads it, its value from then on. */
export class Row {
	#json: string | undefined;
	#value: Parsed;

	constructor(json: string) {
		this.#json = json;
	}

	get value(): Parsed {
		if (this.#json !== undefined) {
			this.#value = freeze(JSON.parse(this.#json));
			this.#json = undefined;
		}
		return this.#value;
	}

	get json(): string {
		return this.#json ?? JSON.stringify(this.#value);
	}
}

/** Rows by key. */
export class Rows {
	readonly #rows = new Map<string, Row>();
	readonly #keys: string[] = [];

	get(key: string): Row | undefined {
		return this.#rows.get(key);
	}

	/** Puts a row in, or takes it out; gives the one that was there. */
	put(key: string, row: Row | undefined): Row | undefined {
		const before = this.#rows.get(key);
		if (row) this.#rows.set(key, row);
		else this.#rows.delete(key);
		if (row && !before) this.#keys.splice(this.#placeOf(key), 0, key);
		if (before && !row) this.#keys.splice(this.#placeOf(key), 1);
		return before;
	}

	/** Those whose keys start with a prefix, in order, one by one: nothing may be written meanwhile. */
	*under(prefix: string): Generator<[key: string, row: Row]> {
		for (let at = this.#placeOf(prefix); at < this.#keys.length; at += 1) {
			const key = this.#keys[at] ?? '';
			const row = this.#rows.get(key);
			if (!key.startsWith(prefix) || !row) return;
			yield [key, row];
		}
	}

	/** Where a key stands, or would stand. */
	#placeOf(key: string): number {
		// Rows are mostly loaded in order, and often made in order.
		const last = this.#keys.at(-1);
		if (last === undefined || last < key) return this.#keys.length;
		let [from, to] = [0, this.#keys.length];
		while (from < to) {
			const middle = (from + to) >>> 1;
			if ((this.#keys[middle] ?? '') < key) from = middle + 1;
			else to = middle;
		}
		return from;
	}
}

function freeze(value: Parsed): Parsed {
	if (typeof value !== 'object' || value === null) return value;
	for (const inner of Object.values(value)) freeze(inner);
	return Object.freeze(value);
}
