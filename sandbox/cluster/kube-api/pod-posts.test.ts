import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { at, listAt, textAt } from '../json.ts';
import { conditionOf } from '../kube-object.ts';
import { buildPod, startTestCluster, type TestCluster } from '../test-cluster.ts';

let world: TestCluster;
beforeAll(async () => {
	world = await startTestCluster({ spec: { nodePools: [] } });
	await world.until('/api/v1/namespaces/default/serviceaccounts', (all) => all.length > 0);
});
afterAll(() => world.cluster.close());

const visit = {
	machine: { name: 'workstation', address: '10.0.0.9', identities: [] },
	isFrom: () => undefined,
	decided: () => undefined,
};
const pods = '/api/v1/namespaces/default/pods';

async function ask(route: string, { body, as }: { body?: unknown; as?: string } = {}): Promise<[number, unknown]> {
	const [method = 'GET', path = ''] = route.split(' ');
	const token = textAt(listAt(parseYaml(world.cluster.kubeconfig('admin')), 'users')[0], 'user', 'token');
	const headers = {
		authorization: `Bearer ${token}`,
		'content-type': 'application/json',
		...(as !== undefined && { 'impersonate-user': as }),
	};
	const text = body === undefined ? {} : { body: JSON.stringify(body) };
	const response = await world.cluster.handler(
		new Request(`https://mycluster${path}`, { method, headers, ...text }),
		visit,
	);
	const answer: unknown = await response.json();
	return [response.status, answer];
}

/** A pod that a kubelet has, unless its node is left out. */
async function makePod(name: string, nodeName = 'node-1'): Promise<unknown> {
	const spec = { terminationGracePeriodSeconds: 40, ...(nodeName !== '' && { nodeName }) };
	const [status, pod] = await ask(`POST ${pods}`, { body: buildPod(name, 'nginx', { spec }) });
	expect(status).toBe(201);
	return pod;
}

const evict = (name: string, more: object = {}, { query = '', as }: { query?: string; as?: string } = {}) =>
	ask(`POST ${pods}/${name}/eviction${query}`, {
		body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' }, ...more },
		...(as !== undefined && { as }),
	});

describe('an eviction', () => {
	it('marks the pod as disrupted and lets its kubelet end it', async () => {
		await makePod('web');
		const done = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
		expect(await evict('web')).toEqual([201, done]);
		const [, going] = await ask(`GET ${pods}/web`);
		expect(at(going, 'metadata', 'deletionGracePeriodSeconds')).toBe(40);
		expect(conditionOf(going, 'DisruptionTarget')).toMatchObject({
			status: 'True',
			reason: 'EvictionByEvictionAPI',
			message: 'Eviction API: evicting',
		});
		// And once more, as kubectl drain does until the pod is gone.
		expect(await evict('web')).toEqual([201, done]);
		expect((await ask(`GET ${pods}/web`))[1]).toEqual(going);
	});

	it('takes a pod that no kubelet has at once', async () => {
		await makePod('early', '');
		expect((await evict('early'))[0]).toBe(201);
		expect((await ask(`GET ${pods}/early`))[0]).toBe(404);
	});

	it('gives the time that its options give', async () => {
		await makePod('hasty');
		expect((await evict('hasty', { deleteOptions: { gracePeriodSeconds: 0 } }))[0]).toBe(201);
		expect((await ask(`GET ${pods}/hasty`))[0]).toBe(404);
	});

	it('takes only the version that was meant', async () => {
		const { uid, resourceVersion } = Object(at(await makePod('meant'), 'metadata'));
		const [status, refusal] = await evict('meant', { deleteOptions: { preconditions: { resourceVersion: '1' } } });
		expect([status, textAt(refusal, 'reason')]).toEqual([409, 'Conflict']);
		expect(textAt(refusal, 'message')).toContain('the ResourceVersion in the precondition (1) does not match');
		expect((await evict('meant', { deleteOptions: { preconditions: { uid: 'other' } } }))[0]).toBe(409);
		expect(at((await ask(`GET ${pods}/meant`))[1], 'metadata', 'resourceVersion')).toBe(resourceVersion);
		expect((await evict('meant', { deleteOptions: { preconditions: { uid, resourceVersion } } }))[0]).toBe(201);
	});

	it.each([
		['in its query', {}, '?dryRun=All'],
		['in its options', { deleteOptions: { dryRun: ['All'] } }, ''],
		['in both', { deleteOptions: { dryRun: ['All'] } }, '?dryRun=All'],
	])('changes nothing in a dry run that is asked for %s', async (where, more, query) => {
		const name = `dry-${where.replaceAll(' ', '-')}`;
		const pod = await makePod(name);
		expect((await evict(name, more, { query }))[0]).toBe(201);
		expect((await ask(`GET ${pods}/${name}`))[1]).toEqual(pod);
	});

	it('is refused where path and body do not agree, or nothing is there', async () => {
		await makePod('named');
		const [status, refusal] = await evict('named', { metadata: { name: 'another' } });
		expect([status, textAt(refusal, 'message')]).toEqual([400, 'name in URL does not match name in Eviction object']);
		expect((await evict('named', { metadata: { name: 'named', namespace: 'shop' } }))[0]).toBe(400);
		const [missing, answer] = await evict('nobody');
		expect([missing, textAt(answer, 'message')]).toEqual([404, 'pods "nobody" not found']);
	});

	it('says what is wrong with its options', async () => {
		await makePod('odd');
		const [status, refusal] = await evict('odd', { deleteOptions: { propagationPolicy: 'Sideways' } });
		expect([status, textAt(refusal, 'message')]).toEqual([
			422,
			'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
		]);
	});

	it('needs the right to create pods/eviction, and no other', async () => {
		await makePod('guarded');
		const [status, refusal] = await evict('guarded', {}, { as: 'eve' });
		expect([status, textAt(refusal, 'message')]).toEqual([
			403,
			'pods "guarded" is forbidden: User "eve" cannot create resource "pods/eviction" in API group "" in the namespace "default"',
		]);
		const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
		const rules = [{ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] }];
		const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }];
		const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'evicts' };
		await ask(`POST ${rbac}/roles`, { body: { metadata: { name: 'evicts' }, rules } });
		await ask(`POST ${rbac}/rolebindings`, { body: { metadata: { name: 'evicts' }, subjects, roleRef } });
		expect((await evict('guarded', {}, { as: 'eve' }))[0]).toBe(201);
	});
});
