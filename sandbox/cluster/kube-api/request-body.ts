import { parse as parseYaml } from 'yaml';
import { at, type Fields, fieldsAt, isFields, textAt } from '../json.ts';
import { badRequest, unsupportedMediaType } from './api-error.ts';
import { type Ask, kindAt } from './request-target.ts';
import { apiVersionOf, resources } from './resource.ts';
import { decodeAs, WrongType } from './schema/decode.ts';
import { hasType } from './schema/go-schema.ts';
import { duplicateFields } from './validate/duplicate-fields.ts';
import { explainJson } from './validate/go-json.ts';
import { BadProtobuf, openEnvelope, readMessage } from './schema/protobuf.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';
const objectTypes = ['application/json', 'application/yaml', protobuf];

/** The media type of a request's body, without parameters; JSON where nothing is said. */
export function mediaTypeOf(request: Request): string {
	return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() || 'application/json';
}

interface KindName {
	group: string;
	version: string;
	kind: string;
}

/** The Go type of a kind: `core.v1.Pod`. */
export function goTypeOf({ group, version, kind }: KindName): string {
	return `${group === '' ? 'core' : group.split('.', 1)[0]}.${version}.${kind}`;
}

/** Reads the object in a request's body, of the kind that its path takes. */
export async function readObject(ask: Ask): Promise<Fields> {
	const type = mediaTypeOf(ask.request);
	if (!objectTypes.includes(type)) throw unsupportedMediaType(objectTypes);
	const wanted = kindAt(ask.target);
	if (type === protobuf) return readProtobuf(new Uint8Array(await ask.request.arrayBuffer()), wanted);
	const text = await ask.request.text();
	const body = type === 'application/yaml' ? readText(text, type) : readJson(text, wanted);
	if (!isFields(body))
		throw unrecognized(text, wanted, `json: cannot unmarshal ${wordFor(body)} into Go value of type ${typeMeta}`);
	return decodeObject(ask, body, type === 'application/yaml' ? [] : duplicateFields(text));
}

const typeMeta =
	'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function readJson(text: string, wanted: KindName): unknown {
	const why = explainJson(text);
	if (why !== undefined) throw unrecognized(text, wanted, why);
	const value: unknown = JSON.parse(text);
	return value;
}

// rest/create.go: what a body starts with is shown, in hexadecimal unless it looks like JSON.
function unrecognized(text: string, { kind }: KindName, why: string) {
	const bytes = Buffer.from(text);
	const head = bytes.subarray(0, 30);
	const shown = (text.startsWith('{') ? head.toString() : head.toString('hex')) + (bytes.length > 30 ? ' ...' : '');
	return badRequest(
		`the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${shown})`,
	);
}

function wordFor(body: unknown): string {
	return Array.isArray(body) ? 'array' : typeof body;
}

/** An object that was read or made by a patch, as the server takes it: what it does not know is refused, warned of or dropped. */
export function decodeObject(ask: Ask, body: Fields, duplicates: string[] = []): Fields {
	const wanted = kindAt(ask.target);
	checkKind(wanted, body);
	const sink = { unknown: [] };
	const decoded = decode(wanted, body, sink);
	reportOdd(ask, wanted, { unknown: sink.unknown, duplicates });
	return { kind: wanted.kind, apiVersion: apiVersionOf(wanted), ...decoded, ...emptyManagers(body, decoded) };
}

// An empty list is as good as none everywhere but here: Go's decoder tells them apart, and `isResetManagedFields` asks.
function emptyManagers(body: Fields, decoded: Fields): Fields {
	const given = at(body, 'metadata', 'managedFields');
	if (!Array.isArray(given) || given.length > 0) return {};
	return { metadata: { ...fieldsAt(decoded, 'metadata'), managedFields: [] } };
}

function decode(wanted: KindName, body: Fields, sink: { unknown: string[] }): Fields {
	try {
		return decodeAs(goTypeOf(wanted), body, sink);
	} catch (error) {
		if (error instanceof WrongType) throw cannotBeHandled(wanted, error.message);
		throw error;
	}
}

interface Odd {
	unknown: string[];
	duplicates: string[];
}

