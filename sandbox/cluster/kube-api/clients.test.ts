import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { at, listAt, textAt } from '../json.ts';
import { startTestCluster, type TestCluster } from '../test-cluster.ts';

let world: TestCluster;
let token: string;
beforeAll(async () => {
	world = await startTestCluster({ spec: { nodePools: [] } });
	token = textAt(listAt(parseYaml(world.cluster.kubeconfig('admin')), 'users')[0], 'user', 'token');
});
afterAll(() => world.cluster.close());

const visit = {
	machine: { name: 'workstation', address: '10.0.0.9', identities: [] },
	isFrom: () => undefined,
	decided: () => undefined,
};

interface Sent {
	method?: string;
	body?: string | Buffer<ArrayBuffer>;
	headers?: Record<string, string>;
}

function send(path: string, { method = 'GET', body, headers = {} }: Sent = {}): Promise<Response> {
	const all = { authorization: `Bearer ${token}`, ...headers };
	const request = new Request(`https://mycluster${path}`, {
		method,
		headers: all,
		...(body !== undefined && { body }),
	});
	return world.cluster.handler(request, visit);
}

async function ask(path: string, sent: Sent = {}): Promise<[status: number, body: unknown]> {
	const response = await send(path, sent);
	const body: unknown = await response.json();
	return [response.status, body];
}

const deployments = '/apis/apps/v1/namespaces/default/deployments';
const maps = '/api/v1/namespaces/default/configmaps';
const json = { 'content-type': 'application/json' };

function buildDeployment(more: object = {}): string {
	const labels = { app: 'web' };
	const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } };
	const spec = { replicas: 0, selector: { matchLabels: labels }, template, ...more };
	return JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec });
}

describe('what Go programs send', () => {
	it('is read from protobuf: maps, bytes and nested messages', async () => {
		const metadata = new BinaryWriter().tag(1, 2).string('proto').finish();
		const entry = new BinaryWriter().tag(1, 2).string('greeting').tag(2, 2).bytes(Buffer.from('grüezi')).finish();
		const secret = new BinaryWriter()
			.tag(1, 2)
			.bytes(metadata)
			.tag(2, 2)
			.bytes(entry)
			.tag(3, 2)
			.string('example.com/any');
		const meta = new BinaryWriter().tag(1, 2).string('v1').tag(2, 2).string('Secret').finish();
		const unknown = new BinaryWriter().tag(1, 2).bytes(meta).tag(2, 2).bytes(secret.finish()).finish();
		const body = Buffer.concat([Buffer.from('k8s\0'), unknown]);
		const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
		const [status, made] = await ask('/api/v1/namespaces/default/secrets', { method: 'POST', body, headers });
		expect([status, at(made, 'data'), at(made, 'type')]).toEqual([
			201,
			{ greeting: Buffer.from('grüezi').toString('base64') },
			'example.com/any',
		]);
	});

	it.each([
		['no envelope', Buffer.from('{}'), 'expected prefix [107 56 115 0]'],
		['a cut message', Buffer.from('k8s\0\x0a\x7f'), ''],
	])('is refused when it is %s', async (_name, body, words) => {
		const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
		const [status, refusal] = await ask(maps, { method: 'POST', body, headers });
		expect([status, textAt(refusal, 'message')]).toEqual([400, expect.stringContaining(words)]);
	});
});

describe('a field that is named twice', () => {
	const body = '{"metadata":{"name":"twice"},"data":{"a":"1","a":"2"},"immutable":false,"immutable":true}';
	const words = ['duplicate field "data.a"', 'duplicate field "immutable"'];
	const warning = (texts: string[]) => texts.map((text) => `299 - ${JSON.stringify(text)}`).join(', ');
	const post = (query: string) =>
		ask(`${maps}?dryRun=All&fieldValidation=${query}`, { method: 'POST', body, headers: json });

	it('is refused where the client is strict', async () => {
		const [status, refusal] = await post('Strict');
		const message = `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${words.join(', ')}`;
		expect([status, textAt(refusal, 'message')]).toEqual([400, message]);
	});

	it('counts in its last value, with a warning unless the client wants none', async () => {
		const [status, made] = await post('Ignore');
		expect([status, at(made, 'data')]).toEqual([201, { a: '2' }]);
		const warned = await send(`${maps}?dryRun=All`, { method: 'POST', body, headers: json });
		expect(warned.headers.get('warning')).toBe(warning(words));
	});

	it('is told of in a merge patch, too', async () => {
		await ask(maps, { method: 'POST', body: '{"metadata":{"name":"twice"},"data":{"a":"1"}}', headers: json });
		const patch = {
			method: 'PATCH',
			body: '{"data":{"a":"2","a":"3"}}',
			headers: { 'content-type': 'application/merge-patch+json' },
		};
		const warned = await send(`${maps}/twice`, patch);
		expect([warned.status, warned.headers.get('warning')]).toEqual([200, warning(['duplicate field "data.a"'])]);
	});
});

