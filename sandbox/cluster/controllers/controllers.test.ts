import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAt, numberAt, textAt } from '../json.ts';
import { conditionOf, type KubeObject } from '../kube-object.ts';
import { buildTestImage } from '../kubelet/test-image.ts';
import { serveImage } from '../kubelet/test-registry.ts';
import { buildPod, startTestCluster, type TestCluster } from '../test-cluster.ts';

const image = buildTestImage([['bin/app']], { Entrypoint: ['/bin/app'] });
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const replicaSets = '/apis/apps/v1/namespaces/default/replicasets';
const pods = '/api/v1/namespaces/default/pods';

let world: TestCluster;
beforeEach(async () => {
	world = await startTestCluster({
		send: (request) => Promise.resolve(serveImage(image, request)),
		spec: { nodePools: [{ name: 'agentpool', count: 2 }], plain: true },
	});
});
afterEach(() => world.cluster.close());

function buildDeployment(replicas: number, more: object = {}) {
	const labels = { app: 'web' };
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'web' },
		spec: {
			replicas,
			selector: { matchLabels: labels },
			template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'registry.example.com/app:1' }] } },
			...more,
		},
	};
}

function untilDeployed(isDone: (deployment: KubeObject) => boolean): Promise<KubeObject[]> {
	return world.until(deployments, (all) => all.some(isDone));
}

const isAvailable = (count: number) => (deployment: KubeObject) =>
	numberAt(deployment, 'status', 'availableReplicas') === count &&
	numberAt(deployment, 'status', 'replicas') === count &&
	numberAt(deployment, 'status', 'updatedReplicas') === count &&
	numberAt(deployment, 'status', 'observedGeneration') === deployment.metadata.generation;

