import { afterEach, beforeEach, expect, it } from 'vitest';
import { listAt, numberAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { buildTestImage } from '../kubelet/test-image.ts';
import { serveImage } from '../kubelet/test-registry.ts';
import { startTestCluster, type TestCluster } from '../test-cluster.ts';

const image = buildTestImage([['bin/app']], { Entrypoint: ['/bin/app'] });
const sets = '/apis/apps/v1/namespaces/default/statefulsets';
const revisions = '/apis/apps/v1/namespaces/default/controllerrevisions';
const pods = '/api/v1/namespaces/default/pods';
const good = 'registry.example.com/app:1';
const other = `registry.example.com/app@${image.manifestDigest}`;

let world: TestCluster;
beforeEach(async () => {
	world = await startTestCluster({
		send: (request) => Promise.resolve(serveImage(image, request)),
		spec: { nodePools: [{ name: 'agentpool', count: 2 }], plain: true },
	});
});
afterEach(() => world.cluster.close());

const labels = { app: 'db' };
const templateWith = (name: string) => ({ metadata: { labels }, spec: { containers: [{ name: 'app', image: name }] } });

function make(replicas: number, more: object = {}): Promise<KubeObject> {
	const spec = {
		replicas,
		serviceName: 'db',
		selector: { matchLabels: labels },
		template: templateWith(good),
		...more,
	};
	return world.api.create(sets, { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec });
}

const isAt = (replicas: number) => (set: KubeObject) =>
	['replicas', 'availableReplicas'].every((name) => numberAt(set, 'status', name) === replicas) &&
	numberAt(set, 'status', 'observedGeneration') === set.metadata.generation &&
	textAt(set, 'status', 'currentRevision') === textAt(set, 'status', 'updateRevision');

const untilAt = (replicas: number) => world.until(sets, (all) => all.some(isAt(replicas)));
const names = (all: KubeObject[]) => all.map(({ metadata }) => metadata.name).toSorted();
const imageOf = (pod: unknown) => textAt(listAt(pod, 'spec', 'containers')[0], 'image');

it('makes its pods in order, each with its name, and takes the last ones away again', async () => {
	await make(3);
	await untilAt(3);
	const { items } = await world.api.list(pods);
	expect(names(items)).toEqual(['db-0', 'db-1', 'db-2']);
	const made = items.toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
	expect(names(made)).toEqual(made.map(({ metadata }) => metadata.name));
	const first = await world.api.get(`${pods}/db-0`);
	expect([textAt(first, 'spec', 'hostname'), textAt(first, 'spec', 'subdomain')]).toEqual(['db-0', 'db']);
	const revision = textAt((await world.api.list(sets)).items[0], 'status', 'updateRevision');
	expect(first?.metadata.labels).toEqual({
		...labels,
		'apps.kubernetes.io/pod-index': '0',
		'controller-revision-hash': revision,
		'statefulset.kubernetes.io/pod-name': 'db-0',
	});
	await world.api.patch(`${sets}/db/scale`, { spec: { replicas: 1 } });
	await untilAt(1);
	expect(names((await world.api.list(pods)).items)).toEqual(['db-0']);
	await world.api.delete(`${sets}/db`, { propagationPolicy: 'Foreground' });
	await world.until(sets, (all) => all.length === 0);
	expect((await world.api.list(pods)).items).toEqual([]);
	expect((await world.api.list(revisions)).items).toEqual([]);
});

it('makes a pod that was deleted again, under its name', async () => {
	await make(2);
	await untilAt(2);
	const before = await world.api.get(`${pods}/db-0`);
	await world.api.delete(`${pods}/db-0`);
	await world.until(pods, (all) =>
		all.some(({ metadata }) => metadata.name === 'db-0' && metadata.uid !== before?.metadata.uid),
	);
	await untilAt(2);
});

it('waits for a pod that cannot pull; with parallel pods it does not', async () => {
	await make(2, { template: templateWith('registry.example.com/app:none') });
	const isStuck = (pod: KubeObject) =>
		textAt(listAt(pod, 'status', 'containerStatuses')[0], 'state', 'waiting', 'reason') === 'ImagePullBackOff';
	await world.until(pods, (all) => all.some(isStuck));
	expect(names((await world.api.list(pods)).items)).toEqual(['db-0']);
	// A mended template changes nothing for the pod that is stuck: it has to be deleted by hand, as with a real cluster.
	await world.api.patch(`${sets}/db`, { spec: { template: templateWith(good) } });
	await world.until(sets, ([set]) => numberAt(set, 'status', 'observedGeneration') === 2);
	expect((await world.api.list(pods)).items.map(imageOf)).toEqual(['registry.example.com/app:none']);
	await world.api.delete(`${pods}/db-0`);
	await untilAt(2);
	await world.api.delete(`${sets}/db`, { propagationPolicy: 'Foreground' });
	await world.until(sets, (all) => all.length === 0);
	await make(2, { podManagementPolicy: 'Parallel', template: templateWith('registry.example.com/app:none') });
	await world.until(pods, (all) => all.length === 2 && all.every(isStuck));
});

it('replaces its pods from the last when its template changes, down to its partition, and goes back', async () => {
	await make(2);
	await untilAt(2);
	const rollingUpdate = { partition: 1 };
	await world.api.patch(`${sets}/db`, { spec: { template: templateWith(other), updateStrategy: { rollingUpdate } } });
	await world.until(pods, (all) => all.some((pod) => pod.metadata.name === 'db-1' && imageOf(pod) === other));
	await world.until(sets, ([set]) => numberAt(set, 'status', 'availableReplicas') === 2);
	expect(imageOf(await world.api.get(`${pods}/db-0`))).toBe(good);
	await world.api.patch(`${sets}/db`, { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
	await untilAt(2);
	expect((await world.api.list(pods)).items.map(imageOf)).toEqual([other, other]);
	await world.api.patch(`${sets}/db`, { spec: { template: templateWith(good) } });
	await world.until(sets, ([set]) => set !== undefined && set.metadata.generation === 4 && isAt(2)(set));
	expect((await world.api.list(pods)).items.map(imageOf)).toEqual([good, good]);
	const kept = (await world.api.list(revisions)).items.map((one) => numberAt(one, 'revision'));
	expect(new Set(kept)).toEqual(new Set([2, 3]));
});
