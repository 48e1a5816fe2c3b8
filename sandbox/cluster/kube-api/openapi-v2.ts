/*
 * OpenAPI of version 2, in JSON and in protobuf: what kubectl reads about a kind that it does not know (cli-runtime's
 * query_param_verifier.go), and what older clients read always.
 */
import { createHash } from 'node:crypto';
import { type Fields, isFields } from '../json.ts';
import { writeOpenApi } from './schema/openapi-protobuf.ts';

/** The parts of a document of version 3 that one of version 2 is made of. */
export interface Parts {
	paths: Fields;
	schemas: Fields;
}

const protobuf = 'com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** What is taken, and what it is then called (kube-openapi's handler.go; the name with `@` is the one that clients send). */
const forms: Record<string, string> = {
	json: 'json',
	'com.github.proto-openapi.spec.v2@v1.0+protobuf': protobuf,
	[protobuf]: protobuf,
};

const made = new Map<string, Uint8Array<ArrayBuffer>>();

/** Answers `/openapi/v2` in the first form of `Accept` that there is. */
export async function answerV2(accept: string, partsOf: () => Promise<Parts>): Promise<Response> {
	const form = (accept === '' ? ['*/*'] : accept.split(',')).flatMap(formOf)[0];
	if (form === undefined) return new Response(null, { status: 406, headers: { vary: 'Accept' } });
	const bytes = made.get(form) ?? write(form, await partsOf());
	made.set(form, bytes);
	const etag = `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"`;
	return new Response(bytes, { headers: { 'content-type': `application/${form}`, vary: 'Accept', etag } });
}

function formOf(clause: string): string[] {
	const [type = '', subtype = ''] = (clause.split(';')[0] ?? '').trim().split('/');
	if (type !== 'application' && type !== '*') return [];
	const form = subtype === '*' ? 'json' : forms[subtype];
	return form === undefined ? [] : [form];
}

function write(form: string, { paths, schemas }: Parts): Uint8Array<ArrayBuffer> {
	const info = { title: 'Kubernetes', version: 'unversioned' };
	const document = { swagger: '2.0', info, paths: mapValues(paths, pathItem), definitions: mapValues(schemas, schema) };
	return form === 'json' ? Buffer.from(JSON.stringify(document)) : writeOpenApi(document);
}

function mapValues(fields: Fields, change: (value: Fields) => Fields): Fields {
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [name, isFields(value) ? change(value) : {}]),
	);
}

function pathItem(item: Fields): Fields {
	return mapValues(item, ({ requestBody, responses, parameters, ...operation }) => ({
		...operation,
		...(requestBody !== undefined && { consumes: ['*/*'] }),
		produces: ['application/json', 'application/yaml'],
		parameters: [...bodyOf(requestBody), ...(Array.isArray(parameters) ? parameters.map(parameter) : [])],
		responses: isFields(responses) ? mapValues(responses, response) : {},
	}));
}

function bodyOf(requestBody: unknown): Fields[] {
	const found = contentOf(requestBody);
	return found === undefined ? [] : [{ in: 'body', name: 'body', required: true, schema: found }];
}

function parameter(value: unknown): unknown {
	if (!isFields(value)) return value;
	const { schema: of, ...rest } = value;
	return { ...rest, ...(isFields(of) && of) };
}

function response({ content, ...rest }: Fields): Fields {
	const found = contentOf({ content });
	return found === undefined ? rest : { ...rest, schema: found };
}

/** The schema of a body: that of its first media type. */
function contentOf(body: unknown): Fields | undefined {
	const content = isFields(body) && isFields(body['content']) ? Object.values(body['content'])[0] : undefined;
	return isFields(content) && isFields(content['schema']) ? schema(content['schema']) : undefined;
}

/** Version 2 has no `allOf` around a reference and no `oneOf`, and references lead elsewhere. */
function schema({ allOf, oneOf: _none, ...rest }: Fields): Fields {
	const { default: standard, ...others } = rest;
	const target = Array.isArray(allOf) && isFields(allOf[0]) ? allOf[0] : {};
	const plain = Object.entries({ ...others, ...target }).map(([name, value]) => [name, inner(name, value)]);
	return { ...Object.fromEntries(plain), ...(isTelling(standard) && { default: standard }) };
}

function inner(name: string, value: unknown): unknown {
	if (name === '$ref') return String(value).replace('#/components/schemas/', '#/definitions/');
	if (!isFields(value)) return value;
	if (name === 'properties') return mapValues(value, schema);
	return name === 'items' || name === 'additionalProperties' ? schema(value) : value;
}

// An empty default is version 3's way to say that a struct is no pointer.
function isTelling(value: unknown): boolean {
	return value !== undefined && !(isFields(value) && Object.keys(value).length === 0);
}
