import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, pathTo, sendTo } from '../api-client.ts';
import { EventRecorder } from '../event-recorder.ts';
import type { KubeObject } from '../kube-object.ts';
import { buildPod, startTestCluster, type TestCluster } from '../test-cluster.ts';
import { runGarbageCollector } from './garbage-collector.ts';

it('reads nothing when pods that have their owners change, and takes them away with their owner', async () => {
	const { cluster, api, clock, until } = await startTestCluster();
	const stop = new AbortController();
	const lists: string[] = [];
	const send = sendTo(cluster.handler, 'control-plane');
	const counted = new ApiClient(
		(request) => {
			if (request.method === 'GET' && !request.url.includes('watch=')) lists.push(request.url);
			return send(request);
		},
		{ token: cluster.adminToken, agent: 'test' },
	);
	const events = new EventRecorder({ api: counted, clock, source: { component: 'test' } });
	const ended = runGarbageCollector({ api: counted, clock, signal: stop.signal, events });
	const configMaps = pathTo('v1', 'configmaps', 'default');
	const owner = await api.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } });
	const pods = pathTo('v1', 'pods', 'default');
	const { metadata, ...pod } = buildPod('owned', 'registry.example.com/app:1');
	const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }];
	await api.create(pods, { ...pod, metadata: { ...metadata, ownerReferences } });
	await until(pods, (all) => all.length === 1);
	for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
	lists.length = 0;
	for (let change = 0; change < 20; change += 1)
		await api.patch(`${pods}/owned`, { metadata: { labels: { change: String(change) } } });
	await until(pods, ([one]) => one?.metadata.labels?.['change'] === '19');
	expect(lists).toEqual([]);
	await api.delete(`${configMaps}/owner`);
	await until(pods, (all) => all.length === 0);
	stop.abort();
	await ended;
	await cluster.close();
});

// pkg/controller/garbagecollector, attemptToDeleteItem and processDeletingDependentsItem; the rig holds it against the real one.
describe('a deletion in the foreground', () => {
	const maps = pathTo('v1', 'configmaps', 'default');
	const foreground = { propagationPolicy: 'Foreground' };
	let world: TestCluster;
	beforeAll(async () => {
		world = await startTestCluster({ spec: { nodePools: [] } });
	});
	afterAll(() => world.cluster.close());

	const make = (name: string, owners: KubeObject[] = [], more: object = {}) =>
		world.api.create(maps, {
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name, ownerReferences: owners.map((owner) => ownedBy(owner)), ...more },
		});
	const ownedBy = ({ metadata: { name, uid } }: KubeObject, blockOwnerDeletion = true) => ({
		...{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion },
	});
	const untilNamed = (name: string, isDone: (found: KubeObject | undefined) => boolean) =>
		world.until(maps, (all) => isDone(all.find(({ metadata }) => metadata.name === name)));
	const release = (name: string) => world.api.patch(`${maps}/${name}`, { metadata: { finalizers: null } });

	it('takes dependents of dependents first', async () => {
		const top = await make('top');
		const middle = await make('middle', [top]);
		await make('leaf', [middle], { finalizers: ['example.com/held'] });
		await world.api.delete(`${maps}/top`, foreground);
		await untilNamed('middle', (found) => found?.metadata.finalizers?.[0] === 'foregroundDeletion');
		expect((await world.api.get(`${maps}/top`))?.metadata.finalizers).toEqual(['foregroundDeletion']);
		await release('leaf');
		await untilNamed('top', (found) => found === undefined);
		expect([await world.api.get(`${maps}/middle`), await world.api.get(`${maps}/leaf`)]).toEqual([
			undefined,
			undefined,
		]);
	});

	it('waits for those only that say so', async () => {
		const owner = await make('waited');
		const ownerReferences = [ownedBy(owner, false)];
		await make('loose', [], { ownerReferences, finalizers: ['example.com/held'] });
		await world.api.delete(`${maps}/waited`, foreground);
		await untilNamed('waited', (found) => found === undefined);
		await untilNamed('loose', (found) => found?.metadata.deletionTimestamp !== undefined);
		await release('loose');
	});

	it('leaves what somebody else owns as well, and takes its name off', async () => {
		const [going, staying] = [await make('going'), await make('staying')];
		await make('shared', [going, staying]);
		await world.api.delete(`${maps}/going`, foreground);
		await untilNamed('going', (found) => found === undefined);
		const shared = await world.api.get(`${maps}/shared`);
		expect(shared?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['staying']);
	});
});
