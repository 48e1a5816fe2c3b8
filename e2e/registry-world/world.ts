/**
 * A world in a process of its own, which can be measured and killed. Keeps its state in the folder named; tells on stdout how to
 * reach it, and its memory whenever a line comes on stdin; ends with stdin.
 */
import { createInterface } from 'node:readline';

import { startSandbox } from '@lanyard/sandbox-world';

const [stateFolder = ''] = process.argv.slice(2);
const sandbox = await startSandbox({
	stateFolder,
	world: {
		settings: { replicationDelay: '0s' },
		tenants: [
			{
				domain: 'contoso.onmicrosoft.com',
				users: [{ name: 'ana' }],
				applications: [{ name: 'bench', password: 'a-password-of-this-bench' }],
			},
		],
		subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
		registries: [{ name: 'benchregistry', group: 'rg' }],
		assignments: [
			{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
			{ principal: 'bench', role: 'AcrPush', scope: 'benchregistry' },
		],
	},
	onBug: (bug) => console.error(bug),
});
const { proxyUrl, caPem, signIn } = sandbox;
console.log(JSON.stringify({ proxyUrl, caPem, signIn }));
for await (const _line of createInterface(process.stdin)) {
	globalThis.gc?.();
	console.log(JSON.stringify(process.memoryUsage()));
}
await sandbox.close();
