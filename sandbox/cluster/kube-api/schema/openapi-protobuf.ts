/*
 * Writes an OpenAPI v2 document as protobuf. Field names and numbers are those of gnostic-models v0.7.0, openapiv2/OpenAPIv2.proto: of
 * its messages those that a document of ours has. What starts with `x-` is a vendor extension, whose value is YAML, so JSON will do.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Fields, isFields } from '../../json.ts';

/** Where a value lies in its message. */
interface Place {
	/** Its field's number, and those of the fields of the messages around the value (`TypeItem`, `SchemaItem`, …). */
	path: number[];
	/** `text`, `flag` and `yaml` are values, other names are messages. */
	type: string;
	/** The field repeats: for each value, or as a message of name and value for each key. */
	each?: 'value' | 'key';
}

type Message = Record<string, Place>;

const text = (number: number): Place => ({ path: [number], type: 'text' });
const texts = (number: number): Place => ({ path: [number], type: 'text', each: 'value' });

const operation = (number: number): Place => ({ path: [number], type: 'Operation' });

/** In a message that is a map, the place of every key is that of `*`. */
const messages: Record<string, Message> = {
	Document: {
		swagger: text(1),
		info: { path: [2], type: 'Info' },
		paths: { path: [8], type: 'Paths' },
		definitions: { path: [9], type: 'Schemas' },
	},
	Info: { title: text(1), version: text(2) },
	Paths: { '*': { path: [2], type: 'PathItem', each: 'key' } },
	Schemas: { '*': { path: [1], type: 'Schema', each: 'key' } },
	PathItem: { get: operation(2), put: operation(3), post: operation(4), delete: operation(5), patch: operation(8) },
	Operation: {
		operationId: text(5),
		produces: texts(6),
		consumes: texts(7),
		parameters: { path: [8, 1], type: 'Parameter', each: 'value' },
		responses: { path: [9], type: 'Responses' },
		'x-': { path: [13], type: 'yaml', each: 'key' },
	},
	Parameter: { body: { path: [1], type: 'BodyParameter' }, query: { path: [2, 3], type: 'QueryParameter' } },
	BodyParameter: {
		name: text(2),
		in: text(3),
		required: { path: [4], type: 'flag' },
		schema: { path: [5], type: 'Schema' },
	},
	QueryParameter: { in: text(2), name: text(4), type: text(6), uniqueItems: { path: [20], type: 'flag' } },
	Responses: { '*': { path: [1], type: 'ResponseValue', each: 'key' } },
	ResponseValue: { response: { path: [1], type: 'Response' } },
	Response: { description: text(1), schema: { path: [2, 1], type: 'Schema' } },
	Schema: {
		$ref: text(1),
		format: text(2),
		description: text(4),
		default: { path: [5], type: 'yaml' },
		required: texts(19),
		additionalProperties: { path: [21, 1], type: 'Schema' },
		type: { path: [22, 1], type: 'text' },
		items: { path: [23, 1], type: 'Schema' },
		properties: { path: [25], type: 'Schemas' },
		'x-': { path: [31], type: 'yaml', each: 'key' },
	},
};

/** The document as gnostic's `Document` message. */
export function writeOpenApi(document: Fields): Uint8Array<ArrayBuffer> {
	const writer = new BinaryWriter();
	writeMessage(writer, 'Document', document);
	return writer.finish();
}

function writeMessage(writer: BinaryWriter, name: string, value: Fields): void {
	const places = messages[name] ?? {};
	for (const [key, inner] of Object.entries(value)) {
		const place = places[key] ?? places['*'] ?? (key.startsWith('x-') ? places['x-'] : undefined);
		if (place?.each === 'key') writeNamed(writer, place, [key, inner]);
		else if (place?.each === 'value') for (const one of Array.isArray(inner) ? inner : []) write(writer, place, one);
		else if (place) write(writer, place, inner);
	}
}

/** A `NamedAny`, `NamedSchema`, …: the name in field 1, the value in field 2. */
function writeNamed(writer: BinaryWriter, { path, type }: Place, [name, value]: [string, unknown]): void {
	writer.tag(path[0] ?? 0, WireType.LengthDelimited).fork();
	write(writer, text(1), name);
	write(writer, { path: [2], type }, value);
	writer.join();
}

function write(writer: BinaryWriter, { path, type }: Place, value: unknown): void {
	const [number = 0, ...rest] = path;
	if (type === 'flag') {
		writer.tag(number, WireType.Varint).bool(value === true);
		return;
	}
	writer.tag(number, WireType.LengthDelimited);
	if (rest.length === 0 && type === 'text') {
		writer.string(String(value));
		return;
	}
	writer.fork();
	if (rest.length > 0) write(writer, { path: rest, type }, value);
	// `Any`: Google's own in field 1, which nobody fills, and the value as YAML in field 2.
	else if (type === 'yaml') write(writer, text(2), JSON.stringify(value));
	else writeMessage(writer, type, chosen(type, isFields(value) ? value : {}));
	writer.join();
}

/** Messages that are one of several others have the value under the name of its kind. */
function chosen(type: string, value: Fields): Fields {
	if (type === 'Parameter') return { [String(value['in'])]: value };
	return type === 'ResponseValue' ? { response: value } : value;
}