describe('a deployment', () => {
	it('gets its pods, on all nodes, and says so', async () => {
		await world.api.create(deployments, buildDeployment(2));
		const [deployment] = await untilDeployed(isAvailable(2));
		expect(conditionOf(deployment, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
		const { items } = await world.api.list(pods);
		expect(new Set(items.map((pod) => textAt(pod, 'spec', 'nodeName')))).toEqual(new Set(world.cluster.nodes));
		expect(items.every((pod) => /^web-[a-z0-9]+-[a-z0-9]{5}$/.test(pod.metadata.name))).toBe(true);
	});

	it('is scaled', async () => {
		await world.api.create(deployments, buildDeployment(3));
		await untilDeployed(isAvailable(3));
		await world.api.patch(`${deployments}/web/scale`, { spec: { replicas: 1 } });
		await untilDeployed(isAvailable(1));
		await world.until(pods, (all) => all.length === 1);
	});

	it.each([['RollingUpdate'], ['Recreate']])('rolls out a new template (%s)', async (type) => {
		await world.api.create(deployments, buildDeployment(2, { strategy: { type } }));
		await untilDeployed(isAvailable(2));
		const containers = [{ name: 'app', image: `registry.example.com/app@${image.manifestDigest}` }];
		await world.api.patch(`${deployments}/web`, { spec: { template: { spec: { containers } } } });
		await untilDeployed((deployment) => deployment.metadata.generation === 2 && isAvailable(2)(deployment));
		const { items } = await world.api.list(replicaSets);
		expect(
			items.map((set) => numberAt(set, 'spec', 'replicas')).reduce<number>((sum, replicas) => sum + (replicas ?? 0), 0),
		).toBe(2);
		const all = await world.until(pods, (found) => found.length === 2);
		expect(all.every((pod) => textAt(listAt(pod, 'spec', 'containers')[0], 'image').includes('@'))).toBe(true);
	});

	it('takes everything with it when it goes', async () => {
		await world.api.create(deployments, buildDeployment(2));
		await untilDeployed(isAvailable(2));
		await world.api.delete(`${deployments}/web`);
		await world.until(replicaSets, (all) => all.length === 0);
		await world.until(pods, (all) => all.length === 0);
	});

	it('leaves its replica set behind when told to', async () => {
		await world.api.create(deployments, buildDeployment(1));
		await untilDeployed(isAvailable(1));
		await world.api.delete(`${deployments}/web`, { propagationPolicy: 'Orphan' });
		await world.until(deployments, (all) => all.length === 0);
		const [left] = (await world.api.list(replicaSets)).items;
		expect(left?.metadata.ownerReferences).toBeUndefined();
		expect((await world.api.list(pods)).items).toHaveLength(1);
	});
});

describe('a namespace', () => {
	it('gets a default service account, and empties itself when it goes', async () => {
		await world.api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
		await world.until('/api/v1/namespaces/shop/serviceaccounts', (all) =>
			all.some(({ metadata }) => metadata.name === 'default'),
		);
		await world.api.create('/api/v1/namespaces/shop/pods', buildPod('web', 'registry.example.com/app:1'));
		await world.until('/api/v1/namespaces/shop/pods', (all) =>
			all.some((pod) => textAt(pod, 'status', 'phase') === 'Running'),
		);
		await world.api.delete('/api/v1/namespaces/shop');
		await world.until('/api/v1/namespaces', (all) => !all.some(({ metadata }) => metadata.name === 'shop'));
	});
});

describe('a pod that fits nowhere', () => {
	it('waits, says why, and starts when a node fits', async () => {
		await world.api.create(
			pods,
			buildPod('picky', 'registry.example.com/app:1', { spec: { nodeSelector: { disk: 'fast' } } }),
		);
		const [pod] = await world.until(pods, (all) =>
			all.some((one) => textAt(conditionOf(one, 'PodScheduled'), 'reason') === 'Unschedulable'),
		);
		expect(textAt(conditionOf(pod, 'PodScheduled'), 'message')).toBe(
			"0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
		);
		await world.api.patch(`/api/v1/nodes/${world.cluster.nodes[1] ?? ''}`, { metadata: { labels: { disk: 'fast' } } });
		await world.until(pods, (all) => all.some((one) => textAt(one, 'status', 'phase') === 'Running'));
	});
});

it('a pod that names another scheduler waits for it', async () => {
	await world.api.create(pods, buildPod('other', 'registry.example.com/app:1', { spec: { schedulerName: 'nobody' } }));
	await world.api.create(pods, buildPod('web', 'registry.example.com/app:1'));
	const running = await world.until(pods, (all) => all.some((pod) => textAt(pod, 'status', 'phase') === 'Running'));
	expect(running.map((pod) => [pod.metadata.name, textAt(pod, 'spec', 'nodeName') !== ''])).toEqual([
		['other', false],
		['web', true],
	]);
});

describe('a service', () => {
	it('of type LoadBalancer gets an address, a slice with its pods, and goes when it is told to', async () => {
		const aks = await startTestCluster({ send: (request) => Promise.resolve(serveImage(image, request)) });
		const services = '/api/v1/namespaces/default/services';
		try {
			const labels = { app: 'web' };
			const pod = buildPod('web', 'registry.example.com/app:1');
			await aks.api.create(pods, { ...pod, metadata: { ...pod.metadata, labels } });
			const spec = { type: 'LoadBalancer', selector: labels, ports: [{ port: 80 }] };
			await aks.api.create(services, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec });
			const addressOf = (service: KubeObject) => textAt(listAt(service, 'status', 'loadBalancer', 'ingress')[0], 'ip');
			await aks.until(services, (all) => all.some((service) => addressOf(service) === '198.51.100.1'));
			const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
			await aks.until(slices, (all) => all.some((slice) => listAt(slice, 'endpoints').length === 1));
			await aks.api.delete(`${services}/web`);
			await aks.until(services, (all) => !all.some(({ metadata }) => metadata.name === 'web'));
			await aks.until(slices, (all) => all.length === 0);
		} finally {
			await aks.cluster.close();
		}
	});
});
