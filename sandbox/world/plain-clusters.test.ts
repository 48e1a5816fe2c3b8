import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { startSandbox } from './sandbox.ts';

const world = {
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	clusters: [{ name: 'mycluster', group: 'shop', nodes: 1 }],
};

it('makes clusters beside those of Azure, keeps them, and takes them away', async () => {
	const stateFolder = await mkdtemp(join(tmpdir(), 'lanyard-plain-'));
	const first = await startSandbox({ world, stateFolder });
	const { plainClusters } = first;
	const edge = await plainClusters.create({ name: 'edge', nodes: 2 });
	const other = await plainClusters.create({ name: 'other', nodes: 1 });
	expect(Object(parse(edge.kubeconfig))['current-context']).toBe(edge.context);
	expect([edge.nodes, other.nodes]).toEqual([['edge-nodepool1-0', 'edge-nodepool1-1'], ['other-nodepool1-0']]);
	await expect(plainClusters.create({ name: 'Edge', nodes: 1 })).rejects.toMatchObject({ code: 'already-exists' });
	await expect(plainClusters.create({ name: 'mycluster', nodes: 1 })).rejects.toMatchObject({ code: 'already-exists' });
	await expect(plainClusters.create({ name: 'no/good', nodes: 1 })).rejects.toMatchObject({ code: 'wrong-flag' });
	await expect(plainClusters.delete('mycluster')).rejects.toMatchObject({ code: 'cluster-not-found' });
	await plainClusters.delete('other');
	await first.close();

	const second = await startSandbox({ world, stateFolder });
	const config = Object(parse(second.kubeconfig));
	expect(config.contexts.map(({ name }: { name: string }) => name)).toEqual(['mycluster', 'edge']);
	expect(config.clusters[1]).toEqual(Object(parse(edge.kubeconfig)).clusters[0]);
	const authorization = `Bearer ${config.users[1].user.token}`;
	const url = `${edge.server.replace(':443', '')}/api/v1/nodes`;
	const nodes = await second.machine().fetch(new Request(url, { headers: { authorization } }));
	expect(Object(await nodes.json()).items.map((one: { metadata: { name: string } }) => one.metadata.name)).toEqual(
		edge.nodes,
	);
	await second.close();
	await rm(stateFolder, { recursive: true });
});
