/* Which fields a value has, and how two values differ: as structured-merge-diff's typed values answer (sigs.k8s.io/structured-merge-diff v6). */
import { isSame } from '../../json.ts';
import { FieldSet } from './field-set.ts';
import { elementOf, fieldAt, isHollow, itemsByElement, namesOf, type Shape, shapeBelow, shapeOf } from './shape.ts';

/** The paths that an applied configuration sets. */
export function fieldSetOf(shape: Shape, value: unknown): FieldSet {
	const set = new FieldSet();
	collect(set, { shape, value, path: [] });
	return set;
}

interface Walk {
	shape: Shape;
	value: unknown;
	path: string[];
}

function collect(set: FieldSet, { shape, value, path }: Walk): void {
	if (shape.is === 'leaf') {
		set.insert(path);
		return;
	}
	if (shape.is === 'struct' || shape.is === 'map') {
		for (const name of namesOf(value)) {
			const inner = [...path, `f:${name}`];
			const field = fieldAt(value, name);
			collect(set, { shape: shapeBelow(shape, name), value: field, path: inner });
			const isKnown = shape.is === 'struct' && shape.struct.fields.has(name);
			if (field === null || !isKnown || (isHollow(field) && !Array.isArray(field))) set.insert(inner);
		}
		return;
	}
	for (const item of Array.isArray(value) ? value : []) {
		const inner = [...path, elementOf(shape, item)];
		if (shape.is === 'list') collect(set, { shape: shapeOf(shape.items), value: item, path: inner });
		set.insert(inner);
	}
}

/** What one value has, lacks and has otherwise than another. */
export interface Comparison {
	added: FieldSet;
	modified: FieldSet;
	removed: FieldSet;
}

/** How `after` differs from `before`. */
export function compare(shape: Shape, before: unknown, after: unknown): Comparison {
	const result = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() };
	compareAt(result, { shape, before, after, path: [] });
	return result;
}

interface Pair {
	shape: Shape;
	before: unknown;
	after: unknown;
	path: string[];
}

function compareAt(result: Comparison, pair: Pair): void {
	const { shape, before, after, path } = pair;
	// What is empty on both sides is one leaf; so "absent" and "empty" can be told apart.
	const isLeaf = shape.is === 'leaf' || (isHollow(before) && isHollow(after));
	if (!isLeaf) descend(result, pair);
	if (before === undefined) result.added.insert(path);
	else if (after === undefined) result.removed.insert(path);
	else if (isLeaf && !isSame(before, after)) result.modified.insert(path);
}

function descend(result: Comparison, { shape, before, after, path }: Pair): void {
	if (shape.is === 'struct' || shape.is === 'map') {
		for (const name of namesOf(before, after)) {
			const [one, other] = [fieldAt(before, name), fieldAt(after, name)];
			if (one === undefined && other === undefined) continue;
			compareAt(result, { shape: shapeBelow(shape, name), before: one, after: other, path: [...path, `f:${name}`] });
		}
		return;
	}
	const [old, now] = [itemsByElement(shape, before), itemsByElement(shape, after)];
	const items: Shape = shape.is === 'list' ? shapeOf(shape.items) : { is: 'leaf' };
	for (const element of new Set([...old.keys(), ...now.keys()])) {
		compareAt(result, { shape: items, before: old.get(element), after: now.get(element), path: [...path, element] });
	}
}
