import { afterEach, beforeEach, expect, it } from 'vitest';
import { textAt } from './json.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

let world: TestCluster;

beforeEach(async () => {
	world = await startTestCluster();
});
afterEach(() => world.cluster.close());

const pool = (count: number, name = 'agentpool') => ({ name, count });
const nodes = async () => (await world.api.list('/api/v1/nodes')).items.map(({ metadata }) => metadata.name);
const node = (name: string, index: number) => expect.stringMatching(`^aks-${name}-[0-9]{8}-vmss00000${index}$`);

it('a cluster gets nodes and pools, and loses them', async () => {
	await world.cluster.update({ ...world.settings, nodePools: [pool(2), pool(1, 'more')] });
	expect(await nodes()).toEqual([node('agentpool', 0), node('agentpool', 1), node('more', 0)]);
	expect(world.cluster.nodes).toHaveLength(3);
	await world.cluster.update({ ...world.settings, nodePools: [pool(1)] });
	expect(await nodes()).toEqual([node('agentpool', 0)]);
});

it('pods go with their node, and are made again elsewhere where something wants them', async () => {
	await world.cluster.update({ ...world.settings, nodePools: [pool(2)] });
	const [, second = ''] = world.cluster.nodes;
	const spec = { nodeName: second, containers: [{ name: 'web', image: 'myregistry.azurecr.io/web:1' }] };
	await world.api.create('/api/v1/namespaces/default/pods', {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name: 'web' },
		spec,
	});
	await world.cluster.update({ ...world.settings, nodePools: [pool(1)] });
	expect((await world.api.list('/api/v1/pods')).items).toEqual([]);
});

it('nodes that are to sign in as somebody else are made anew, under their names', async () => {
	const before = await world.api.list('/api/v1/nodes');
	await world.cluster.update({ ...world.settings, servicePrincipal: { clientId: 'x', secret: 'y' } });
	const after = await world.api.list('/api/v1/nodes');
	expect(after.items.map((one) => textAt(one, 'metadata', 'name'))).toEqual(
		before.items.map((one) => textAt(one, 'metadata', 'name')),
	);
	expect(world.cluster.nodes).toHaveLength(1);
});
