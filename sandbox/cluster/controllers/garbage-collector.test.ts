import { expect, it } from 'vitest';
import { ApiClient, pathTo, sendTo } from '../api-client.ts';
import { EventRecorder } from '../event-recorder.ts';
import { buildPod, startTestCluster } from '../test-cluster.ts';
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
