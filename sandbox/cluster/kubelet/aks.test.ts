import { WorldClock } from '@lanyard/sandbox-ground';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, listAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { buildPod, buildPullSecret, startTestCluster, type TestCluster } from '../test-cluster.ts';
import { loginServer, openTestAzure, type TestAzure } from './test-azure.ts';
import { buildTestImage } from './test-image.ts';

const image = buildTestImage([['usr/sbin/nginx'], ['etc/nginx.conf']], { Cmd: ['nginx'] });
const reference = `${loginServer}/nginx:1`;
const pods = '/api/v1/namespaces/default/pods';

let azure: TestAzure;
let world: TestCluster;

beforeEach(async () => {
	azure = openTestAzure(image);
	world = await startTestCluster({
		send: azure.send,
		clock: new WorldClock({ scale: 20 }),
		spec: { kubeletClientId: 'kubelet-client-id' },
	});
});
afterEach(() => world.cluster.close());

function stateOf(pod: KubeObject | undefined): unknown {
	return at(listAt(pod, 'status', 'containerStatuses')[0], 'state');
}

async function untilState(name: string, kind: string): Promise<KubeObject> {
	const isThere = (pod: KubeObject) =>
		pod.metadata.name === name && JSON.stringify(stateOf(pod) ?? {}).includes(`"${kind}"`);
	const found = (await world.until(pods, (all) => all.some(isThere))).find(isThere);
	if (!found) throw new Error(`pod "${name}" did not get to ${kind}`);
	return found;
}

function isLast(event: KubeObject): boolean {
	return ['Started', 'Failed'].includes(textAt(event, 'reason'));
}

async function events(name: string): Promise<string[]> {
	await world.until('/api/v1/namespaces/default/events', (all) => all.some(isLast));
	const { items } = await world.api.list('/api/v1/namespaces/default/events');
	return items
		.filter((event) => textAt(event, 'involvedObject', 'name') === name)
		.map((event) => `${textAt(event, 'reason')}: ${textAt(event, 'message')}`);
}

const anonymous401 =
	`failed to pull and unpack image "${reference}": failed to resolve image: failed to authorize: failed to fetch anonymous token: ` +
	`unexpected status from GET request to https://${loginServer}/oauth2/token?scope=repository%3Anginx%3Apull&service=${loginServer}: 401 Unauthorized`;

