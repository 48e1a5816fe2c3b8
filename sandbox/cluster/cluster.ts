import { createMemoryStore, type Store, storeUnder } from '@lanyard/sandbox-ground';
import { ApiClient, type Send, sendTo } from './api-client.ts';
import type { ClientCertificate, Cluster, ClusterOptions } from './cluster-options.ts';
import { startControlPlane } from './control-plane.ts';
import { createApiServer } from './kube-api/api-server.ts';
import { azureRoles, entraTokens } from './kube-api/auth/entra.ts';
import { Users } from './kube-api/auth/authentication.ts';
import { Storage } from './kube-api/storage.ts';
import { textAt } from './json.ts';
import { buildKubeconfig } from './kubeconfig.ts';
import type { AzureConfig } from './kubelet/azure-config.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import type { RegistryEndpoint } from './kubelet/containerd/registry.ts';
import { nodeGroupOf, type NodeName, nodeNames } from './node-names.ts';
import { ContainerLogs } from './container-logs.ts';
import { connectorImage } from './virtual-node/addon.ts';
import { VirtualNodes } from './virtual-node/virtual-nodes.ts';
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
	const { clock, authority } = options;
	let { spec } = options;
	const [stopLoops, stopServer] = [new AbortController(), new AbortController()];
	const { signal } = stopLoops;
	const store = options.store ?? createMemoryStore();
	const users = new Users();
	const logs = new ContainerLogs();
	const handler = createApiServer({
		storage: new Storage(store),
		users,
		clientCa: authority.pem,
		store,
		issuer: issuerOf(spec),
		...entraWays(options, () => spec),
		clock,
		kubernetesVersion: spec.kubernetesVersion,
		logs,
		signal: stopServer.signal,
	});
	const { token, client } = await keptAdmin({ store, users, authority, spec });
	const controlPlane = await startControlPlane({
		send: sendTo(handler, 'control-plane'),
		users,
		isPlain: spec.plain === true,
		caPem: authority.pem,
		clock,
		signal,
	});
	const nodes = new Nodes({ options, surroundings, store, users, handler, logs, signal }, token);
	const virtualNodes = new VirtualNodes({ options, surroundings, users, handler, signal, logs, token });
	const become = async (next: ClusterOptions['spec']) => {
		spec = next;
		await bindAdminGroups(handler, spec, token);
		await nodes.become(next);
		await virtualNodes.become(next);
	};
	await become(spec);
	return {
		handler,
		get nodes() {
			return nodes.names();
		},
		get machines() {
			return [...nodes.names(), ...virtualNodes.machines()];
		},
		update: become,
		kubeconfig: (role, format) => buildKubeconfig(spec, { role, format, token, client, caPem: authority.pem }),
		adminToken: token,
		renew: (node) => nodes.get(node)?.renew(),
		nodeLog: (node) => nodes.get(node)?.kubelet.log.lines() ?? [],
		close: async () => {
			stopLoops.abort();
			await Promise.all([controlPlane.ended, nodes.ended(), virtualNodes.ended()]);
			// Last, so that what was under way could still be written.
			stopServer.abort();
		},
	};
}

/** Users of Entra are known, and Azure's roles asked, as long as the cluster is told so. */
function entraWays({ entraUsers }: ClusterOptions, spec: () => ClusterOptions['spec']) {
	if (!entraUsers) return {};
	const settings = () => {
		const { entra, id = '' } = spec();
		return entra && { ...entra, clusterId: id };
	};
	return { tokenChecks: [entraTokens(entraUsers, settings)], authorizers: [azureRoles(entraUsers, settings)] };
}

const adminBinding = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/aks-cluster-admin-binding-aad';

/** AKS binds the groups that administer a cluster to the role for everything, under this name. */
async function bindAdminGroups(
	handler: Cluster['handler'],
	spec: ClusterOptions['spec'],
	token: string,
): Promise<void> {
	const groups = spec.entra?.adminGroups ?? [];
	if (groups.length === 0) return;
	const api = new ApiClient(sendTo(handler, 'control-plane'), { token, agent: 'aks' });
	const apiGroup = 'rbac.authorization.k8s.io';
	await api.apply(adminBinding, 'aks', {
		apiVersion: `${apiGroup}/v1`,
		kind: 'ClusterRoleBinding',
		metadata: { name: 'aks-cluster-admin-binding-aad' },
		roleRef: { apiGroup, kind: 'ClusterRole', name: 'cluster-admin' },
		subjects: groups.map((name) => ({ apiGroup, kind: 'Group', name })),
	});
}

// AKS's own OIDC issuers are long addresses of Azure's; a cluster without one is its own.
function issuerOf({ fqdn, plain }: ClusterOptions['spec']): string {
	return plain === true ? 'https://kubernetes.default.svc.cluster.local' : `https://${fqdn}`;
}

const masters = 'system:masters';

interface Kept {
	store: Store;
	users: Users;
}

/** Somebody outside the cluster: token and certificate go into kubeconfigs, so they stay what they are. */
async function keptAdmin({ store, users, authority, spec }: Pick<ClusterOptions, 'spec' | 'authority'> & Kept) {
	// Without Entra integration, AKS's user kubeconfig is as mighty as the admin's: both are this one. kubeadm calls its own otherwise.
	const name = spec.plain ? 'kubernetes-admin' : 'masterclient';
	const tokens = store.table<string>('kubernetes-tokens');
	const token = users.add({ name, groups: [masters, 'system:authenticated'] }, tokens.get(name));
	tokens.set(name, token);
	const certificates = store.table<ClientCertificate & { issuer: string }>('kubernetes-certificates');
	const kept = certificates.get(name);
	// An authority that was made anew does not know what the one before it signed.
	if (kept && kept.issuer === authority.pem) return { token, client: kept };
	const client = await authority.issueClient({ commonName: name, organization: masters });
	certificates.set(name, { ...client, issuer: authority.pem });
	return { token, client };
}

