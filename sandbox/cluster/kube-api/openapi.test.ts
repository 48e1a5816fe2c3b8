import { BinaryReader } from '@bufbuild/protobuf/wire';
import { expect, it } from 'vitest';
import { at, listAt, textAt } from '../json.ts';
import { answerOpenApi } from './openapi.ts';

const protobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

async function ask(accept: string): Promise<Response> {
	const answer = await answerOpenApi('/openapi/v2', accept);
	if (!answer) throw new Error('not answered');
	return answer;
}

/** The values of one field of a message, in their order. */
function field(message: Uint8Array, wanted: number): Uint8Array[] {
	const reader = new BinaryReader(message);
	const found: Uint8Array[] = [];
	while (reader.pos < reader.len) {
		const [number, wire] = reader.tag();
		if (number === wanted) found.push(reader.bytes());
		else reader.skip(wire, number);
	}
	return found;
}

const within = (message: Uint8Array, ...path: number[]): Uint8Array[] =>
	path.reduce<Uint8Array[]>((found, number) => found.flatMap((one) => field(one, number)), [message]);
const texts = (message: Uint8Array, ...path: number[]): string[] =>
	within(message, ...path).map((one) => Buffer.from(one).toString());
const named = (message: Uint8Array, name: string): Uint8Array[] =>
	field(message, 1)
		.filter((entry) => texts(entry, 1)[0] === name)
		.flatMap((entry) => field(entry, 2));

it('is one document in JSON and in protobuf', async () => {
	const json: unknown = await (await ask('application/json')).json();
	const answer = await ask(`${protobuf}, application/json`);
	expect(answer.headers.get('content-type')).toBe(protobuf.replace('@', '.'));
	const document = new Uint8Array(await answer.arrayBuffer());
	expect(texts(document, 1)).toEqual([textAt(json, 'swagger')]);
	expect(texts(document, 9, 1, 1)).toEqual(Object.keys(at(json, 'definitions') ?? {}));
	const [definitions = new Uint8Array()] = field(document, 9);
	const [deployment = new Uint8Array()] = named(definitions, 'io.k8s.api.apps.v1.Deployment');
	const [spec = new Uint8Array()] = named(within(deployment, 25)[0] ?? new Uint8Array(), 'spec');
	expect([texts(deployment, 22, 1), texts(spec, 1)]).toEqual([
		['object'],
		['#/definitions/io.k8s.api.apps.v1.DeploymentSpec'],
	]);
	expect(JSON.parse(texts(deployment, 31, 2, 2)[0] ?? '')).toEqual([
		{ group: 'apps', kind: 'Deployment', version: 'v1' },
	]);
	const path = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}';
	const [item = new Uint8Array()] = within(document, 8, 2)
		.filter((entry) => texts(entry, 1)[0] === path)
		.flatMap((entry) => field(entry, 2));
	// What kubectl looks for: the parameter of a patch.
	expect(texts(item, 8, 8, 1, 2, 3, 4)).toContain('fieldValidation');
	const names = listAt(json, 'paths', path, 'patch', 'parameters').map((parameter) => textAt(parameter, 'name'));
	expect(names).toEqual(['body', ...texts(item, 8, 8, 1, 2, 3, 4)]);
});

it('takes what a real one takes', async () => {
	const types = ['', '*/*', 'application/*', 'text/html, */*', 'text/html'].map(async (accept) => {
		const answer = await ask(accept);
		return [answer.status, answer.headers.get('content-type')];
	});
	const json = [200, 'application/json'];
	expect(await Promise.all(types)).toEqual([json, json, json, json, [406, null]]);
});
