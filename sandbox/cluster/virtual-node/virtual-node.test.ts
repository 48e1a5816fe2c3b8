import { WorldClock } from '@lanyard/sandbox-ground';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { at, listAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { openTestAzure, loginServer, type TestAzure } from '../kubelet/test-azure.ts';
import { buildTestImage } from '../kubelet/test-image.ts';
import { buildPod, buildPullSecret, startTestCluster, type TestCluster } from '../test-cluster.ts';

const image = buildTestImage([['app']], { Cmd: ['/app'] });
const reference = `${loginServer}/web:1`;
const pods = '/api/v1/namespaces/default/pods';
const virtualNodes = { subnetName: 'virtual-node-aci', clientId: 'connector-client-id' };

let azure: TestAzure;
let world: TestCluster;

beforeEach(async () => {
	azure = openTestAzure(image);
	azure.isGranted = true;
	const spec = { kubeletClientId: 'kubelet-client-id', group: 'shop', subscriptionId: 'sub', virtualNodes };
	world = await startTestCluster({ send: azure.send, clock: new WorldClock({ scale: 50 }), spec });
});
afterEach(() => world.cluster.close());

const onVirtualNode = {
	nodeSelector: { type: 'virtual-kubelet' },
	tolerations: [{ key: 'virtual-kubelet.io/provider', operator: 'Exists' }],
};

function until(name: string, isSo: (pod: KubeObject) => boolean): Promise<KubeObject | undefined> {
	const isIt = (pod: KubeObject) => pod.metadata.name === name && isSo(pod);
	return world.until(pods, (all) => all.some(isIt)).then((all) => all.find(isIt));
}

it('is there because its connector runs, which says so in its log', async () => {
	const [node] = await world.until('/api/v1/nodes?labelSelector=type=virtual-kubelet', (all) => all.length > 0);
	expect([node?.metadata.name, at(node, 'spec', 'taints')]).toEqual([
		'virtual-node-aci-linux',
		[{ key: 'virtual-kubelet.io/provider', value: 'azure', effect: 'NoSchedule' }],
	]);
	const { items } = await world.api.list('/api/v1/namespaces/kube-system/pods');
	expect(items.map((pod) => [pod.metadata.name.replace(/(-\w+){2}$/, ''), textAt(pod, 'status', 'phase')])).toEqual([
		['aci-connector-linux', 'Running'],
	]);
});

it('pulls with the secrets of a pod, and with nothing else', async () => {
	await world.api.create(pods, buildPod('bare', reference, { spec: onVirtualNode }));
	const refused = await until('bare', (pod) => textAt(pod, 'status', 'reason') === 'ProviderFailed');
	expect(textAt(refused, 'status', 'phase')).toBe('Pending');
	expect(textAt(refused, 'status', 'message')).toContain(
		`The image '${reference}' in container group 'default-bare' is not accessible. Please check the image and registry credential.`,
	);
	expect(azure.log.map(({ line }) => line)).not.toContain('GET 169.254.169.254/metadata/identity/oauth2/token');
	await world.api.create(
		'/api/v1/namespaces/default/secrets',
		buildPullSecret('pull', loginServer, ['00000000-0000-0000-0000-000000000000', 'acr-refresh-token']),
	);
	const spec = { ...onVirtualNode, imagePullSecrets: [{ name: 'pull' }] };
	await world.api.create(pods, buildPod('web', reference, { spec }));
	const running = await until('web', (pod) => textAt(pod, 'status', 'phase') === 'Running');
	const [status] = listAt(running, 'status', 'containerStatuses');
	expect([textAt(running, 'spec', 'nodeName'), textAt(status, 'containerID').slice(0, 6)]).toEqual([
		'virtual-node-aci-linux',
		'aci://',
	]);
	await world.api.delete(`${pods}/web`);
	await world.until(pods, (all) => all.every((pod) => pod.metadata.name !== 'web'));
});

it('says which secret is not there', async () => {
	const spec = { ...onVirtualNode, restartPolicy: 'Never', imagePullSecrets: [{ name: 'none' }] };
	await world.api.create(pods, buildPod('web', reference, { spec }));
	const failed = await until('web', (pod) => textAt(pod, 'status', 'phase') === 'Failed');
	expect(textAt(failed, 'status', 'message')).toBe('secret "none" not found');
});

it('goes when the add-on is switched off', async () => {
	await world.until('/api/v1/nodes', (all) => all.length === 2);
	const { virtualNodes: _off, ...spec } = world.settings;
	await world.cluster.update(spec);
	await world.until('/api/v1/nodes', (all) => all.length === 1);
	await world.until('/api/v1/namespaces/kube-system/pods', (all) => all.length === 0);
});
