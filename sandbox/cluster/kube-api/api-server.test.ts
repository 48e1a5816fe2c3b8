import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { at, listAt, textAt } from '../json.ts';
import { buildPod, buildPullSecret, startTestCluster, type TestCluster } from '../test-cluster.ts';

let world: TestCluster;
beforeAll(async () => {
	world = await startTestCluster({ spec: { nodePools: [] } });
});
afterAll(() => world.cluster.close());

const visit = {
	machine: { name: 'workstation', address: '10.0.0.9', identities: [] },
	isFrom: () => undefined,
	decided: () => undefined,
};

interface Sent {
	method?: string;
	body?: unknown;
	type?: string;
	token?: string;
	signal?: AbortSignal;
}

function tokenOf(role: 'user' | 'admin'): string {
	return textAt(listAt(parseYaml(world.cluster.kubeconfig(role)), 'users')[0], 'user', 'token');
}

function send(
	path: string,
	{ method = 'GET', body, type = 'application/json', token, signal }: Sent = {},
): Promise<Response> {
	const headers = { authorization: `Bearer ${token ?? tokenOf('user')}`, 'content-type': type };
	const request = new Request(`https://mycluster${path}`, {
		method,
		headers,
		...(body !== undefined && { body: JSON.stringify(body) }),
		...(signal && { signal }),
	});
	return world.cluster.handler(request, visit);
}

async function ask(path: string, sent: Sent = {}): Promise<[number, unknown]> {
	const response = await send(path, sent);
	const body: unknown = await response.json();
	return [response.status, body];
}

const maps = '/api/v1/namespaces/default/configmaps';

function secretsOf(pod: unknown): string[] {
	return listAt(pod, 'spec', 'imagePullSecrets').map((secret) => textAt(secret, 'name'));
}

function names(list: unknown): string[] {
	return listAt(list, 'items').map((item) => textAt(item, 'metadata', 'name'));
}

function buildMap(name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) {
	return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
}

