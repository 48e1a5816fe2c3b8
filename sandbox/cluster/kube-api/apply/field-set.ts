import { type Fields, isFields } from '../../json.ts';

/**
 * A set of field paths as `managedFields` carries it (FieldsV1). A path's elements are `f:name`, `k:{keys}` for an item of a keyed list
 * and `v:value` for an item of a set. What is a member is owned itself; children are owned below it.
 */
export class FieldSet {
	readonly members = new Set<string>();
	readonly children = new Map<string, FieldSet>();

	get isEmpty(): boolean {
		return this.members.size === 0 && [...this.children.values()].every((child) => child.isEmpty);
	}

	insert(path: readonly string[]): void {
		const [first, ...rest] = path;
		if (first === undefined) return;
		if (rest.length === 0) this.members.add(first);
		else this.#childAt(first).insert(rest);
	}

	child(element: string): FieldSet | undefined {
		return this.children.get(element);
	}

	/** Every path, members before what lies below them. */
	paths(): string[][] {
		const own = [...this.members].toSorted().map((member) => [member]);
		const below = [...this.children].toSorted(([a], [b]) => (a < b ? -1 : 1));
		return [...own, ...below.flatMap(([element, child]) => child.paths().map((path) => [element, ...path]))];
	}

	union(other: FieldSet): FieldSet {
		return this.#combine(other, (mine, theirs) => mine || theirs);
	}

	difference(other: FieldSet): FieldSet {
		return this.#combine(other, (mine, theirs) => mine && !theirs);
	}

	intersection(other: FieldSet): FieldSet {
		return this.#combine(other, (mine, theirs) => mine && theirs);
	}

	has(path: readonly string[]): boolean {
		const [first = '', ...rest] = path;
		return rest.length === 0 ? this.members.has(first) : (this.children.get(first)?.has(rest) ?? false);
	}

	#childAt(element: string): FieldSet {
		const known = this.children.get(element) ?? new FieldSet();
		this.children.set(element, known);
		return known;
	}

	#combine(other: FieldSet, keeps: (mine: boolean, theirs: boolean) => boolean): FieldSet {
		const result = new FieldSet();
		for (const member of new Set([...this.members, ...other.members])) {
			if (keeps(this.members.has(member), other.members.has(member))) result.members.add(member);
		}
		for (const element of new Set([...this.children.keys(), ...other.children.keys()])) {
			const mine = this.children.get(element) ?? empty;
			const child = mine.#combine(other.children.get(element) ?? empty, keeps);
			if (!child.isEmpty) result.children.set(element, child);
		}
		return result;
	}
}

const empty = new FieldSet();

/** Reads FieldsV1. */
export function parseFieldSet(fields: unknown): FieldSet {
	const set = new FieldSet();
	for (const [element, below] of Object.entries(isFields(fields) ? fields : {})) {
		if (element === '.') continue;
		const names = Object.keys(isFields(below) ? below : {});
		if (names.length === 0 || names.includes('.')) set.members.add(element);
		const child = parseFieldSet(below);
		if (!child.isEmpty) set.children.set(element, child);
	}
	return set;
}

/** Writes FieldsV1. */
export function buildFieldSet(set: FieldSet): Fields {
	const elements = [...new Set([...set.members, ...set.children.keys()])].toSorted();
	return Object.fromEntries(
		elements.map((element) => {
			const child = set.children.get(element);
			const below = child && !child.isEmpty ? buildFieldSet(child) : {};
			const isMarked = set.members.has(element) && Object.keys(below).length > 0;
			return [element, isMarked ? { '.': {}, ...below } : below];
		}),
	);
}

/** A path as conflicts name it: `.spec.containers[name="web"].image`. */
export function renderPath(path: readonly string[]): string {
	return path.map(renderElement).join('');
}

function renderElement(element: string): string {
	const text = element.slice(2);
	if (element.startsWith('f:')) return `.${text}`;
	if (element.startsWith('v:')) return `[=${text}]`;
	const keys: unknown = JSON.parse(text);
	const pairs = Object.entries(isFields(keys) ? keys : {}).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
	return `[${pairs.join(',')}]`;
}
