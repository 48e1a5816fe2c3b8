import { type Fields, isFields } from '../../json.ts';
import { type FieldSchema, pointee, type StructSchema, structNamed, type TypeRef } from '../schema/go-schema.ts';

/** How a value merges: as one, by its fields, by its keys, or item by item. */
export type Shape =
	| { is: 'leaf' }
	| { is: 'struct'; struct: StructSchema }
	| { is: 'map'; values: TypeRef }
	| { is: 'list'; items: TypeRef; keys: Key[] }
	| { is: 'set' };

interface Key {
	name: string;
	/** What counts where an item leaves the key out. */
	standard?: unknown;
}

const leaf: Shape = { is: 'leaf' };

/** The shape of a value of this type; `field` says how its struct wants it merged. */
export function shapeOf(type: TypeRef, field?: FieldSchema): Shape {
	const inner = pointee(type);
	if (inner.is === 'scalar' || field?.isAtomic) return leaf;
	if (inner.is === 'struct') {
		const struct = structNamed(inner.name);
		return struct.isAtomic ? leaf : { is: 'struct', struct };
	}
	if (inner.is === 'map') return { is: 'map', values: inner.values };
	if (inner.is !== 'list' || field?.list === undefined || field.list === 'atomic') return leaf;
	return field.list === 'set' ? { is: 'set' } : { is: 'list', items: inner.items, keys: keysOf(inner.items, field) };
}

function keysOf(items: TypeRef, field: FieldSchema): Key[] {
	const inner = pointee(items);
	const fields = inner.is === 'struct' ? structNamed(inner.name).fields : undefined;
	return field.keys.map((name) => {
		const standard = fields?.get(name)?.standard;
		return { name, ...(standard !== undefined && { standard }) };
	});
}

/** The shape below a field of a struct, or below any key of a map. */
export function shapeBelow(shape: Shape, name: string): Shape {
	if (shape.is === 'map') return shapeOf(shape.values);
	if (shape.is !== 'struct') return leaf;
	const field = shape.struct.fields.get(name);
	return field ? shapeOf(field.type, field) : leaf;
}

/** The path element of a list's item. */
export function elementOf(shape: Shape, item: unknown): string {
	if (shape.is !== 'list') return `v:${JSON.stringify(item)}`;
	const keys = shape.keys.flatMap(({ name, standard }): [string, unknown][] => {
		const value = isFields(item) ? (item[name] ?? standard) : undefined;
		return value === undefined ? [] : [[name, value]];
	});
	return `k:${JSON.stringify(Object.fromEntries(keys.toSorted(([a], [b]) => (a < b ? -1 : 1))))}`;
}

/** Items by their elements, in their order. The last of two that share one stands. */
export function itemsByElement(shape: Shape, list: unknown): Map<string, unknown> {
	const items: unknown[] = Array.isArray(list) ? list : [];
	return new Map(items.map((item) => [elementOf(shape, item), item]));
}

/** Whether a value holds nothing: absent, null, or empty. */
export function isHollow(value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0;
	return isFields(value) ? Object.keys(value).length === 0 : value === undefined || value === null;
}

/** Names of the fields of either value. */
export function namesOf(...values: unknown[]): string[] {
	return [...new Set(values.flatMap((value) => (isFields(value) ? Object.keys(value) : [])))];
}

/** One field of a value that may be no map at all. */
export function fieldAt(value: unknown, name: string): unknown {
	const fields: Fields = isFields(value) ? value : {};
	return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
