import { type MachineSettings, WorldClock } from '@lanyard/sandbox-ground';
import { parse as parseYaml } from 'yaml';
import { ApiClient, type Send, sendTo } from './api-client.ts';
import { startCluster, type Surroundings } from './cluster.ts';
import type { Cluster, ClusterSettings } from './cluster-options.ts';
import { listAt, textAt } from './json.ts';
import type { KubeObject } from './kube-object.ts';
import { NetworkFailure } from './network-failure.ts';
import { reflect } from './reflector.ts';

/** A cluster in a test, with a client that may do everything. */
export interface TestCluster {
	cluster: Cluster;
	api: ApiClient;
	clock: WorldClock;
	settings: ClusterSettings;
	/** Follows a collection until `isDone` of what it holds, and gives that. */
	until: (path: string, isDone: (objects: KubeObject[]) => boolean) => Promise<KubeObject[]>;
}

export interface TestClusterOptions {
	send?: Send;
	clock?: WorldClock;
	spec?: Partial<ClusterSettings>;
	endpointFor?: Surroundings['endpointFor'];
	/** What is wrong with the nodes; as it is, they pull as fast as they are asked to. */
	settings?: MachineSettings;
}

/** Starts a cluster whose nodes reach the world through `send`. */
export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
	const { send = refuseAll, clock = new WorldClock({ scale: 50 }), endpointFor } = options;
	const nodeSettings = { pullLimit: { perSecond: 0, burst: 0 }, ...options.settings };
	const settings = {
		name: 'mycluster',
		fqdn: 'mycluster-dns-1a2b3c4d.hcp.westeurope.azmk8s.io',
		location: 'westeurope',
		kubernetesVersion: '1.35.4',
		nodePools: [{ name: 'agentpool', count: 1 }],
		tenantId: '11111111-1111-1111-1111-111111111111',
		...options.spec,
	};
	const cluster = await startCluster(
		{
			clock,
			spec: settings,
			caPem: 'no certificate',
			authority: noAuthority,
			machineFor: async () => ({ proxyUrl: 'http://127.0.0.1:9', address: '10.224.0.4', settings: () => nodeSettings }),
		},
		{
			open: () => ({ send, lookUp: noLookUp, close: () => Promise.resolve() }),
			random: () => 0,
			...(endpointFor && { endpointFor }),
		},
	);
	const api = clientOf(cluster);
	return { cluster, api, clock, settings, until: (path, isDone) => untilDone({ api, clock, path }, isDone) };
}

const noLookUp = (host: string) => Promise.resolve(host);

/** Where nobody comes with a certificate. */
const noAuthority = {
	pem: 'no certificate',
	issueClient: () => Promise.resolve({ certificate: '', key: '' }),
};

function clientOf(cluster: Cluster): ApiClient {
	const [user] = listAt(parseYaml(cluster.kubeconfig('admin')), 'users');
	return new ApiClient(sendTo(cluster.handler, 'workstation'), { token: textAt(user, 'user', 'token'), agent: 'test' });
}

async function untilDone(
	{ api, clock, path }: { api: ApiClient; clock: WorldClock; path: string },
	isDone: (objects: KubeObject[]) => boolean,
): Promise<KubeObject[]> {
	const stop = new AbortController();
	const known = new Map<string, KubeObject>();
	await reflect({
		api,
		clock,
		path,
		signal: stop.signal,
		seen: (type, object) => {
			if (stop.signal.aborted) return;
			if (type === 'DELETED') known.delete(object.metadata.uid);
			else known.set(object.metadata.uid, object);
			if (isDone([...known.values()])) stop.abort();
		},
	});
	return [...known.values()];
}

const refuseAll: Send = (request) => {
	const { hostname } = new URL(request.url);
	return Promise.reject(new NetworkFailure(`dial tcp: lookup ${hostname} on 168.63.129.16:53: no such host`));
};

/** A pod with one container. */
export function buildPod(name: string, image: string, more: { spec?: object; container?: object } = {}) {
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name },
		spec: { containers: [{ name: 'c', image, ...more.container }], ...more.spec },
	};
}

/** A pull secret. */
export function buildPullSecret(name: string, host: string, [username, password]: [string, string]) {
	const config = JSON.stringify({ auths: { [host]: { username, password } } });
	return {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: { name },
		type: 'kubernetes.io/dockerconfigjson',
		data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
	};
}
