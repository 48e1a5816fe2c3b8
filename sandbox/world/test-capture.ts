/*
 * Lets the captures of a real kubelet (e2e/captures) happen on a virtual one: the same objects, the same failing registry, the same
 * eyes. Only the node, its runtime and the network around it are ours.
 */
import { createCluster } from '@lanyard/sandbox-cluster';
import { createMemoryStore, type Handler, type MachineSettings, WorldClock } from '@lanyard/sandbox-ground';
import { openCaptureRegistry } from '../../e2e/captures/capture-registry.ts';
import { collect, type Seen } from '../../e2e/captures/collect.ts';
import { addresses, hosts } from '../../e2e/captures/hosts.ts';
import { type Observation, type Watcher, watchPods } from '../../e2e/captures/observation.ts';
import { enact } from '../../e2e/captures/observe.ts';
import type { TimedPluginCall } from '../../e2e/captures/plugin-call.ts';
import type { PullCase } from '../../e2e/captures/pull-case.ts';
import type { KubeClient } from '../../e2e/kubernetes/kube-api.ts';
import { createCertificateAuthority } from './certificate-authority.ts';
import { createFrontDoor } from './front-door.ts';
import { createRequestLog } from './request-log.ts';
import { kubeClientOf, pluginsOf } from './test-capture-node.ts';

const timeScale = 20;

/** What a virtual kubelet does in these cases, as the captures note it. */
export async function captureVirtually(cases: PullCase[]): Promise<Record<string, Observation>> {
	const clock = new WorldClock({ scale: timeScale });
	const { registry, images } = openCaptureRegistry(cases, Buffer.from('what runs in no container'));
	const calls: TimedPluginCall[] = [];
	const bugs: unknown[] = [];
	const answer: Handler = async (request) => (await registry.handle(request)) ?? Response.error();
	const authority = await authorityOf('known');
	const door = createFrontDoor({
		authority,
		stranger: () => authorityOf('unknown'),
		clock,
		log: createRequestLog((bug) => bugs.push(bug)),
		handlerFor: (host) => (host === addresses.metadata || hosts[host] ? answer : undefined),
		settingsOf: () => network,
	});
	const proxyUrl = await door.openFor({ name: 'node', address: addresses.node, identities: [] });
	const cluster = await createCluster(
		{
			clock,
			caPem: authority.pem,
			authority,
			spec: clusterSpec,
			machineFor: async () => ({ proxyUrl, address: addresses.node, settings: () => network }),
		},
		{ random: () => 0, pluginsOf: (send) => pluginsOf(send, calls) },
	);
	const output: Record<string, Observation> = {};
	try {
		const api = kubeClientOf(cluster);
		const watcher = await watchPods(api);
		const seen = { watcher, images, sightings: registry.sightings, pluginCalls: async () => calls, timeScale };
		// Those whose waits are measured come last, when nobody else keeps the process busy.
		const measured = cases.filter(({ attempts }) => attempts !== undefined);
		for (const some of [cases.filter((one) => !measured.includes(one)), measured]) {
			const entries = await Promise.all(some.map((one) => observe(one, { api, watcher, seen })));
			Object.assign(output, Object.fromEntries(entries));
		}
	} finally {
		await cluster.close();
		await door.close();
	}
	if (bugs.length > 0) throw new AggregateError(bugs, 'the sandbox failed on a request');
	return output;
}

async function observe(
	pullCase: PullCase,
	{ api, watcher, seen }: { api: KubeClient; watcher: Watcher; seen: Seen },
): Promise<[string, Observation]> {
	const startedAtMs = await enact({ api, watcher, timeScale }, pullCase);
	return [pullCase.name, await collect(pullCase, seen, startedAtMs)];
}

const clusterSpec = {
	name: 'captures',
	fqdn: 'captures.hcp.westeurope.azmk8s.io',
	location: 'westeurope',
	kubernetesVersion: '1.35.4',
	nodePools: [{ name: 'agentpool', count: 1 }],
	plain: true,
};

function authorityOf(name: string) {
	const dnsNames = ['example.com', 'azurecr.io', 'docker.io', 'core.windows.net'];
	return createCertificateAuthority({ name, dnsNames, now: new Date(), store: createMemoryStore() });
}

const certificates = { expired: 'expired', none: 'none', 'unknown authority': 'unknown-authority' } as const;

/** What the rig makes of addresses and certificates, as settings of a machine. */
const network: MachineSettings = {
	// The captures' kubelet pulls as fast as it is asked to.
	pullLimit: { perSecond: 0, burst: 0 },
	addresses: mapHosts(({ address }) => address),
	routes: mapHosts(({ address }) =>
		address === addresses.refuses ? 'refuses' : address === addresses.staysSilent ? 'silent' : undefined,
	),
	certificates: mapHosts(({ certificate }) => certificate && certificates[certificate]),
};

function mapHosts<T>(read: (host: (typeof hosts)[string]) => T | undefined): Record<string, T> {
	return Object.fromEntries(
		Object.entries(hosts).flatMap(([name, host]): [string, T][] => {
			const value = read(host);
			return value === undefined ? [] : [[name, value]];
		}),
	);
}
