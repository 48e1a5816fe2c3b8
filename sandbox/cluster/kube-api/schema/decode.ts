/*
 * Reads JSON as Go's decoder reads it into the types of Kubernetes, and writes it back as Go's encoder would: unknown fields are dropped
 * (and named), wrong types refused in Go's words, empty fields left out or written as their zero, quantities and times in their one form.
 */
import { type Fields, isFields } from '../../json.ts';
import { type FieldSchema, fieldsOf, type Scalar, structNamed, type TypeRef } from './go-schema.ts';
import { canonicalQuantity, quantityRule } from './quantity.ts';

/** A value that does not fit its type; the words are those of encoding/json. */
export class WrongType extends Error {}

/** What was met on the way: names of unknown fields, with their paths. */
export interface Sink {
	unknown: string[];
}

interface Place {
	/** The struct that holds the field, and the fields that lead there. */
	struct: string;
	fields: string[];
	/** With list positions, as strict decoding names it. */
	path: string;
	sink: Sink;
}

/** An object of this type as the server understands it. */
export function decodeAs(typeName: string, value: unknown, sink: Sink = { unknown: [] }): Fields {
	const struct = structNamed(typeName);
	return decodeStruct(struct.name, value, { struct: struct.go, fields: [], path: '', sink });
}

function decodeStruct(name: string, value: unknown, place: Place): Fields {
	const struct = structNamed(name);
	const given = fieldsOf(value);
	const result: Fields = {};
	for (const field of struct.fields.values()) {
		const inner = enter(place, struct.go, field.name);
		const decoded = Object.hasOwn(given, field.name) ? decode(field.type, given[field.name], inner) : undefined;
		const written = writeField(field, decoded, inner);
		if (written !== undefined) result[field.name] = written;
	}
	for (const key of Object.keys(given)) if (!struct.fields.has(key)) place.sink.unknown.push(joined(place.path, key));
	return result;
}

function enter(place: Place, struct: string, name: string): Place {
	return { ...place, struct, fields: [...place.fields, name], path: joined(place.path, name) };
}

function joined(path: string, name: string): string {
	return path === '' ? name : `${path}.${name}`;
}

/** Undefined is Go's nil or zero. */
function decode(type: TypeRef, value: unknown, place: Place): unknown {
	if (value === null || value === undefined) return undefined;
	switch (type.is) {
		case 'pointer':
			return decode(type.to, value, place) ?? zeroOf(type.to, place);
		case 'list':
			return decodeList(type, value, place);
		case 'map':
			return decodeMap(type, value, place);
		case 'struct':
			if (!isFields(value)) throw mismatch(value, type, place);
			return decodeStruct(type.name, value, place);
		case 'scalar':
			return decodeScalar(type.scalar, value, { type, place });
	}
}

function decodeList(type: TypeRef & { is: 'list' }, value: unknown, place: Place): unknown {
	if (!Array.isArray(value)) throw mismatch(value, type, place);
	if (value.length === 0) return undefined;
	return value.map((item, i) => {
		const inner = { ...place, path: `${place.path}[${i}]` };
		return decode(type.items, item, inner) ?? zeroOf(type.items, inner);
	});
}

function decodeMap(type: TypeRef & { is: 'map' }, value: unknown, place: Place): unknown {
	if (!isFields(value)) throw mismatch(value, type, place);
	const entries = Object.entries(value);
	if (entries.length === 0) return undefined;
	return Object.fromEntries(
		entries.map(([key, item]) => {
			const inner = { ...place, path: joined(place.path, key) };
			return [key, decode(type.values, item, inner) ?? zeroOf(type.values, inner)];
		}),
	);
}

interface ScalarPlace {
	type: TypeRef;
	place: Place;
}

function decodeScalar(scalar: Scalar, value: unknown, at: ScalarPlace): unknown {
	const kind = plainKinds[scalar];
	if (kind) return expectKind(kind, value, at);
	if (scalar === 'int32' || scalar === 'int64') return decodeInteger(scalar, value, at);
	if (scalar === 'Time' || scalar === 'MicroTime') return decodeTime(scalar, value, at);
	if (scalar === 'bytes') return decodeBytes(value, at);
	if (scalar === 'Quantity') return decodeQuantity(value);
	if (scalar === 'IntOrString' && typeof value !== 'string' && typeof value !== 'number') {
		throw mismatch(value, { ...at.type, go: 'int32' }, at.place);
	}
	return value;
}