/** The nodes of a cluster that is scaled: those that are wanted run, those that are not go with their pods. */
class Nodes {
	readonly #running = new Map<string, Running>();
	readonly #context: NodeContext;
	readonly #api: ApiClient;
	#config: string | undefined;

	constructor(context: NodeContext, token: string) {
		this.#context = context;
		this.#api = new ApiClient(sendTo(context.handler, 'control-plane'), { token, agent: 'cloud-controller-manager' });
	}

	names = (): string[] => [...this.#running.keys()];
	get = (name: string): Running | undefined => this.#running.get(name);

	/** Whoever is to sign in otherwise is made anew, as AKS makes nodes anew: what they were told is in their image. */
	async become(spec: ClusterOptions['spec']): Promise<void> {
		const wanted = nodeNames(spec);
		const config = JSON.stringify(azureConfig(spec));
		const isOther = this.#config !== undefined && this.#config !== config;
		this.#config = config;
		for (const node of [...this.#running.values()]) {
			const stays = wanted.some(({ name }) => name === node.name);
			if (!stays || isOther) await this.#stop(node);
			if (!stays) await this.#forget(node.name);
		}
		const missing = wanted.filter(({ name }) => !this.#running.has(name));
		const started = await Promise.all(missing.map((name) => this.#start(spec, name, this.#free(wanted.indexOf(name)))));
		for (const node of started) this.#running.set(node.name, node);
	}

	async ended(): Promise<void> {
		await Promise.all([...this.#running.values()].map(({ transport }) => transport.close()));
		await Promise.all([...this.#running.values()].map(({ ended }) => ended));
	}

	/** Every node has addresses of its own for its pods: its place, or where somebody is there, one that nobody has. */
	#free(place: number): number {
		const taken = [...this.#running.values()].map(({ number }) => number);
		return taken.includes(place) ? Math.max(...taken) + 1 + place : place;
	}

	async #start(spec: ClusterOptions['spec'], name: NodeName, number: number): Promise<Running> {
		const stop = new AbortController();
		const signal = AbortSignal.any([this.#context.signal, stop.signal]);
		return { ...(await startNode({ ...this.#context, spec, signal }, name, number)), number, stop };
	}

	async #stop({ name, stop, transport, ended }: Running): Promise<void> {
		this.#running.delete(name);
		stop.abort();
		await transport.close();
		await ended;
	}

	/** What a cloud's node controller does about a machine that is gone. */
	async #forget(name: string): Promise<void> {
		const { items } = await this.#api.list('/api/v1/pods');
		for (const { metadata, ...pod } of items) {
			if (textAt(pod, 'spec', 'nodeName') !== name) continue;
			const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
			await this.#api.delete(path, { gracePeriodSeconds: 0 });
		}
		await this.#api.delete(`/api/v1/nodes/${name}`);
	}
}

type Running = Awaited<ReturnType<typeof startNode>> & { number: number; stop: AbortController };

interface NodeContext {
	options: ClusterOptions;
	surroundings: Surroundings;
	store: Store;
	users: Users;
	handler: Cluster['handler'];
	logs: ContainerLogs;
	signal: AbortSignal;
}

async function startNode(
	context: NodeContext & { spec: ClusterOptions['spec'] },
	{ name, pool, index }: NodeName,
	number: number,
) {
	const { options, surroundings, store, users, handler, logs, signal, spec } = context;
	const { clock, caPem } = options;
	const { open, pluginsOf, ...seams } = surroundings;
	const { proxyUrl, address, settings = () => ({}) } = await options.machineFor(name);
	const transport = open({ proxyUrl, caPem, clock, settings });
	const token = users.add({ name: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] });
	const config = azureConfig(spec);
	const ofAks = config === undefined ? [] : [acrPlugin({ send: transport.send, config })];
	const kubelet = new Kubelet({
		api: new ApiClient(sendTo(handler, name), { token, agent: 'kubelet' }),
		send: transport.send,
		lookUp: transport.lookUp,
		...(config && { azure: config }),
		clock,
		signal,
		logs,
		node: {
			name,
			pool,
			index,
			address,
			location: spec.location,
			kubernetesVersion: spec.kubernetesVersion,
			plain: spec.plain === true,
			nodeResourceGroup: nodeGroupOf(spec),
			...(spec.subscriptionId !== undefined && { subscriptionId: spec.subscriptionId }),
		},
		podNetwork: `10.244.${number}`,
		store: storeUnder(store, `nodes/${name}/`),
		plugins: pluginsOf?.(transport.send) ?? ofAks,
		settings,
		...(spec.plain !== true && { preloaded: [connectorImage] }),
		...seams,
	});
	await kubelet.register();
	return { name, kubelet, transport, renew: () => kubelet.renew(), ended: kubelet.run() };
}

function azureConfig(spec: ClusterOptions['spec']): AzureConfig | undefined {
	if (spec.plain) return undefined;
	return {
		tenantId: spec.tenantId ?? '',
		location: spec.location,
		...(spec.kubeletClientId !== undefined && { kubeletClientId: spec.kubeletClientId }),
		...(spec.servicePrincipal && { servicePrincipal: spec.servicePrincipal }),
	};
}
