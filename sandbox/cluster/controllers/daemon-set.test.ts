import { afterEach, beforeEach, expect, it } from 'vitest';
import { numberAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { buildTestImage } from '../kubelet/test-image.ts';
import { serveImage } from '../kubelet/test-registry.ts';
import { startTestCluster, type TestCluster } from '../test-cluster.ts';

const image = buildTestImage([['bin/app']], { Entrypoint: ['/bin/app'] });
const sets = '/apis/apps/v1/namespaces/default/daemonsets';
const pods = '/api/v1/namespaces/default/pods';

let world: TestCluster;
beforeEach(async () => {
	world = await startTestCluster({
		send: (request) => Promise.resolve(serveImage(image, request)),
		spec: { nodePools: [{ name: 'agentpool', count: 2 }], plain: true },
	});
	const labels = { app: 'agent' };
	const containers = [{ name: 'app', image: 'registry.example.com/app:1' }];
	const template = { metadata: { labels }, spec: { containers } };
	const spec = { selector: { matchLabels: labels }, template };
	await world.api.create(sets, { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' }, spec });
});
afterEach(() => world.cluster.close());

const isOut = (count: number) => (set: KubeObject) =>
	['desiredNumberScheduled', 'numberAvailable', 'updatedNumberScheduled'].every(
		(name) => numberAt(set, 'status', name) === count,
	) && numberAt(set, 'status', 'observedGeneration') === set.metadata.generation;

const until = (count: number) => world.until(sets, (all) => all.some(isOut(count)));

async function nodesOfPods(): Promise<string[]> {
	return (await world.api.list(pods)).items.map((pod) => textAt(pod, 'spec', 'nodeName')).toSorted();
}

it('has a pod on every node, also on one that comes, and none on one that went', async () => {
	await until(2);
	expect(await nodesOfPods()).toEqual(world.cluster.nodes.toSorted());
	await world.cluster.update({ ...world.settings, nodePools: [{ name: 'agentpool', count: 3 }] });
	await until(3);
	expect(await nodesOfPods()).toEqual(world.cluster.nodes.toSorted());
	await world.cluster.update({ ...world.settings, nodePools: [{ name: 'agentpool', count: 1 }] });
	await until(1);
});

it('makes a pod that is deleted again, also on a node that is cordoned, and goes with its pods', async () => {
	await until(2);
	const [pod] = (await world.api.list(pods)).items;
	await world.api.patch(`/api/v1/nodes/${textAt(pod, 'spec', 'nodeName')}`, { spec: { unschedulable: true } });
	await world.api.delete(`${pods}/${pod?.metadata.name ?? ''}`);
	await world.until(pods, (all) => all.length === 2 && all.every(({ metadata }) => metadata.uid !== pod?.metadata.uid));
	await until(2);
	await world.api.delete(`${sets}/agent`, { propagationPolicy: 'Background' });
	await world.until(pods, (all) => all.length === 0);
});

it('replaces its pods when its template changes', async () => {
	await until(2);
	const before = (await world.api.list(pods)).items.map(({ metadata }) => metadata.uid);
	const template = { metadata: { labels: { version: '2' } } };
	await world.api.patch(`${sets}/agent`, { spec: { template } });
	await until(2);
	const after = (await world.api.list(`${pods}?labelSelector=version=2`)).items.map(({ metadata }) => metadata.uid);
	expect([after.length, after.some((uid) => before.includes(uid))]).toEqual([2, false]);
});