const plainKinds: Partial<Record<Scalar, 'string' | 'boolean' | 'number'>> = {
	string: 'string',
	bool: 'boolean',
	float64: 'number',
};

function expectKind(kind: 'string' | 'boolean' | 'number', value: unknown, { type, place }: ScalarPlace): unknown {
	if (typeof value !== kind) throw mismatch(value, type, place);
	return value;
}

function decodeInteger(scalar: 'int32' | 'int64', value: unknown, { type, place }: ScalarPlace): number {
	const limit = scalar === 'int32' ? 2 ** 31 : 2 ** 63;
	if (typeof value !== 'number') throw mismatch(value, type, place);
	if (!Number.isInteger(value) || value < -limit || value >= limit)
		throw mismatch(value, { ...type, words: `number ${value}` }, place);
	return value;
}

function decodeBytes(value: unknown, { type, place }: ScalarPlace): unknown {
	if (typeof value !== 'string') throw mismatch(value, type, place);
	const text = value.replaceAll(/[\r\n]/g, '');
	if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text;
	throw new WrongType(`illegal base64 data at input byte ${illegalByte(text)}`);
}

// encoding/base64 names the first byte that cannot be, or the last full quantum where the text ends too soon.
function illegalByte(text: string): number {
	const wrong = text.search(/[^A-Za-z0-9+/]/);
	if (wrong === -1) return text.length - (text.length % 4);
	return text[wrong] === '=' ? Math.max(wrong, 0) : wrong;
}

function decodeQuantity(value: unknown): string {
	const text = canonicalQuantity(value);
	if (text === undefined) throw new WrongType(quantityRule);
	return text;
}

function decodeTime(scalar: 'Time' | 'MicroTime', value: unknown, { type, place }: ScalarPlace): string | undefined {
	if (typeof value !== 'string') throw mismatch(value, { ...type, go: 'string' }, place);
	const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
	const moment = new Date(value);
	if (!isTime || Number.isNaN(moment.getTime())) {
		const layout = scalar === 'Time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00';
		throw new WrongType(
			`parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${JSON.stringify(value)} as "2006"`,
		);
	}
	if (scalar === 'Time') return `${moment.toISOString().slice(0, 19)}Z`;
	const micros = /\.(\d+)/.exec(value)?.[1] ?? '';
	return `${moment.toISOString().slice(0, 19)}.${micros.padEnd(6, '0').slice(0, 6)}Z`;
}

function mismatch(value: unknown, type: TypeRef & { words?: string }, { struct, fields }: Place): WrongType {
	const words = type.words ?? wordFor(value);
	return new WrongType(
		`json: cannot unmarshal ${words} into Go struct field ${struct}.${fields.join('.')} of type ${type.go}`,
	);
}

function wordFor(value: unknown): string {
	if (Array.isArray(value)) return 'array';
	return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** What Go's encoder writes for a field; undefined where it leaves the field out. */
function writeField(field: FieldSchema, decoded: unknown, place: Place): unknown {
	if (decoded === undefined) {
		const isOmitted = field.omitsZero || (field.omitsEmpty && !isAlwaysWritten(field.type));
		return isOmitted ? undefined : zeroOf(field.type, place);
	}
	return field.omitsEmpty && isEmpty(field.type, decoded) ? undefined : decoded;
}

// `omitempty` knows no empty structs.
function isAlwaysWritten(type: TypeRef): boolean {
	return (
		type.is === 'struct' ||
		(type.is === 'scalar' &&
			['Time', 'MicroTime', 'Quantity', 'IntOrString', 'RawExtension', 'Duration'].includes(type.scalar))
	);
}

function isEmpty(type: TypeRef, decoded: unknown): boolean {
	if (type.is !== 'scalar' || isAlwaysWritten(type)) return false;
	return decoded === '' || decoded === 0 || decoded === false;
}

/** Go's zero value, as JSON. */
function zeroOf(type: TypeRef, place: Place): unknown {
	if (type.is === 'struct') return decodeStruct(type.name, {}, place);
	if (type.is !== 'scalar') return null;
	const zeros: Partial<Record<Scalar, unknown>> = {
		string: '',
		bool: false,
		int32: 0,
		int64: 0,
		float64: 0,
		IntOrString: 0,
		Quantity: '0',
		Duration: '0s',
	};
	return zeros[type.scalar] ?? null;
}