describe('metadata sent with a status', () => {
	const labels = { app: 'web' };
	const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'x' }] } };
	const sets = '/apis/apps/v1/namespaces/default';
	const spec = { replicas: 0, paused: true, selector: { matchLabels: labels }, template };
	const metadata = { labels: { told: 'yes' }, annotations: { told: 'yes' } };

	it.each([
		['deployments', 'Deployment', { annotations: { told: 'yes' } }],
		['statefulsets', 'StatefulSet', metadata],
	])('is kept for %s, as far as the kind keeps it', async (plural, kind, kept) => {
		const { paused: _paused, ...plain } = spec;
		const body = {
			apiVersion: 'apps/v1',
			kind,
			metadata: { name: 'said' },
			spec: kind === 'Deployment' ? spec : plain,
		};
		await ask(`${sets}/${plural}`, { method: 'POST', body: JSON.stringify(body), headers: json });
		const patch = {
			method: 'PATCH',
			body: JSON.stringify({ metadata }),
			headers: { 'content-type': 'application/merge-patch+json' },
		};
		const [status, written] = await ask(`${sets}/${plural}/said/status`, patch);
		const { labels: has, annotations } = Object(at(written, 'metadata'));
		const told = annotations && { annotations: { told: annotations.told } };
		expect([status, { ...(has && { labels: has }), ...told }]).toEqual([200, kept]);
	});
});

describe('an unknown field', () => {
	const body = JSON.stringify({ metadata: { name: 'strict', lables: {} }, dta: { a: '1' } });
	const words = ['unknown field "metadata.lables"', 'unknown field "dta"'];

	it('is refused where the client is strict', async () => {
		const [status, refusal] = await ask(`${maps}?fieldValidation=Strict`, { method: 'POST', body, headers: json });
		const message = `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${words.join(', ')}`;
		expect([status, textAt(refusal, 'message')]).toEqual([400, message]);
	});

	it('is dropped with a warning where the client says nothing', async () => {
		const response = await send(maps, { method: 'POST', body, headers: json });
		expect(response.headers.get('warning')).toBe(words.map((text) => `299 - ${JSON.stringify(text)}`).join(', '));
		expect(at(await response.json(), 'dta')).toBeUndefined();
	});

	it('is no use with a wrong type', async () => {
		const wrong = buildDeployment({ replicas: 'two' });
		const [status, refusal] = await ask(deployments, { method: 'POST', body: wrong, headers: json });
		const why = 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32';
		expect([status, textAt(refusal, 'message')]).toEqual([
			400,
			`Deployment in version "v1" cannot be handled as a Deployment: ${why}`,
		]);
	});
});

describe('kubectl get', () => {
	it('is answered with a table whose rows carry metadata', async () => {
		await send(maps, {
			method: 'POST',
			body: JSON.stringify({ metadata: { name: 'row' }, data: { a: '1' } }),
			headers: json,
		});
		const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
		const [, table] = await ask(`${maps}?fieldSelector=metadata.name%3Drow`, { headers: { accept } });
		const [row] = listAt(table, 'rows');
		expect([textAt(table, 'kind'), listAt(table, 'columnDefinitions').map((column) => textAt(column, 'name'))]).toEqual(
			['Table', ['Name', 'Data', 'Age']],
		);
		expect([listAt(row, 'cells').slice(0, 2), at(row, 'object', 'data')]).toEqual([['row', 1], undefined]);
	});

	it('finds every group in one answer, and the schemas of each', async () => {
		const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
		const [, groups] = await ask('/apis', { headers: { accept } });
		expect(listAt(groups, 'items').map((group) => textAt(group, 'metadata', 'name'))).toContain('apps');
		const [, root] = await ask('/openapi/v3');
		const url = textAt(root, 'paths', 'apis/apps/v1', 'serverRelativeURL');
		const [, document] = await ask(url);
		const patch = at(document, 'paths', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}', 'patch');
		expect(listAt(patch, 'parameters').map((parameter) => textAt(parameter, 'name'))).toContain('fieldValidation');
		expect(textAt(document, 'components', 'schemas', 'io.k8s.api.core.v1.Container', 'type')).toBe('object');
	});
});

describe('server-side apply', () => {
	const type = { 'content-type': 'application/apply-patch+yaml' };
	const apply = (manager: string, body: object, more = '') =>
		ask(`${maps}/applied?fieldManager=${manager}${more}`, {
			method: 'PATCH',
			headers: type,
			body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, ...body }),
		});

	it('makes, merges, refuses what another manager owns, takes it by force, and prunes', async () => {
		expect((await apply('ana', { data: { a: '1', b: '1' } }))[0]).toBe(201);
		expect(at((await apply('ben', { data: { c: '1' } }))[1], 'data')).toEqual({ a: '1', b: '1', c: '1' });
		const [status, refusal] = await apply('ben', { data: { a: '2', c: '1' } });
		expect([status, textAt(refusal, 'message'), listAt(refusal, 'details', 'causes')]).toEqual([
			409,
			'Apply failed with 1 conflict: conflict with "ana": .data.a',
			[{ reason: 'FieldManagerConflict', message: 'conflict with "ana"', field: '.data.a' }],
		]);
		expect(at((await apply('ben', { data: { a: '2', c: '1' } }, '&force=true'))[1], 'data', 'a')).toBe('2');
		const [, pruned] = await apply('ana', { data: {} });
		expect([at(pruned, 'data'), managersOf(pruned)]).toEqual([
			{ a: '2', c: '1' },
			[
				['ana', { 'f:data': {} }],
				['ben', { 'f:data': { 'f:a': {}, 'f:c': {} } }],
			],
		]);
	});

	it('keeps the version when nothing changes', async () => {
		const [, one] = await apply('carol', { data: { d: '1' } });
		const [, two] = await apply('carol', { data: { d: '1' } });
		expect(textAt(two, 'metadata', 'resourceVersion')).toBe(textAt(one, 'metadata', 'resourceVersion'));
	});
});

function managersOf(object: unknown): unknown[] {
	return listAt(object, 'metadata', 'managedFields').map((entry) => [textAt(entry, 'manager'), at(entry, 'fieldsV1')]);
}
