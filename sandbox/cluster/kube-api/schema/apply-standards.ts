/* Fills in defaults by Go type: what a type's own rule says, then what the published schema names, then the same inside. */
import { type Fields, isFields } from '../../json.ts';
import { type FieldSchema, pointee, structNamed, type TypeRef } from './go-schema.ts';

/** What a type fills in of itself; looks at nothing outside of it. */
export type Standard = (value: Fields) => Fields;

/** An object of this type with its defaults. */
export function applyStandards(typeName: string, value: Fields, standards: Record<string, Standard>): Fields {
	return fill(typeName, value, { standards, reach: reachFrom(typeName, standards) });
}

/** Looked for once for each type that is asked for: a world at its start makes a hundred objects of two types. */
const reaches = new WeakMap<Record<string, Standard>, Map<string, Walk['reach']>>();

function reachFrom(typeName: string, standards: Record<string, Standard>): Walk['reach'] {
	const known = reaches.get(standards) ?? new Map<string, Walk['reach']>();
	reaches.set(standards, known);
	const reach = known.get(typeName) ?? new Map<string, boolean>();
	known.set(typeName, reach);
	return reach;
}

interface Walk {
	standards: Record<string, Standard>;
	/** Types from which any default can be reached; others are passed by. */
	reach: Map<string, boolean>;
}

function fill(typeName: string, value: Fields, walk: Walk): Fields {
	const result = { ...(walk.standards[typeName]?.(value) ?? value) };
	for (const field of structNamed(typeName).fields.values()) {
		const given = result[field.name];
		if (given === undefined && field.standard !== undefined) result[field.name] = field.standard;
		else if (given !== undefined && given !== null && leads(field, walk))
			result[field.name] = fillType(field.type, given, walk);
	}
	return result;
}

function fillType(type: TypeRef, value: unknown, walk: Walk): unknown {
	const inner = pointee(type);
	if (inner.is === 'struct') return isFields(value) ? fill(inner.name, value, walk) : value;
	if (inner.is === 'list') return Array.isArray(value) ? value.map((item) => fillType(inner.items, item, walk)) : value;
	if (inner.is === 'map' && isFields(value)) {
		return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillType(inner.values, item, walk)]));
	}
	return value;
}

function leads({ type }: FieldSchema, walk: Walk): boolean {
	const name = structIn(type);
	return name !== undefined && isReaching(name, walk);
}

function isReaching(name: string, walk: Walk): boolean {
	const known = walk.reach.get(name);
	if (known !== undefined) return known;
	// A type that leads to itself (JSON schemas) must not be walked for ever.
	walk.reach.set(name, false);
	const fields = [...structNamed(name).fields.values()];
	const does = name in walk.standards || fields.some((field) => field.standard !== undefined || leads(field, walk));
	walk.reach.set(name, does);
	return does;
}

function structIn(type: TypeRef): string | undefined {
	if (type.is === 'struct') return type.name;
	if (type.is === 'list') return structIn(type.items);
	if (type.is === 'map') return structIn(type.values);
	return type.is === 'pointer' ? structIn(type.to) : undefined;
}
