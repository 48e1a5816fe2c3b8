/*
 * Reads Kubernetes' protobuf (application/vnd.kubernetes.protobuf): four magic bytes, then a runtime.Unknown that carries the message. Field
 * numbers are those of the Go types' tags. What comes out is the JSON form, to be decoded like any other body.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

import type { Fields } from '../../json.ts';
import { type FieldSchema, structNamed, type StructSchema, type TypeRef } from './go-schema.ts';

const magic = Buffer.from('k8s\0');

/** A body that is not what it says it is. */
export class BadProtobuf extends Error {}

interface Envelope {
	apiVersion: string;
	kind: string;
	raw: Uint8Array;
}

/** Opens the envelope: the kind that it names and the message in it. */
export function openEnvelope(body: Uint8Array): Envelope {
	if (!Buffer.from(body.subarray(0, 4)).equals(magic)) {
		throw new BadProtobuf('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
	}
	const opened: Envelope = { apiVersion: '', kind: '', raw: new Uint8Array() };
	guard(() =>
		eachField(new BinaryReader(body.subarray(4)), (number, reader) => {
			if (number === 1) Object.assign(opened, readTypeMeta(reader.bytes()));
			else if (number === 2) opened.raw = reader.bytes();
			else return false;
			return true;
		}),
	);
	return opened;
}

function readTypeMeta(bytes: Uint8Array): Fields {
	const meta: Fields = {};
	eachField(new BinaryReader(bytes), (number, reader) => {
		if (number === 1) meta['apiVersion'] = reader.string();
		else if (number === 2) meta['kind'] = reader.string();
		else return false;
		return true;
	});
	return meta;
}

/** The JSON form of a message of this Go type. */
export function readMessage(typeName: string, bytes: Uint8Array): Fields {
	return guard(() => readStruct(structNamed(typeName), bytes));
}

function guard<Result>(read: () => Result): Result {
	try {
		return read();
	} catch (error) {
		// The library throws plain errors for a message that is cut or not one.
		throw error instanceof BadProtobuf
			? error
			: new BadProtobuf(error instanceof Error ? error.message : 'unexpected EOF');
	}
}

type ReadField = (number: number, reader: BinaryReader, wire: WireType) => boolean;

function eachField(reader: BinaryReader, read: ReadField): void {
	while (reader.pos < reader.len) {
		const [number, wire] = reader.tag();
		if (!read(number, reader, wire)) reader.skip(wire, number);
	}
}

function readStruct(struct: StructSchema, bytes: Uint8Array): Fields {
	const result: Fields = {};
	eachField(new BinaryReader(bytes), (number, reader) => {
		const found = struct.numbers.get(number);
		if (!found) return false;
		if ('inline' in found) Object.assign(result, readStruct(found.inline, reader.bytes()));
		else readInto(result, found.field, reader);
		return true;
	});
	return result;
}

function readInto(result: Fields, { name, type }: FieldSchema, reader: BinaryReader): void {
	if (type.is === 'list') {
		const list = result[name];
		result[name] = [...(Array.isArray(list) ? list : []), readValue(type.items, reader)];
	} else if (type.is === 'map') {
		const [key, value] = readEntry(type.values, reader.bytes());
		const map = result[name];
		result[name] = { ...(typeof map === 'object' ? map : {}), [key]: value };
	} else result[name] = readValue(type, reader);
}

function readEntry(values: TypeRef, bytes: Uint8Array): [key: string, value: unknown] {
	let key = '';
	let value: unknown;
	eachField(new BinaryReader(bytes), (number, reader) => {
		if (number === 1) key = reader.string();
		else if (number === 2) value = readValue(values, reader);
		else return false;
		return true;
	});
	return [key, value];
}

function readValue(type: TypeRef, reader: BinaryReader): unknown {
	if (type.is === 'pointer') return readValue(type.to, reader);
	if (type.is === 'struct') return readStruct(structNamed(type.name), reader.bytes());
	if (type.is === 'list') return readItems(type.items, reader.bytes());
	if (type.is !== 'scalar') throw new BadProtobuf('proto: a map cannot lie in a list');
	const read = scalarReaders[type.scalar];
	return read ? read(reader) : readNested(type.scalar, reader.bytes());
}

// A named list type (authorization's ExtraValue) is a message with the list in its first field.
function readItems(items: TypeRef, bytes: Uint8Array): unknown[] {
	const list: unknown[] = [];
	eachField(new BinaryReader(bytes), (number, reader) => number === 1 && list.push(readValue(items, reader)) > 0);
	return list;
}

const scalarReaders: Record<string, (reader: BinaryReader) => unknown> = {
	string: (reader) => reader.string(),
	bool: (reader) => reader.bool(),
	int32: (reader) => reader.int32(),
	int64: (reader) => Number(reader.int64()),
	float64: (reader) => reader.double(),
	bytes: (reader) => Buffer.from(reader.bytes()).toString('base64'),
};

/** Types whose message is not their JSON. */
function readNested(scalar: string, bytes: Uint8Array): unknown {
	const seen = new Map<number, number | string | Uint8Array>();
	eachField(new BinaryReader(bytes), (number, reader, wire) => {
		if (wire === WireType.Varint) seen.set(number, Number(reader.int64()));
		else if (wire === WireType.LengthDelimited) seen.set(number, reader.bytes());
		else return false;
		return true;
	});
	const text = (number: number) => Buffer.from(bytesOf(seen.get(number))).toString();
	const integer = (number: number) => Number(seen.get(number) ?? 0);
	switch (scalar) {
		case 'Quantity':
			return text(1);
		case 'IntOrString':
			return integer(1) === 0 ? integer(2) : text(3);
		case 'Time':
		case 'MicroTime':
			return seen.size === 0 ? null : renderTime(integer(1), integer(2));
		case 'Duration':
			return `${integer(1) / 1e9}s`;
		default: {
			const json: unknown = text(1) === '' ? null : JSON.parse(text(1));
			return json;
		}
	}
}

function bytesOf(value: number | string | Uint8Array | undefined): Uint8Array {
	return value instanceof Uint8Array ? value : new Uint8Array();
}

function renderTime(seconds: number, nanos: number): string {
	const micros = String(Math.floor(nanos / 1000)).padStart(6, '0');
	return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${micros}Z`;
}
