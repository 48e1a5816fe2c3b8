import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import {
	assert,
	asyncProperty,
	constantFrom,
	dictionary,
	integer,
	jsonValue,
	oneof,
	option,
	record,
	string,
} from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { listAt, textAt } from '../json.ts';
import { applyMergePatch } from './patch.ts';
import { startTestCluster, type TestCluster } from '../test-cluster.ts';

// `npm run fuzz -- cluster` asks 20,000; without it, enough for every run of the tests.
const requests = Number(process.env['LANYARD_FUZZ_REQUESTS'] ?? 1500);
const seed = Number(process.env['LANYARD_FUZZ_SEED'] ?? 7);
const early = 2000;

/** What came of it. */
const told = {
	sent: 0,
	statuses: new Map<number, number>(),
	slowestMs: 0,
	bytes: { early: 0, late: 0 },
	handles: { early: 0, late: 0 },
};

let world: TestCluster;
let token: string;
beforeAll(async () => {
	world = await startTestCluster({ spec: { nodePools: [] } });
	token = textAt(listAt(parseYaml(world.cluster.kubeconfig('admin')), 'users')[0], 'user', 'token');
});
afterAll(async () => {
	const { sent, slowestMs, bytes, handles } = told;
	const statuses = [...told.statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
	const mib = (size: number) => `${(size / 2 ** 20).toFixed(0)} MiB`;
	const grown =
		sent < early
			? ''
			: `; memory ${mib(bytes.early)} after 2,000 of them, ${mib(bytes.late)} at the end, handles ${handles.early} and ${handles.late}`;
	process.stdout.write(
		`fuzz cluster: seed ${seed}, ${sent} requests (${statuses.join(', ')}), the slowest ${slowestMs.toFixed(0)} ms${grown}\n`,
	);
	await world.cluster.close();
});

/** What is held once everything that nobody holds is gone. */
async function measure(when: 'early' | 'late'): Promise<void> {
	setFlagsFromString('--expose-gc');
	const collect: () => void = runInNewContext('gc');
	for (let turn = 0; turn < 10; turn += 1) {
		collect();
		await new Promise((done) => setImmediate(done));
	}
	const { heapUsed, external } = process.memoryUsage();
	told.bytes[when] = heapUsed + external;
	told.handles[when] = process.getActiveResourcesInfo().length;
}

const visit = {
	machine: { name: 'workstation', address: '10.0.0.9', identities: [] },
	isFrom: () => undefined,
	decided: () => undefined,
};

const roots = [
	'/api/v1/namespaces/default/configmaps',
	'/api/v1/namespaces/default/pods',
	'/api/v1/namespaces/default/secrets',
	'/api/v1/namespaces/default/services',
	'/api/v1/namespaces/default/serviceaccounts',
	'/api/v1/namespaces/default/events',
	'/api/v1/namespaces/nosuch/pods',
	'/api/v1/nodes',
	'/api/v1/pods',
	'/apis/apps/v1/namespaces/default/deployments',
	'/apis/batch/v1/namespaces/default/jobs',
	'/apis/rbac.authorization.k8s.io/v1/clusterroles',
	'/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings',
	'/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
	'/apis/authentication.k8s.io/v1/tokenreviews',
	'/openapi/v3/apis/apps/v1',
];
const words = constantFrom(
	'',
	'x',
	'1',
	'true',
	'All',
	'a=b',
	'metadata.name=a',
	'-1',
	'Strict',
	'Foreground',
	'*',
	'999999',
	'a in (b',
	'%',
);
const queries = constantFrom(
	'watch',
	'limit',
	'continue',
	'labelSelector',
	'fieldSelector',
	'dryRun',
	'fieldManager',
	'force',
	'fieldValidation',
	'resourceVersion',
	'sendInitialEvents',
	'propagationPolicy',
	'gracePeriodSeconds',
	'container',
	'includeObject',
);
const fields = constantFrom(
	'metadata',
	'spec',
	'data',
	'status',
	'name',
	'namespace',
	'labels',
	'finalizers',
	'managedFields',
	'containers',
	'template',
	'selector',
	'matchLabels',
	'ports',
	'rules',
	'roleRef',
	'subjects',
	'replicas',
	'kind',
	'apiVersion',
	'op',
	'path',
	'value',
	'$patch',
	'$setElementOrder/containers',
	'__proto__',
	'constructor',
	'resourceVersion',
	'uid',
	'strategy',
	'type',
	'clusterIP',
	'resourceAttributes',
	'verb',
);
const leaf = oneof(words, integer(), jsonValue({ maxDepth: 1 }));
const inner = dictionary(fields, oneof(leaf, dictionary(fields, oneof(leaf, dictionary(fields, leaf)))), {
	maxKeys: 5,
});
// Objects that are good but for what is laid over them reach further in than nonsense does.
const container = { name: 'web', image: 'web:1', ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1' } } };
const template = { metadata: { labels: { app: 'web' } }, spec: { restartPolicy: 'Always', containers: [container] } };
const bases = constantFrom<unknown[]>(
	{ metadata: { name: 'a' }, data: { a: '1' } },
	{
		metadata: { generateName: 'a-', labels: { app: 'web' } },
		spec: { ...template.spec, volumes: [{ name: 'v' }] },
	},
	{
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'a' },
		spec: { selector: { matchLabels: { app: 'web' } }, template },
	},
	{ metadata: { name: 'a' }, spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] } },
	{ metadata: { name: 'a' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
	[
		{ op: 'add', path: '/metadata/labels', value: { a: 'b' } },
		{ op: 'remove', path: '/spec' },
	],
);
const mutated = record({ base: bases, over: inner }).map(({ base, over }) =>
	Array.isArray(base) ? base : applyMergePatch(base, over),
);
const body = oneof({ weight: 3, arbitrary: mutated }, inner, jsonValue(), string()).map((value) =>
	typeof value === 'string' ? value : JSON.stringify(value),
);
const one = record({
	method: constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
	root: constantFrom(...roots),
	name: option(constantFrom('a', 'a', 'a', 'b', 'default', 'Not_Good', '..', '%2e'), { freq: 2 }),
	below: option(
		constantFrom('status', 'scale', 'log', 'binding', 'eviction', 'token', 'finalize', 'ephemeralcontainers', 'nosuch'),
		{ freq: 2 },
	),
	query: dictionary(queries, words, { maxKeys: 3 }),
	type: constantFrom(
		'application/json',
		'application/yaml',
		'application/merge-patch+json',
		'application/strategic-merge-patch+json',
		'application/json-patch+json',
		'application/apply-patch+yaml',
		'application/vnd.kubernetes.protobuf',
		'text/plain',
	),
	accept: constantFrom(
		'application/json',
		'application/json;as=Table;v=v1;g=meta.k8s.io',
		'application/yaml',
		'application/vnd.kubernetes.protobuf,*/*',
		'nonsense',
	),
	body,
});

it(`answers ${requests} requests that nobody would send, whatever they say`, { timeout: 600_000 }, async () => {
	await assert(
		asyncProperty(one, async ({ method, root, name, below, query, type, accept, body: text }) => {
			const path = [root, name, name === null ? null : below].filter((part) => part !== null).join('/');
			const stop = new AbortController();
			const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(method);
			const request = new Request(`https://mycluster${path}?${new URLSearchParams(query).toString()}`, {
				method,
				headers: { authorization: `Bearer ${token}`, accept, 'content-type': type },
				signal: stop.signal,
				...(hasBody && { body: text }),
			});
			// A bug of the server's own is thrown; whatever it answers is an answer, but for one that says it failed.
			const startedAt = performance.now();
			const response = await world.cluster.handler(request, visit);
			told.slowestMs = Math.max(told.slowestMs, performance.now() - startedAt);
			told.statuses.set(response.status, (told.statuses.get(response.status) ?? 0) + 1);
			// 504 is for a version that is still to come, as on a real server.
			expect(response.status).toSatisfy((status: number) => (status >= 200 && status < 500) || status === 504);
			stop.abort();
			await response.body?.cancel();
			told.sent += 1;
			if (told.sent === early) await measure('early');
		}),
		{ numRuns: requests, seed },
	);
	if (told.sent < early) return;
	await measure('late');
	// What is made is deleted as often; what grows without end shows after ten times as many.
	expect(told.bytes.late / told.bytes.early).toBeLessThanOrEqual(1.3);
	expect(told.handles.late).toBeLessThanOrEqual(told.handles.early + 5);
});
