import { afterAll, beforeAll, expect, it } from 'vitest';
import { textAt } from '../json.ts';
import { conditionOf, type KubeObject } from '../kube-object.ts';
import { buildPod, startTestCluster, type TestCluster } from '../test-cluster.ts';
import { buildTestImage } from './test-image.ts';
import { serveImage } from './test-registry.ts';

const image = buildTestImage([['bin/app']], { Entrypoint: ['/bin/app'] });
const pods = '/api/v1/namespaces/default/pods';
const events = '/api/v1/namespaces/default/events';

let world: TestCluster;
beforeAll(async () => {
	world = await startTestCluster({ send: (request) => Promise.resolve(serveImage(image, request)) });
});
afterAll(() => world.cluster.close());

const isReady = (name: string) => (all: KubeObject[]) =>
	all.some((pod) => pod.metadata.name === name && textAt(conditionOf(pod, 'Ready'), 'status') === 'True');

// Whatever a user asks for, the node goes on: an error that nobody expects would end the whole world's process.
it('says of a port that does not exist what Go says', async () => {
	await world.api.create(pods, buildPod('no-such-port', 'registry.example.com:99999/app:1'));
	await world.api.create(pods, buildPod('no-such-port-on-azure', 'myregistry.azurecr.io:99999/app:1'));
	const failures = (all: KubeObject[]) =>
		all.map((event) => textAt(event, 'message')).filter((message) => message.endsWith('address 99999: invalid port'));
	const seen = await world.until(events, (all) => failures(all).length === 2);
	expect(failures(seen).toSorted()[1]).toBe(
		'Failed to pull image "registry.example.com:99999/app:1": failed to pull and unpack image "registry.example.com:99999/app:1": ' +
			'failed to resolve image: failed to do request: Head "https://registry.example.com:99999/v2/app/manifests/1": ' +
			'dial tcp: address 99999: invalid port',
	);
});

it('runs a pod whose name leaves no room for the names of its events', async () => {
	const name = 'a'.repeat(250);
	await world.api.create(pods, buildPod(name, 'registry.example.com/app:1'));
	expect(await world.until(pods, isReady(name))).toBeTruthy();
});

it('finds its containers as they were when it starts anew, and pulls nothing again', async () => {
	await world.api.create(pods, buildPod('before', 'registry.example.com/app:1'));
	const found = (all: KubeObject[], name: string) => all.find((pod) => pod.metadata.name === name);
	const before = found(await world.until(pods, isReady('before')), 'before');
	// Who is to sign in as somebody else is made anew, kubelet and all.
	await world.cluster.update({ ...world.settings, kubeletClientId: 'another' });
	await world.api.create(pods, buildPod('after', 'registry.example.com/app:1'));
	const all = await world.until(pods, isReady('after'));
	expect(found(all, 'before')?.['status']).toEqual(before?.['status']);
	const told = (await world.api.list(events)).items.filter(
		(event) => textAt(event, 'involvedObject', 'name') === 'after',
	);
	expect(told.map(({ reason }) => reason)).not.toContain('Pulling');
});

it('goes on when its Node object was deleted', async () => {
	const [node = ''] = world.cluster.nodes;
	await world.api.delete(`/api/v1/nodes/${node}`);
	const { spec, ...pod } = buildPod('late', `registry.example.com/app@${image.manifestDigest}`);
	await world.api.create(pods, { ...pod, spec: { ...spec, nodeName: node } });
	expect(await world.until(pods, isReady('late'))).toBeTruthy();
});
