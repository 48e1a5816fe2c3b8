/*
 * The Go types behind the kinds served: field names, protobuf numbers, what is left out when empty, how lists and maps merge. The data is
 * generated (scripts/kubernetes-data); each type is read when it is first needed.
 */
import { goTypes } from '../data/go-types.data.ts';
import { type Fields, isFields, listAt, textAt } from '../../json.ts';

/** The type of a field. `go` is what Go's error messages call it. */
export type TypeRef =
	| { is: 'scalar'; scalar: Scalar; go: string }
	| { is: 'struct'; name: string; go: string }
	| { is: 'list'; items: TypeRef; go: string }
	| { is: 'map'; values: TypeRef; go: string }
	| { is: 'pointer'; to: TypeRef; go: string };

const scalars = [
	'string',
	'bool',
	'bytes',
	'int32',
	'int64',
	'float64',
	'Time',
	'MicroTime',
	'Duration',
	'Quantity',
	'IntOrString',
	'FieldsV1',
	'RawExtension',
] as const;

/** Values that are not looked into any further. */
export type Scalar = (typeof scalars)[number];

export interface FieldSchema {
	name: string;
	type: TypeRef;
	number: number;
	/** Left out when empty (`omitempty`), and when zero (`omitzero`). */
	omitsEmpty: boolean;
	omitsZero: boolean;
	/** How apply merges a list, and by which keys; lists without it are replaced. */
	list?: 'map' | 'set' | 'atomic';
	keys: string[];
	/** A map or struct that apply replaces as a whole. */
	isAtomic: boolean;
	/** `patchStrategy` and `patchMergeKey` of strategic merge patch. */
	patch: string[];
	mergeKey?: string;
	/** The default that a published schema names. */
	standard?: unknown;
}

/** A Go struct: fields in their order, those of embedded structs among them. */
export interface StructSchema {
	/** `core.v1.Pod` */
	name: string;
	/** Go's own name: `Pod`. */
	go: string;
	fields: Map<string, FieldSchema>;
	/** By protobuf number: a field, or an embedded struct. */
	numbers: Map<number, { field: FieldSchema } | { inline: StructSchema }>;
	isAtomic: boolean;
}

const lines = new Map(goTypes.map((line): [string, string] => [line.slice(0, line.indexOf('\t')), line]));
const structs = new Map<string, StructSchema>();

/** The struct of this name; asking for another type is a mistake in this program. */
export function structNamed(name: string): StructSchema {
	const known = structs.get(name);
	if (known) return known;
	const data = readLine(name);
	if (!isFields(data)) throw new RangeError(`no struct "${name}"`);
	const struct: StructSchema = { name, go: lastOf(name), fields: new Map(), numbers: new Map(), isAtomic: '' in data };
	structs.set(name, struct);
	for (const [key, entry] of Object.entries(data)) if (key !== '') addField(struct, key, entry);
	return struct;
}

/** Whether there is a type of this name. */
export function hasType(name: string): boolean {
	return lines.has(name);
}

function readLine(name: string): unknown {
	const line = lines.get(name);
	if (line === undefined) throw new RangeError(`no type "${name}"`);
	const data: unknown = JSON.parse(line.slice(line.indexOf('\t') + 1));
	return data;
}

function addField(struct: StructSchema, key: string, entry: unknown): void {
	const [type, number, flags, more]: unknown[] = Array.isArray(entry) ? entry : [];
	const ref = readType(String(type));
	if (key.startsWith('>')) {
		addInline(struct, ref, Number(number));
		return;
	}
	const field = readField(
		{ name: key, type: ref, number: Number(number) },
		typeof flags === 'string' ? flags : '',
		more,
	);
	struct.fields.set(key, field);
	struct.numbers.set(field.number, { field });
}

function addInline(struct: StructSchema, ref: TypeRef, number: number): void {
	const inner = ref.is === 'pointer' ? ref.to : ref;
	if (inner.is !== 'struct') return;
	const inline = structNamed(inner.name);
	for (const [name, field] of inline.fields) struct.fields.set(name, field);
	if (number > 0) struct.numbers.set(number, { inline });
}

function readField(base: Pick<FieldSchema, 'name' | 'type' | 'number'>, flags: string, more: unknown): FieldSchema {
	const list = textAt(more, 'list');
	const mergeKey = textAt(more, 'key');
	const standard = isFields(more) ? more['standard'] : undefined;
	return {
		...base,
		omitsEmpty: flags.includes('o'),
		omitsZero: flags.includes('z'),
		...((list === 'map' || list === 'set' || list === 'atomic') && { list }),
		keys: listAt(more, 'keys').map(String),
		isAtomic: textAt(more, 'map') === 'atomic',
		patch: textAt(more, 'patch').split(',').filter(Boolean),
		...(mergeKey !== '' && { mergeKey }),
		...(standard !== undefined && { standard }),
	};
}

const refs = new Map<string, TypeRef>();

/** Reads a Go type's text: `[]core.v1.Container`, `map[string]string`, `*int32`. */
function readType(text: string): TypeRef {
	const known = refs.get(text);
	if (known) return known;
	const ref = parseType(text);
	refs.set(text, ref);
	return ref;
}

function parseType(text: string): TypeRef {
	if (text === '[]byte') return { is: 'scalar', scalar: 'bytes', go: '[]uint8' };
	if (text.startsWith('[]')) return wrap('list', text.slice(2));
	if (text.startsWith('*')) return wrap('pointer', text.slice(1));
	const map = /^map\[[\w.]+\](?<values>.+)$/.exec(text)?.groups?.['values'];
	if (map !== undefined) return wrap('map', map);
	const scalar = scalars.find((one) => one === (plain[text] ?? text));
	if (scalar) return { is: 'scalar', scalar, go: goNames[text] ?? text };
	const data = readLine(text);
	if (typeof data !== 'string') return { is: 'struct', name: text, go: goName(text) };
	return { ...readType(data), go: goName(text) };
}

const plain: Record<string, string> = { int: 'int64', uint32: 'int64', float32: 'float64' };

const goNames: Record<string, string> = {
	Time: 'v1.Time',
	MicroTime: 'v1.MicroTime',
	Duration: 'v1.Duration',
	Quantity: 'resource.Quantity',
	IntOrString: 'intstr.IntOrString',
};

function wrap(is: 'list' | 'pointer' | 'map', text: string): TypeRef {
	const inner = readType(text);
	if (is === 'list') return { is, items: inner, go: `[]${inner.go}` };
	if (is === 'map') return { is, values: inner, go: `map[string]${inner.go}` };
	return { is, to: inner, go: inner.go };
}

function goName(text: string): string {
	return text.split('.').slice(-2).join('.');
}

function lastOf(name: string): string {
	return name.split('.').at(-1) ?? name;
}

/** A type without the pointer around it. */
export function pointee(ref: TypeRef): TypeRef {
	return ref.is === 'pointer' ? ref.to : ref;
}

/** The type of a struct, as a reference to it. */
export function refTo(name: string): TypeRef {
	return readType(name);
}

/** The fields of a value that is of a struct's type, empty where it is none. */
export function fieldsOf(value: unknown): Fields {
	return isFields(value) ? value : {};
}
