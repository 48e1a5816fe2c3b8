/* Laying a configuration over a live value, and taking fields out of one (structured-merge-diff v6, typed/merge.go and typed/remove.go). */
import { type Fields, isFields } from '../../json.ts';
import type { FieldSet } from './field-set.ts';
import { elementOf, fieldAt, isHollow, itemsByElement, namesOf, type Shape, shapeBelow, shapeOf } from './shape.ts';

/** A configuration over a live value. */
export function merge(shape: Shape, live: unknown, config: unknown): unknown {
	if (config === undefined) return live;
	if (live === undefined && shape.is === 'leaf') return config;
	if (shape.is === 'leaf' || (isHollow(live) && isHollow(config))) return config;
	if (shape.is === 'struct' || shape.is === 'map') return mergeFields(shape, live, config);
	return mergeItems(shape, live, config);
}

function mergeFields(shape: Shape, live: unknown, config: unknown): Fields {
	const entries = namesOf(live, config).map((name): [string, unknown] => [
		name,
		merge(shapeBelow(shape, name), fieldAt(live, name), fieldAt(config, name)),
	]);
	return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/**
 * Items of both lists: those that both have stand in the configuration's order, live ones stay before the shared item that they stood
 * before.
 */
function mergeItems(shape: Shape, live: unknown, config: unknown): unknown[] {
	const [old, wanted] = [itemsByElement(shape, live), itemsByElement(shape, config)];
	const items: Shape = shape.is === 'list' ? shapeOf(shape.items) : { is: 'leaf' };
	return orderOf([...old.keys()], [...wanted.keys()]).map((element) =>
		merge(items, old.get(element), wanted.get(element)),
	);
}

/** The order of a merged list, as typed/merge.go walks both lists at once. */
function orderOf(left: string[], right: string[]): string[] {
	const [old, wanted] = [new Set(left), new Set(right)];
	const shared = right.filter((element) => old.has(element));
	const result = new Set<string>();
	let l = 0;
	for (const theirs of right) {
		l = passOwn(left, l, { wanted, result, next: shared[0] });
		if (left[l] === theirs) l += 1;
		result.add(theirs);
		if (shared[0] === theirs) shared.shift();
	}
	passOwn(left, l, { wanted, result, next: undefined });
	return [...result];
}

interface Walk {
	wanted: Set<string>;
	result: Set<string>;
	/** The shared item whose turn it is. */
	next: string | undefined;
}

/** Takes the live items that stand here and that the configuration does not have; gives where it stopped. */
function passOwn(left: string[], from: number, { wanted, result, next }: Walk): number {
	let l = from;
	for (; l < left.length; l += 1) {
		const mine = left[l] ?? '';
		if (!wanted.has(mine)) result.add(mine);
		else if (mine === next) return l;
	}
	return l;
}

/** A value without the fields and items of a set; undefined where nothing is left. */
export function removeFields(shape: Shape, value: unknown, set: FieldSet): unknown {
	if (shape.is === 'leaf') return value;
	if (isHollow(value)) return undefined;
	if (shape.is === 'struct' || shape.is === 'map') return removeFromMap(shape, value, set);
	return removeFromList(shape, value, set);
}

function removeFromMap(shape: Shape, value: unknown, set: FieldSet): unknown {
	if (!isFields(value)) return value;
	const kept = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
		const element = `f:${name}`;
		if (set.members.has(element)) return [];
		const below = set.child(element);
		if (!below || below.isEmpty) return [[name, field]];
		const inner = shapeBelow(shape, name);
		return [[name, inner.is === 'leaf' ? field : (removeFields(inner, field, below) ?? null)]];
	});
	return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function removeFromList(shape: Shape, value: unknown, set: FieldSet): unknown {
	const list: unknown[] = Array.isArray(value) ? value : [];
	const kept = list.flatMap((item): unknown[] => {
		const element = elementOf(shape, item);
		if (set.members.has(element)) return [];
		const below = set.child(element);
		if (!below || below.isEmpty || shape.is !== 'list') return [item];
		return [removeFields(shapeOf(shape.items), item, below)];
	});
	return kept.length > 0 ? kept : undefined;
}