describe('objects', () => {
	it('are made with a uid, a version and a time, once', async () => {
		const [status, made] = await ask(maps, { method: 'POST', body: buildMap('one') });
		expect([status, textAt(made, 'metadata', 'namespace')]).toEqual([201, 'default']);
		expect(textAt(made, 'metadata', 'uid')).toMatch(/^[0-9a-f-]{36}$/);
		expect(Number(textAt(made, 'metadata', 'resourceVersion'))).toBeGreaterThan(0);
		const [again, refusal] = await ask(maps, { method: 'POST', body: buildMap('one') });
		expect([again, refusal]).toEqual([
			409,
			{
				kind: 'Status',
				apiVersion: 'v1',
				metadata: {},
				status: 'Failure',
				message: 'configmaps "one" already exists',
				reason: 'AlreadyExists',
				details: { name: 'one', kind: 'configmaps' },
				code: 409,
			},
		]);
	});

	it('are not overwritten by who saw an older version', async () => {
		const [, made] = await ask(maps, { method: 'POST', body: buildMap('raced', { a: '1' }) });
		const wanted = { ...buildMap('raced', { a: '2' }), metadata: at(made, 'metadata') };
		expect((await ask(`${maps}/raced`, { method: 'PUT', body: wanted }))[0]).toBe(200);
		const [status, refusal] = await ask(`${maps}/raced`, { method: 'PUT', body: { ...wanted, data: { a: '3' } } });
		expect([status, textAt(refusal, 'message')]).toEqual([
			409,
			'Operation cannot be fulfilled on configmaps "raced": the object has been modified; please apply your changes to the latest version and try again',
		]);
	});

	it('keep their version when nothing changes', async () => {
		const [, made] = await ask(maps, { method: 'POST', body: buildMap('same', { a: '1' }) });
		const [, after] = await ask(`${maps}/same`, { method: 'PUT', body: buildMap('same', { a: '1' }) });
		expect(textAt(after, 'metadata', 'resourceVersion')).toBe(textAt(made, 'metadata', 'resourceVersion'));
	});

	it('wait for their finalizers', async () => {
		const body = { ...buildMap('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } };
		await ask(maps, { method: 'POST', body });
		const [, marked] = await ask(`${maps}/held`, { method: 'DELETE' });
		expect(textAt(marked, 'metadata', 'deletionTimestamp')).not.toBe('');
		const patch = { metadata: { finalizers: null } };
		await ask(`${maps}/held`, { method: 'PATCH', body: patch, type: 'application/merge-patch+json' });
		expect((await ask(`${maps}/held`))[0]).toBe(404);
	});

	it.each([
		['%zz', 400],
		['%ff', 404],
	])('answers a name escaped as %s with %i', async (name, status) => {
		expect((await send(`${maps}/${name}`)).status).toBe(status);
	});

	it.each([
		['unknown kind', '/apis/apps/v1/things', 404, 'the server could not find the requested resource'],
		['missing object', `${maps}/nosuch`, 404, 'configmaps "nosuch" not found'],
		['missing deployment', '/apis/apps/v1/namespaces/default/deployments/web', 404, 'deployments.apps "web" not found'],
	])('says what is not there: %s', async (...[, path, code, message]) => {
		const [status, body] = await ask(path);
		expect([status, textAt(body, 'message')]).toEqual([code, message]);
	});

	it.each([
		[
			'a namespace that is not there',
			'/api/v1/namespaces/nosuch/configmaps',
			buildMap('x'),
			404,
			'namespaces "nosuch" not found',
		],
		[
			'a name it cannot have',
			maps,
			buildMap('Not_Good'),
			422,
			'ConfigMap "Not_Good" is invalid: metadata.name: Invalid value: "Not_Good": a lowercase RFC 1123 subdomain',
		],
		[
			'a pod without an image',
			'/api/v1/namespaces/default/pods',
			buildPod('x', ''),
			422,
			'Pod "x" is invalid: spec.containers[0].image: Required value',
		],
		['another kind', maps, buildPod('x', 'y'), 400, 'cannot be handled as a ConfigMap'],
		[
			'a service account that is not there',
			'/api/v1/namespaces/default/pods',
			buildPod('x', 'y', { spec: { serviceAccountName: 'no' } }),
			403,
			'pods "x" is forbidden: error looking up service account default/no: serviceaccount "no" not found',
		],
	])('refuses %s', async (...[, path, body, code, message]) => {
		const [status, refusal] = await ask(path, { method: 'POST', body });
		expect([status, textAt(refusal, 'message')]).toEqual([code, expect.stringContaining(message)]);
	});

	it('takes a body in YAML and says which forms it takes', async () => {
		const response = await send(maps, {
			method: 'POST',
			body: buildMap('plain'),
			type: 'text/plain',
		});
		expect(response.status).toBe(415);
		expect((await send(maps, { method: 'POST', body: buildMap('yaml'), type: 'application/yaml' })).status).toBe(201);
	});
});

describe('pull secrets of a new pod', () => {
	const pods = '/api/v1/namespaces/default/pods';

	it('come from the service account, unless the pod names its own', async () => {
		const patch = { imagePullSecrets: [{ name: 'from-account' }] };
		const type = 'application/strategic-merge-patch+json';
		await ask('/api/v1/namespaces/default/serviceaccounts/default', { method: 'PATCH', body: patch, type });
		const [, plain] = await ask(pods, { method: 'POST', body: buildPod('plain', 'nginx') });
		expect(secretsOf(plain)).toEqual(['from-account']);
		const own = buildPod('own', 'nginx', { spec: { imagePullSecrets: [{ name: 'own' }] } });
		expect(secretsOf((await ask(pods, { method: 'POST', body: own }))[1])).toEqual(['own']);
	});
});

describe('lists', () => {
	beforeAll(async () => {
		await ask('/api/v1/namespaces', {
			method: 'POST',
			body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lists' } },
		});
		// Every namespace gets this one; a moment later.
		await world.until('/api/v1/namespaces/lists/configmaps', (all) => all.length === 1);
		for (const name of ['a', 'b', 'c']) {
			await ask('/api/v1/namespaces/lists/configmaps', {
				method: 'POST',
				body: buildMap(name, {}, { tier: name, app: 'web' }),
			});
		}
	});

	it.each([
		['labelSelector=app=web', ['a', 'b', 'c']],
		['labelSelector=tier%20in%20(a,c)', ['a', 'c']],
		['labelSelector=app%3Dweb,tier!%3Da', ['b', 'c']],
		['labelSelector=!app', ['kube-root-ca.crt']],
		['fieldSelector=metadata.name%3Db', ['b']],
	])('show what %s selects', async (query, wanted) => {
		expect(names((await ask(`/api/v1/namespaces/lists/configmaps?${query}`))[1])).toEqual(wanted);
	});

	it('come in pages', async () => {
		const [, first] = await ask('/api/v1/namespaces/lists/configmaps?limit=2');
		expect([names(first), at(first, 'metadata', 'remainingItemCount')]).toEqual([['a', 'b'], 2]);
		const next = encodeURIComponent(textAt(first, 'metadata', 'continue'));
		expect(names((await ask(`/api/v1/namespaces/lists/configmaps?limit=2&continue=${next}`))[1])).toEqual([
			'c',
			'kube-root-ca.crt',
		]);
	});
});

async function follow(query: string, change: () => Promise<unknown>, count: number): Promise<unknown[]> {
	const stop = new AbortController();
	const response = await send(`${maps}?watch=true&${query}`, { signal: stop.signal });
	await change();
	const events: unknown[] = [];
	let text = '';
	for await (const chunk of response.body ?? []) {
		text += Buffer.from(chunk).toString();
		const lines = text.split('\n');
		text = lines.pop() ?? '';
		for (const line of lines) events.push(JSON.parse(line));
		if (events.length >= count) stop.abort();
	}
	return events.map((event) => [textAt(event, 'type'), textAt(event, 'object', 'metadata', 'name')]);
}

describe('a watch', () => {
	it('tells what enters and leaves a selector, from a version on, and ends with its request', async () => {
		const [, list] = await ask(maps);
		const version = textAt(list, 'metadata', 'resourceVersion');
		await ask(maps, { method: 'POST', body: buildMap('early', {}, { seen: 'yes' }) });
		const type = 'application/merge-patch+json';
		const events = await follow(
			`resourceVersion=${version}&labelSelector=seen%3Dyes`,
			async () => {
				await ask(maps, { method: 'POST', body: buildMap('hidden') });
				await ask(`${maps}/hidden`, { method: 'PATCH', body: { metadata: { labels: { seen: 'yes' } } }, type });
				await ask(`${maps}/early`, { method: 'PATCH', body: { metadata: { labels: { seen: 'no' } } }, type });
				await ask(`${maps}/hidden`, { method: 'DELETE' });
			},
			4,
		);
		expect(events).toEqual([
			['ADDED', 'early'],
			['ADDED', 'hidden'],
			['DELETED', 'early'],
			['DELETED', 'hidden'],
		]);
	});

	it('begins with everything and a mark when asked for initial events', async () => {
		const query =
			'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dyaml';
		expect(await follow(query, () => Promise.resolve(), 2)).toEqual([
			['ADDED', 'yaml'],
			['BOOKMARK', ''],
		]);
	});
});

describe('who asks', () => {
	it('must have a token of this cluster', async () => {
		const [status, body] = await ask(maps, { token: 'stolen' });
		expect([status, body]).toEqual([
			401,
			{
				kind: 'Status',
				apiVersion: 'v1',
				metadata: {},
				status: 'Failure',
				message: 'Unauthorized',
				reason: 'Unauthorized',
				code: 401,
			},
		]);
	});
});

describe('discovery', () => {
	it('names the version, the groups and the kinds', async () => {
		expect(textAt((await ask('/version'))[1], 'gitVersion')).toBe('v1.35.4');
		expect(listAt((await ask('/apis'))[1], 'groups').map((group) => textAt(group, 'name'))).toContain(
			'rbac.authorization.k8s.io',
		);
		const [, list] = await ask('/apis/apps/v1');
		expect(listAt(list, 'resources').map((resource) => textAt(resource, 'name'))).toContain('deployments/scale');
	});
});

describe('a secret', () => {
	const secrets = '/api/v1/namespaces/default/secrets';

	it('keeps its type, and a pull secret must hold JSON', async () => {
		const secret = buildPullSecret('pull', 'myregistry.azurecr.io', ['someone', 'something']);
		expect((await ask(secrets, { method: 'POST', body: secret }))[0]).toBe(201);
		const [status, refusal] = await ask(`${secrets}/pull`, { method: 'PUT', body: { ...secret, type: 'Opaque' } });
		expect([status, textAt(refusal, 'message')]).toEqual([
			422,
			'Secret "pull" is invalid: type: Invalid value: "Opaque": field is immutable',
		]);
		const broken = { ...secret, metadata: { name: 'broken' }, data: { '.dockerconfigjson': 'bm90IGpzb24=' } };
		expect((await ask(secrets, { method: 'POST', body: broken }))[0]).toBe(422);
	});
});

// apimachinery's fieldmanager.go, isResetManagedFields and decodeLiveOrNew.
it.each<[string, unknown, number]>([
	['an empty list', [], 0],
	['one empty entry', [{}], 0],
	['null', null, 1],
	['an entry that does nothing', [{ apiVersion: 'v1' }], 1],
])(
	'a patch whose managed fields are %s leaves as many managers as a real server does',
	async (name, managedFields, left) => {
		const path = `${maps}/managed-${name.replaceAll(' ', '-')}`;
		await ask(maps, { method: 'POST', body: buildMap(path.slice(maps.length + 1), { a: '1' }) });
		const body = { metadata: { managedFields } };
		const [status, patched] = await ask(path, { method: 'PATCH', type: 'application/merge-patch+json', body });
		expect([status, listAt(patched, 'metadata', 'managedFields').length]).toEqual([200, left]);
	},
);
