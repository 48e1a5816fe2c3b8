// A world in a process of its own, so that client and server share nothing: says how to reach it, then makes a cluster for each name it reads.
import { createInterface } from 'node:readline';

import { startSandbox } from '@lanyard/sandbox-world';

const { plainClusters, kubeconfig, proxyUrl, caPem } = await startSandbox({
	world: {
		tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
		subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
		registries: [],
		clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1, plain: true }],
		assignments: [],
	},
});
console.log(JSON.stringify({ kubeconfig, proxyUrl, caPem }));
for await (const name of createInterface({ input: process.stdin })) {
	const made = await plainClusters.create({ name, nodes: 1 });
	console.log(JSON.stringify({ kubeconfig: made.kubeconfig, proxyUrl, caPem }));
}
process.exit(0);
