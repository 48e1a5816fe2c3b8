/* What managers own after a write (structured-merge-diff v6 merge/update.go, and the chain around it in apimachinery's managedfields). */
import { type Fields, isSame } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import { compare, type Comparison, fieldSetOf } from './compare.ts';
import { FieldSet } from './field-set.ts';
import { idOf, type Manager, type ManagerName, type Managers, stripMeta } from './managers.ts';
import { merge, removeFields } from './merge.ts';
import { type Shape, shapeBelow, shapeOf } from './shape.ts';

/** A field that another manager owns and that would change. */
export interface Conflict {
	manager: Manager;
	path: string[];
}

/** A write as its managers see it. */
export interface Tracking {
	shape: Shape;
	/** What was there; for a new object Go's zero value. */
	live: Fields;
	isNew: boolean;
	managers: Managers;
	name: ManagerName;
	now: string;
	/** A part of the object that cannot be written this way, so that nobody owns it by doing so. */
	ignored?: string;
}

function ignoring(set: FieldSet, ignored: string | undefined): FieldSet {
	if (ignored === undefined) return set;
	const result = new FieldSet();
	for (const member of set.members) if (member !== ignored) result.members.add(member);
	for (const [element, child] of set.children) if (element !== ignored) result.children.set(element, child);
	return result;
}

function compareWritten({ shape, live, ignored }: Tracking, after: unknown): Comparison {
	const { added, modified, removed } = compare(shape, live, after);
	return {
		added: ignoring(added, ignored),
		modified: ignoring(modified, ignored),
		removed: ignoring(removed, ignored),
	};
}

/** Managers after an update: what changed belongs to who changed it. */
export function trackUpdate(tracking: Tracking, after: KubeObject): Managers {
	const { managers, name, now } = tracking;
	// An object that nobody tracks stays so; only a new one starts.
	if (managers.size === 0 && !tracking.isNew) return managers;
	const { added, modified, removed } = compareWritten(tracking, after);
	const changed = added.union(modified);
	const result = takeFrom(managers, changed.union(removed));
	const own = stripMeta(changed);
	if (own.isEmpty) return result;
	const id = idOf(name);
	const before = result.get(id)?.set ?? new FieldSet();
	return result.set(id, { ...name, time: now, set: own.union(before) });
}

function takeFrom(managers: Managers, taken: FieldSet): Managers {
	const left = [...managers].map(([id, manager]): [string, Manager] => [
		id,
		{ ...manager, set: manager.set.difference(taken) },
	]);
	return new Map(left.filter(([, { set }]) => !set.isEmpty));
}

/** What applying a configuration gives: the merged object and its managers, or the conflicts in the way. */
export type Applied = { object: unknown; managers: Managers } | { conflicts: Conflict[] };

/** Applies a configuration to a live object. */
export function applyConfiguration(tracking: Tracking, config: unknown, isForced: boolean): Applied {
	const { shape, live, managers, name, ignored, now } = tracking;
	const id = idOf(name);
	const last = managers.get(id);
	const own: Manager = {
		...name,
		...(last?.time !== undefined && { time: last.time }),
		set: ignoring(fieldSetOf(shape, config), ignored),
	};
	const all = new Map(managers).set(id, own);
	const object = prune({ shape, merged: merge(shape, live, config), managers: all }, last?.set);
	const { added, modified, removed } = compareWritten(tracking, object);
	const changed = added.union(modified);
	const others = [...managers].filter(([other]) => other !== id);
	const conflicts = others.flatMap(([, manager]) =>
		manager.set
			.intersection(changed)
			.paths()
			.map((path): Conflict => ({ manager, path })),
	);
	if (conflicts.length > 0 && !isForced) return { conflicts };
	const left = takeFrom(new Map(others), changed.union(removed));
	const isSameAsLive = isSame(live, object);
	const time = isSameAsLive ? own.time : now;
	const set = stripMeta(own.set);
	if (!set.isEmpty) left.set(id, { ...name, ...(time !== undefined && { time }), set });
	return { object, managers: left };
}

interface Pruning {
	shape: Shape;
	merged: unknown;
	managers: Managers;
}

/** Takes out what the applier set the last time, does not set now, and nobody else owns. */
function prune({ shape, merged, managers }: Pruning, last: FieldSet | undefined): unknown {
	if (!last || last.isEmpty) return merged;
	const named = (set: FieldSet) => withNamedFields(shape, set);
	const mergedSet = named(fieldSetOf(shape, merged));
	const without = (set: FieldSet) => removeFields(shape, merged, set);
	const pruned = without(named(last));
	const owned = [...managers.values()].reduce((all, { set }) => all.union(set), new FieldSet());
	const kept = named(fieldSetOf(shape, pruned)).union(named(owned));
	const withOwned = without(mergedSet.difference(kept));
	return without(mergedSet.difference(named(fieldSetOf(shape, withOwned))).intersection(named(last)));
}

/** Fields of structs that lead to owned ones count as owned, too. */
function withNamedFields(shape: Shape, set: FieldSet): FieldSet {
	const result = new FieldSet();
	for (const member of set.members) result.members.add(member);
	for (const [element, child] of set.children) {
		const name = element.slice(2);
		const isNamed = element.startsWith('f:') && shape.is === 'struct' && shape.struct.fields.has(name);
		if (isNamed) result.members.add(element);
		const below = element.startsWith('f:')
			? shapeBelow(shape, name)
			: shape.is === 'list'
				? shapeOf(shape.items)
				: shape;
		result.children.set(element, withNamedFields(below, child));
	}
	return result;
}