describe('a node of AKS', () => {
	it('asks without credentials when the exchange refuses its identity', async () => {
		await world.api.create(pods, buildPod('web', reference));
		expect(stateOf(await untilState('web', 'ErrImagePull'))).toEqual({
			waiting: { reason: 'ErrImagePull', message: anonymous401 },
		});
		expect(azure.log.map(({ line }) => line)).toEqual([
			'GET 169.254.169.254/metadata/identity/oauth2/token',
			`GET ${loginServer}/v2/`,
			`POST ${loginServer}/oauth2/exchange`,
			`HEAD ${loginServer}/v2/nginx/manifests/1`,
			`GET ${loginServer}/oauth2/token`,
		]);
		expect(azure.log[2]?.body).toBe(
			`access_token=entra-token&grant_type=access_token_refresh_token&refresh_token=entra-token&service=${loginServer}&tenant=11111111-1111-1111-1111-111111111111`,
		);
		const [node = ''] = world.cluster.nodes;
		expect(world.cluster.nodeLog(node).join('\n')).toContain(
			`Www-Authenticate: auth url https://${loginServer}/oauth2/exchange responded with status code 401`,
		);
	});

	it('backs off, and pulls once the identity is let in', async () => {
		await world.api.create(pods, buildPod('web', reference));
		await untilState('web', 'ErrImagePull');
		expect(stateOf(await untilState('web', 'ImagePullBackOff'))).toEqual({
			waiting: {
				reason: 'ImagePullBackOff',
				message: `Back-off pulling image "${reference}": ErrImagePull: ${anonymous401}`,
			},
		});
		azure.isGranted = true;
		const pod = await untilState('web', 'running');
		expect(textAt(pod, 'status', 'phase')).toBe('Running');
		expect(listAt(pod, 'status', 'containerStatuses')[0]).toMatchObject({
			ready: true,
			image: reference,
			imageID: `${loginServer}/nginx@${image.manifestDigest}`,
		});
		const pulled = (await events('web')).find((line) => line.startsWith('Pulled: ')) ?? '';
		expect(pulled.replaceAll(/in \S+ \(\S+/g, 'in 1ms (1ms')).toBe(
			`Pulled: Successfully pulled image "${reference}" in 1ms (1ms including waiting). Image size: ${image.size} bytes.`,
		);
	});

	it('fetches layers from where the registry redirects to, without the registry token', async () => {
		azure.isGranted = true;
		await world.api.create(pods, buildPod('web', reference));
		await untilState('web', 'running');
		const fromStorage = azure.log.filter(({ line }) => line.includes('blob.core.windows.net'));
		expect(fromStorage).toHaveLength(3);
		expect(fromStorage.some(({ isAuthorized }) => isAuthorized)).toBe(false);
	});

	it('keeps what the exchange gave for 60 minutes', async () => {
		azure.isGranted = true;
		await world.api.create(pods, buildPod('first', reference, { container: { imagePullPolicy: 'Always' } }));
		await untilState('first', 'running');
		azure.isGranted = false;
		await world.api.create(pods, buildPod('second', reference, { container: { imagePullPolicy: 'Always' } }));
		await untilState('second', 'running');
		world.clock.jump(60 * 60_000);
		await world.api.create(pods, buildPod('third', reference, { container: { imagePullPolicy: 'Always' } }));
		await untilState('third', 'ErrImagePull');
	});

	it('reports every credential that failed', async () => {
		azure.isGranted = true;
		azure.isTokenGranted = false;
		await world.api.create(pods, buildPod('web', reference));
		const message = textAt(stateOf(await untilState('web', 'ErrImagePull')), 'waiting', 'message');
		expect(message).toBe(`[${anonymous401.replace('anonymous', 'oauth')}, ${anonymous401}]`);
	});

	it('lets a pod with a wrong pull secret run when the identity is let in', async () => {
		azure.isGranted = true;
		await world.api.create(
			'/api/v1/namespaces/default/secrets',
			buildPullSecret('wrong', loginServer, ['someone', 'wrong']),
		);
		await world.api.create(pods, buildPod('web', reference, { spec: { imagePullSecrets: [{ name: 'wrong' }] } }));
		await untilState('web', 'running');
	});
});

describe('an image that is there', () => {
	const secret = buildPullSecret('pull', loginServer, ['00000000-0000-0000-0000-000000000000', 'acr-refresh-token']);

	it('is open to every pod when the node pulled it by its identity', async () => {
		azure.isGranted = true;
		await world.api.create(pods, buildPod('first', reference));
		await untilState('first', 'running');
		azure.isGranted = false;
		await world.api.create(pods, buildPod('second', reference));
		await untilState('second', 'running');
		expect(await events('second')).toContain(
			`Pulled: Container image "${reference}" already present on machine and can be accessed by the pod`,
		);
	});

	it('must be pulled again by a pod that does not have the secret it was pulled with', async () => {
		await world.api.create('/api/v1/namespaces/default/secrets', secret);
		await world.api.create(pods, buildPod('first', reference, { spec: { imagePullSecrets: [{ name: 'pull' }] } }));
		await untilState('first', 'running');
		await world.api.create(pods, buildPod('second', reference));
		expect(textAt(stateOf(await untilState('second', 'ErrImagePull')), 'waiting', 'message')).toBe(anonymous401);
		const asked = azure.log.length;
		await world.api.create(pods, buildPod('third', reference, { spec: { imagePullSecrets: [{ name: 'pull' }] } }));
		await untilState('third', 'running');
		expect(azure.log.slice(asked).filter(({ line }) => line.includes('manifests'))).toEqual([]);
	});
});

describe('a container that cannot start', () => {
	const why = 'exec: "/nonexistent": stat /nonexistent: no such file or directory';
	const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${why}`;
	const container = { command: ['/nonexistent'], imagePullPolicy: 'Always' };

	beforeEach(() => {
		azure.isGranted = true;
	});

	it('ends a pod that is not to be restarted, after the image was pulled', async () => {
		await world.api.create(pods, buildPod('proof', reference, { container, spec: { restartPolicy: 'Never' } }));
		const pod = await untilState('proof', 'terminated');
		expect(textAt(pod, 'status', 'phase')).toBe('Failed');
		expect(stateOf(pod)).toMatchObject({ terminated: { exitCode: 128, reason: 'StartError', message } });
		const told = await events('proof');
		expect(told.map((line) => line.split(':', 1)[0])).toEqual(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Failed']);
		expect(told.at(-1)).toBe(`Failed: Error: ${message}`);
	});

	it('is tried again and again in other pods', async () => {
		await world.api.create(pods, buildPod('web', reference, { container }));
		await untilState('web', 'RunContainerError');
		const pod = await untilState('web', 'CrashLoopBackOff');
		const told = textAt(stateOf(pod), 'waiting', 'message');
		expect(told).toBe(`back-off 10s restarting failed container=c pod=web_default(${pod.metadata.uid})`);
	});

	it('says what is not in the path', async () => {
		await world.api.create(pods, buildPod('web', reference, { container: { command: ['nosuch'] } }));
		const told = textAt(stateOf(await untilState('web', 'RunContainerError')), 'waiting', 'message');
		expect(told).toContain('exec: "nosuch": executable file not found in $PATH');
	});
});
