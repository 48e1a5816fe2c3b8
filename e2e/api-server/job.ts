import type { Sandbox } from '@lanyard/sandbox-world';
import { startSandbox } from '@lanyard/sandbox-world';
import { Agent, ProxyAgent } from 'undici';
import { parse } from 'yaml';

import type { Enclosed } from '../enclosure/furnish.ts';
import { startControlPlane } from '../kubernetes/control-plane.ts';
import { askAll, type Door } from './door.ts';
import type { Answered } from './request.ts';
import { requests } from './requests.data.ts';

export interface ApiServerInput {
	kubeall: string;
}

export interface ApiServerOutput {
	real: Record<string, Answered>;
	ours: Record<string, Answered>;
}

/** Sends the whole table to a real API server and to the sandbox's; both have controllers, neither has nodes. */
export async function job({ kubeall }: ApiServerInput, enclosed: Enclosed): Promise<ApiServerOutput> {
	const { authority } = await startControlPlane(enclosed, kubeall);
	const client = await authority.issue({ subject: 'O=system:masters,CN=admin' });
	const connect = { ca: authority.certificate, cert: client.certificate, key: client.key };
	const dispatcher = new Agent({ connect });
	const real = await askAll({ server: 'https://127.0.0.1:6443', dispatcher, headers: {} }, requests);
	const sandbox = await startSandbox({ world: emptyWorld, onBug: (bug) => console.error(bug) });
	const ours = await askAll(doorOf(sandbox), requests);
	await sandbox.close();
	return { real, ours };
}

const emptyWorld = {
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1, plain: true }],
	assignments: [],
};

interface Kubeconfig {
	clusters: { cluster: { server: string } }[];
	users: { user: { token: string } }[];
}

function doorOf({ kubeconfig, proxyUrl, caPem }: Sandbox): Door {
	const { clusters, users }: Kubeconfig = parse(kubeconfig);
	return {
		server: clusters[0]?.cluster.server ?? '',
		dispatcher: new ProxyAgent({ uri: proxyUrl, requestTls: { ca: caPem } }),
		headers: { authorization: `Bearer ${users[0]?.user.token ?? ''}` },
	};
}