// "Warn" is what a request gets that does not say (KEP-2885).
function reportOdd({ query, warnings }: Ask, wanted: KindName, { unknown, duplicates }: Odd): void {
	const validation = query.get('fieldValidation') || 'Warn';
	// What is skipped is not looked into.
	const isSkipped = (path: string) => unknown.some((one) => path.startsWith(`${one}.`) || path.startsWith(`${one}[`));
	const again = duplicates.filter((path) => !isSkipped(path));
	const words = [
		...again.map((path) => `duplicate field ${JSON.stringify(path)}`),
		...unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
	];
	if (words.length === 0 || validation === 'Ignore') return;
	if (validation === 'Strict') throw cannotBeHandled(wanted, `strict decoding error: ${words.join(', ')}`);
	warnings.push(...words);
}

function cannotBeHandled({ version, kind }: KindName, why: string) {
	return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

function checkKind(wanted: KindName, body: unknown): void {
	const expected = apiVersionOf(wanted);
	const apiVersion = textAt(body, 'apiVersion') || expected;
	const kind = textAt(body, 'kind') || wanted.kind;
	if (apiVersion === expected && kind === wanted.kind) return;
	if (apiVersion !== expected) {
		if (resources.some((resource) => apiVersionOf(resource) === apiVersion)) {
			throw badRequest(
				`the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
			);
		}
		const why = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
		throw badRequest(
			`${kind} in version ${JSON.stringify(apiVersion.split('/').at(-1))} cannot be handled as a ${wanted.kind}: ${why}`,
		);
	}
	const version = wanted.version;
	if (!hasType(goTypeOf({ ...wanted, kind }))) {
		throw badRequest(
			`${kind} in version "${version}" cannot be handled as a ${wanted.kind}: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(expected)} in scheme "pkg/runtime/scheme.go:111"`,
		);
	}
	const group = wanted.group === '' ? 'core' : wanted.group.split('.', 1)[0];
	throw badRequest(
		`${kind} in version "${version}" cannot be handled as a ${wanted.kind}: converting (${version}.${kind}) to (${group}.${wanted.kind}): unknown conversion`,
	);
}

function readProtobuf(body: Uint8Array, wanted: KindName): Fields {
	try {
		const { apiVersion, kind, raw } = openEnvelope(body);
		checkKind(wanted, { apiVersion, kind });
		const decoded = decode(wanted, readMessage(goTypeOf(wanted), raw), { unknown: [] });
		return { kind: wanted.kind, apiVersion: apiVersionOf(wanted), ...decoded };
	} catch (error) {
		if (error instanceof BadProtobuf) throw badRequest(error.message);
		throw error;
	}
}

/** Reads a patch, which may also be a list. */
export async function readPatch(request: Request): Promise<{ patch: unknown; duplicates: string[] }> {
	const text = await request.text();
	const patch = readText(text, 'application/json');
	// A JSON patch is a list of what to do, not an object with fields.
	return { patch, duplicates: isFields(patch) ? duplicateFields(text) : [] };
}

/** Reads what is to be applied: YAML, or JSON, which is YAML too. */
export async function readApplied(request: Request): Promise<Fields> {
	const body = readText(await request.text(), 'application/yaml');
	if (!isFields(body)) throw badRequest('error decoding YAML: the object is not a map');
	return body;
}

/** Reads the options that may come with a DELETE. */
export async function readOptions(request: Request): Promise<Fields> {
	const bytes = new Uint8Array(await request.arrayBuffer());
	if (bytes.length === 0) return {};
	const wanted = { group: 'meta', version: 'v1', kind: 'DeleteOptions' };
	if (mediaTypeOf(request) === protobuf) {
		try {
			return decodeAs('meta.v1.DeleteOptions', readMessage('meta.v1.DeleteOptions', openEnvelope(bytes).raw));
		} catch (error) {
			if (error instanceof BadProtobuf) throw badRequest(error.message);
			throw error;
		}
	}
	const body = readText(Buffer.from(bytes).toString(), mediaTypeOf(request));
	return isFields(body) ? decode(wanted, body, { unknown: [] }) : {};
}

function readText(text: string, type: string): unknown {
	try {
		const value: unknown = type === 'application/yaml' ? readYaml(text) : JSON.parse(text);
		return value;
	} catch (error) {
		throw badRequest(
			`error decoding the body of the request: ${error instanceof Error ? error.name : 'it cannot be read'}`,
		);
	}
}

// JSON is YAML too, and its reader is a hundred times faster.
function readYaml(text: string): unknown {
	if (!/^\s*[{[]/.test(text)) return parseYaml(text, { logLevel: 'error' });
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		// Flow-style YAML then.
		return parseYaml(text, { logLevel: 'error' });
	}
}
