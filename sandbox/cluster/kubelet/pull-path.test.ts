import { WorldClock } from '@lanyard/sandbox-ground';
import { afterEach, describe, expect, it } from 'vitest';
import type { Send } from '../api-client.ts';
import { at, listAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { buildPod, startTestCluster, type TestCluster } from '../test-cluster.ts';
import { loginServer, openTestAzure } from './test-azure.ts';
import { buildTestImage } from './test-image.ts';
import { serveImage } from './test-registry.ts';

// What vectors/kubelet cannot show: waits of minutes, a node's own docker config, the kubelet's own limit, init containers.
const image = buildTestImage([['bin/app']], { Entrypoint: ['/bin/app'] });
const reference = `${loginServer}/app:1`;
const pods = '/api/v1/namespaces/default/pods';

let world: TestCluster | undefined;
afterEach(() => world?.cluster.close());

function reasonOf(pod: KubeObject | undefined): string {
	return textAt(at(listAt(pod, 'status', 'containerStatuses')[0], 'state'), 'waiting', 'reason');
}

describe('the waits between attempts', () => {
	it('double from 10 s to 5 min on the clock of the world', async () => {
		const startedAt = Date.now();
		const clock = new WorldClock({ wall: () => startedAt });
		const azure = openTestAzure(image);
		const attempts: number[] = [];
		const send: Send = (request) => {
			if (request.method === 'HEAD') attempts.push(clock.now().getTime());
			return azure.send(request);
		};
		world = await startTestCluster({ send, clock });
		await world.api.create(pods, buildPod('web', reference));
		while (attempts.length < 8) {
			clock.jump(1000);
			// Whatever became due by the jump has its turn before the next.
			for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
		}
		const waits = attempts.slice(1).map((moment, i) => (moment - (attempts[i] ?? 0)) / 1000);
		// A kubelet looks at a waiting pod every 10 s at the earliest, so a wait is the step and a little more.
		const steps = [10, 20, 40, 80, 160, 300, 300];
		for (const [i, step] of steps.entries()) {
			expect(waits[i]).toBeGreaterThanOrEqual(step);
			expect(waits[i]).toBeLessThan(step + 12);
		}
	});
});

describe("a node's own docker config", () => {
	it('is asked after pull secrets, for every pod of the node', async () => {
		const azure = openTestAzure(image);
		const auths = { [loginServer]: { username: 'node', password: 'acr-refresh-token' } };
		world = await startTestCluster({ send: azure.send, settings: { dockerConfig: JSON.stringify({ auths }) } });
		await world.api.create(pods, buildPod('web', reference));
		await world.until(pods, (all) => all.some((pod) => textAt(pod, 'status', 'phase') === 'Running'));
		expect(azure.log.some(({ body }) => body.includes('username=node'))).toBe(true);
	});
});

describe("the kubelet's own limit", () => {
	it('refuses what comes too fast, and lets it through later', async () => {
		const send = async (request: Request) => serveImage(image, request);
		const clock = new WorldClock();
		// So slow that only a jump lets more through, however busy this machine is.
		const pullLimit = { perSecond: 0.01, burst: 2 };
		world = await startTestCluster({ send, clock, settings: { pullLimit } });
		const names = ['a', 'b', 'c', 'd', 'e', 'f'];
		for (const name of names) await world.api.create(pods, buildPod(name, `registry.example.com/${name}:1`));
		const isRefused = (event: KubeObject) => textAt(event, 'message').endsWith(': pull QPS exceeded');
		const events = '/api/v1/namespaces/default/events';
		const failed = (await world.until(events, (all) => all.filter(isRefused).length >= 4)).filter(isRefused);
		while ((await world.api.list(pods)).items.some((pod) => textAt(pod, 'status', 'phase') !== 'Running')) {
			clock.jump(100_000);
			for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
		}
		const name = textAt(failed[0], 'involvedObject', 'name');
		expect(textAt(failed[0], 'message')).toBe(
			`Failed to pull image "registry.example.com/${name}:1": pull QPS exceeded`,
		);
	});
});

describe('init containers', () => {
	it('are pulled one after the other, before the others, and hold them up where they fail', async () => {
		const asked: string[] = [];
		const send = async (request: Request) => {
			asked.push(new URL(request.url).pathname.split('/')[2] ?? '');
			if (asked.at(-1) === 'broken') return new Response(null, { status: 404 });
			return serveImage(image, request);
		};
		world = await startTestCluster({ send });
		const init = ['first', 'broken'].map((name) => ({ name, image: `registry.example.com/${name}:1` }));
		await world.api.create(pods, buildPod('web', 'registry.example.com/main:1', { spec: { initContainers: init } }));
		const all = await world.until(pods, ([pod]) =>
			listAt(pod, 'status', 'initContainerStatuses').some(
				(status) => textAt(status, 'state', 'waiting', 'reason') === 'ErrImagePull',
			),
		);
		expect(reasonOf(all[0])).toBe('PodInitializing');
		expect([...new Set(asked)]).toEqual(['first', 'broken']);
		const isAbout = (event: KubeObject) => textAt(event, 'involvedObject', 'fieldPath').includes('{broken}');
		const told = await world.until(
			'/api/v1/namespaces/default/events',
			(events) => events.filter(isAbout).length === 3,
		);
		const ofBroken = told.filter(isAbout);
		expect(ofBroken.map((event) => textAt(event, 'reason'))).toEqual(['Pulling', 'Failed', 'Failed']);
		expect(textAt(ofBroken[0], 'involvedObject', 'fieldPath')).toBe('spec.initContainers{broken}');
	});
});

describe('answers that nobody reads', () => {
	it.each([
		['a manifest that is gone', 404, {}],
		['more than the disk holds', 200, { diskFreeBytes: 1 }],
	])('are let go, so that their connections are free again: %s', async (_name, status, settings) => {
		let [open, given] = [0, 0];
		const unread = () => {
			[open, given] = [open + 1, given + 1];
			return new Response(new ReadableStream({ cancel: () => void (open -= 1) }), { status });
		};
		const send = async (request: Request) =>
			request.url.includes(image.manifestDigest) && request.method === 'GET' ? unread() : serveImage(image, request);
		world = await startTestCluster({ send, settings });
		await world.api.create(pods, buildPod('web', 'registry.example.com/app:1'));
		await world.until(pods, ([pod]) => reasonOf(pod) === 'ErrImagePull');
		expect([given, open]).toEqual([1, 0]);
	});
});
