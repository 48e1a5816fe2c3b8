import { createMemoryStore, type Store, storeUnder } from '@lanyard/sandbox-ground';
import { ApiClient, type Send, sendTo } from './api-client.ts';
import type { Cluster, ClusterOptions } from './cluster-options.ts';
import { startControlPlane } from './control-plane.ts';
import { createApiServer } from './kube-api/api-server.ts';
import { Users } from './kube-api/auth/authentication.ts';
import { Storage } from './kube-api/storage.ts';
import { buildKubeconfig } from './kubeconfig.ts';
import type { AzureConfig } from './kubelet/azure-config.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import type { RegistryEndpoint } from './kubelet/containerd/registry.ts';
import { type NodeName, nodeNames } from './node-names.ts';
import { acrPlugin } from './kubelet/provider/acr-plugin.ts';
import type { CredentialPlugin } from './kubelet/provider/plugin.ts';
import { openTransport, type Transport, type TransportOptions } from './transport.ts';

/** Starts a cluster; it resolves when the API server answers and the nodes are registered. */
export function createCluster(options: ClusterOptions, surroundings: Partial<Surroundings> = {}): Promise<Cluster> {
	return startCluster(options, { open: openTransport, ...surroundings });
}

/** What the world around the nodes is made of; tests bring their own. */
export interface Surroundings {
	open: (way: TransportOptions) => Transport;
	/** Every node's `CredentialProviderConfig`; AKS's own where absent. */
	pluginsOf?: (send: Send) => CredentialPlugin[];
	/** What every node's `hosts.toml` says. */
	endpointFor?: (host: string) => RegistryEndpoint | undefined;
	random?: () => number;
}

/** `createCluster` in given surroundings. */
export async function startCluster(options: ClusterOptions, surroundings: Surroundings): Promise<Cluster> {
	const { clock, spec, caPem } = options;
	const stopLoops = new AbortController();
	const stopServer = new AbortController();
	const { signal } = stopLoops;
	const store = options.store ?? createMemoryStore();
	const users = new Users();
	const handler = createApiServer({
		storage: new Storage(store),
		users,
		store,
		issuer: issuerOf(spec),
		clock,
		kubernetesVersion: spec.kubernetesVersion,
		signal: stopServer.signal,
	});
	const tokens = {
		admin: keptUser(store, users, 'masterclient'),
		// Without Entra integration, AKS's user kubeconfig is as mighty as the admin's.
		user: keptUser(store, users, 'clusterUser'),
	};
	const controlPlane = await startControlPlane({ send: sendTo(handler, 'control-plane'), users, caPem, clock, signal });
	const names = nodeNames(spec);
	const nodes = await Promise.all(
		names.map((name, number) => startNode({ options, surroundings, store, users, handler, signal }, name, number)),
	);
	return {
		handler,
		nodes: names.map(({ name }) => name),
		kubeconfig: (role) => buildKubeconfig(spec, { role, token: tokens[role], caPem }),
		renew: (node) => nodes.find(({ name }) => name === node)?.renew(),
		nodeLog: (node) => nodes.find(({ name }) => name === node)?.log.lines() ?? [],
		close: async () => {
			stopLoops.abort();
			await Promise.all(nodes.map(({ transport }) => transport.close()));
			await Promise.all([controlPlane.ended, ...nodes.map(({ ended }) => ended)]);
			// Last, so that what was under way could still be written.
			stopServer.abort();
		},
	};
}

// AKS's own OIDC issuers are long addresses of Azure's; a cluster without one is its own.
function issuerOf({ fqdn, plain }: ClusterOptions['spec']): string {
	return plain === true ? 'https://kubernetes.default.svc.cluster.local' : `https://${fqdn}`;
}

/** Somebody outside the cluster: the token goes into kubeconfigs, so it stays what it is. */
function keptUser(store: Store, users: Users, name: string): string {
	const tokens = store.table<string>('kubernetes-tokens');
	const token = users.add({ name, groups: ['system:masters', 'system:authenticated'] }, tokens.get(name));
	tokens.set(name, token);
	return token;
}

interface NodeContext {
	options: ClusterOptions;
	surroundings: Surroundings;
	store: Store;
	users: Users;
	handler: Cluster['handler'];
	signal: AbortSignal;
}

async function startNode(context: NodeContext, { name, pool, index }: NodeName, number: number) {
	const { options, surroundings, store, users, handler, signal } = context;
	const { clock, spec, caPem } = options;
	const { open, pluginsOf, ...seams } = surroundings;
	const { proxyUrl, address, settings = () => ({}) } = await options.machineFor(name);
	const transport = open({ proxyUrl, caPem, clock, settings });
	const token = users.add({ name: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] });
	const config = azureConfig(options);
	const ofAks = config === undefined ? [] : [acrPlugin({ send: transport.send, config })];
	const kubelet = new Kubelet({
		api: new ApiClient(sendTo(handler, name), { token, agent: 'kubelet' }),
		send: transport.send,
		clock,
		signal,
		node: {
			name,
			pool,
			index,
			address,
			location: spec.location,
			kubernetesVersion: spec.kubernetesVersion,
			plain: spec.plain === true,
			nodeResourceGroup: `MC_${spec.group ?? ''}_${spec.name}_${spec.location}`,
			...(spec.subscriptionId !== undefined && { subscriptionId: spec.subscriptionId }),
		},
		podNetwork: `10.244.${number}`,
		store: storeUnder(store, `nodes/${name}/`),
		plugins: pluginsOf?.(transport.send) ?? ofAks,
		settings,
		...seams,
	});
	await kubelet.register();
	return { name, log: kubelet.log, transport, renew: () => kubelet.renew(), ended: kubelet.run() };
}

function azureConfig({ spec }: ClusterOptions): AzureConfig | undefined {
	if (spec.plain) return undefined;
	return {
		tenantId: spec.tenantId ?? '',
		...(spec.kubeletClientId !== undefined && { kubeletClientId: spec.kubeletClientId }),
		...(spec.servicePrincipal && { servicePrincipal: spec.servicePrincipal }),
	};
}
