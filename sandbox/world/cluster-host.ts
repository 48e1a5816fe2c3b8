import { Problem } from '@lanyard/core';
import type { ClusterHost, ClusterSignIn, ClusterSpec } from '@lanyard/sandbox-azure';
import { type Cluster, createCluster } from '@lanyard/sandbox-cluster';
import {
	type Handler,
	type MachineSettings,
	type Store,
	storeUnder,
	type Table,
	type WorldClock,
} from '@lanyard/sandbox-ground';

import type { CertificateAuthority } from './certificate-authority.ts';
import type { FrontDoor } from './front-door.ts';

/** All clusters of a world. Azure asks it for clusters; the front door asks it for their API servers. */
export interface Clusters extends ClusterHost {
	/** The API server behind this host name. */
	handlerFor(host: string): Handler | undefined;
	/** A running cluster by its name. */
	named(name: string): { id: string; cluster: Cluster } | undefined;
	/** The authority of the cluster behind this host name. */
	authorityFor(host: string): CertificateAuthority | undefined;
	/** A user's kubeconfig of every cluster, in the order in which they were made. */
	kubeconfigs(): string[];
	/** A node as new: `Cluster.renew`. */
	renew(node: string): void;
	/** Host names of their API servers, in the order in which they were made. */
	hosts(): string[];
	/** An administrator's bearer token for an API server. */
	tokenFor(host: string): string | undefined;
	/** Starts the clusters that the store knows. */
	start(): Promise<void>;
	close(): Promise<void>;
}

export interface ClustersOptions {
	clock: WorldClock;
	caPem: string;
	authority: CertificateAuthority;
	door: FrontDoor;
	store: Store;
	/** What Azure knows of clusters' users. */
	signIn(): ClusterSignIn;
	/** What is wrong with a node's machine. */
	settingsOf(machine: string): MachineSettings;
}

/** Runs clusters beside each other, each node a machine of its own on the front door. */
export function createClusters(options: ClustersOptions): Clusters {
	const { door, store } = options;
	const specs = store.table<Kept>('world/clusters');
	const machineFor = machinesOf(options);
	const running = new Map<string, Running>();

	const find = (clusterId: string) => {
		const found = running.get(clusterId.toLowerCase());
		if (!found) throw new Problem('cluster-not-found', { found: clusterId });
		return found;
	};

	const at = (host: string) => [...running.values()].find(({ fqdn }) => fqdn === host);

	const start = async (spec: ClusterSpec) => {
		running.set(spec.id.toLowerCase(), await startOne(options, spec, machineFor));
	};

	return {
		async create(spec) {
			// What is left of one that was being deleted when the world died.
			store.drop(placeOf(spec.id));
			specs.set(spec.id.toLowerCase(), { spec, number: 1 + (inOrder(specs).at(-1)?.number ?? 0) });
			await start(spec);
		},
		async update(told) {
			const id = told.id.toLowerCase();
			const { number = 1, spec: before } = specs.get(id) ?? {};
			const spec = withSecret(told, before);
			specs.set(id, { spec, number });
			await changeNodes(find(told.id), spec, door);
		},
		async delete(clusterId) {
			const cluster = running.get(clusterId.toLowerCase())?.cluster;
			running.delete(clusterId.toLowerCase());
			specs.delete(clusterId.toLowerCase());
			await stop(options, cluster);
			store.drop(placeOf(clusterId));
		},
		async start() {
			for (const { spec } of inOrder(specs)) await start(spec);
		},
		renew(node) {
			for (const { cluster } of running.values()) cluster.renew(node);
		},
		hosts: () => [...running.values()].map(({ fqdn }) => fqdn),
		tokenFor: (host) => at(host)?.cluster.adminToken,
		credentials: (clusterId, role, format) => find(clusterId).cluster.kubeconfig(role, format),
		named: (name) => {
			const found = inOrder(specs).find(({ spec }) => spec.name.toLowerCase() === name.toLowerCase());
			return found && { id: found.spec.id, cluster: find(found.spec.id).cluster };
		},
		handlerFor: (host) => at(host)?.cluster.handler,
		authorityFor: (host) => at(host)?.authority,
		kubeconfigs: () => [...running.values()].map(({ cluster }) => cluster.kubeconfig('user')),
		async close() {
			await Promise.all([...running.values()].map(({ cluster }) => stop(options, cluster)));
		},
	};
}

async function startOne(
	{ clock, caPem, authority: above, store: all, signIn }: ClustersOptions,
	spec: ClusterSpec,
	machineFor: ReturnType<typeof machinesOf>,
): Promise<Running> {
	const identities = spec.kubeletClientId ? [spec.kubeletClientId] : [];
	const store = storeUnder(all, placeOf(spec.id));
	const fqdn = spec.fqdn.toLowerCase();
	// AKS calls it so. Clients check certificates against their own clock, which no jump of ours moves.
	const authority = await above.below({ name: 'ca', dnsNames: [fqdn], now: new Date(), store });
	const cluster = await createCluster({
		...{ clock, spec, caPem, authority, store, entraUsers: entraUsersOf(signIn) },
		machineFor: machineFor(identities),
	});
	return { fqdn, cluster, authority, identities };
}

/** Clusters are there before the Azure that knows their users. */
function entraUsersOf(signIn: () => ClusterSignIn): ClusterSignIn {
	return {
		userOf: (token, tenantId) => signIn().userOf(token, tenantId),
		isAllowed: (user, asked) => signIn().isAllowed(user, asked),
	};
}

/** Ends a cluster, and shuts the doors of its nodes. */
async function stop({ door }: ClustersOptions, cluster: Cluster | undefined): Promise<void> {
	await cluster?.close();
	await Promise.all((cluster?.machines ?? []).map((machine) => door.shut(machine)));
}

interface Running {
	fqdn: string;
	cluster: Cluster;
	authority: CertificateAuthority;
	/** Whom its nodes may sign in as; their machines look here whenever they are asked. */
	identities: string[];
}

/** Resource Manager keeps no secrets: who says nothing of a service principal means the one that there is. */
function withSecret(told: ClusterSpec, before: ClusterSpec | undefined): ClusterSpec {
	const kept = told.servicePrincipal ?? before?.servicePrincipal;
	return told.kubeletClientId === undefined && kept ? { ...told, servicePrincipal: kept } : told;
}

/** Nodes come and go, and with those that go their ports. */
async function changeNodes({ cluster, identities }: Running, spec: ClusterSpec, door: FrontDoor): Promise<void> {
	identities.splice(0, identities.length, ...(spec.kubeletClientId ? [spec.kubeletClientId] : []));
	const gone = new Set(cluster.machines);
	await cluster.update(spec);
	for (const name of cluster.machines) gone.delete(name);
	await Promise.all([...gone].map((name) => door.shut(name)));
}

/** Makes a node's machine, at the address that it had before if it was there before. */
function machinesOf({ store, door, settingsOf }: ClustersOptions) {
	const addresses = store.table<number>('world/node-numbers');
	return (identities: string[]) => async (name: string) => {
		// AKS gives its nodes addresses of 10.224.0.0/16 from .4 on (Azure keeps the first four of a subnet).
		const number = addresses.get(name) ?? 4 + addresses.entries().length;
		addresses.set(name, number);
		const address = `10.224.${Math.floor(number / 256)}.${number % 256}`;
		// A node that is made anew stays where it is.
		const known = door.machines().find((machine) => machine.name === name)?.proxyUrl;
		const proxyUrl = known ?? (await door.openFor({ name, address, identities }));
		return { proxyUrl, address, settings: () => settingsOf(name) };
	};
}

/** A cluster in the store, and its place among them. */
interface Kept {
	spec: ClusterSpec;
	number: number;
}

function inOrder(specs: Table<Kept>): Kept[] {
	const kept = specs.entries().map(([, one]) => one);
	return kept.toSorted((one, other) => one.number - other.number);
}

function placeOf(clusterId: string): string {
	return `cluster${clusterId.toLowerCase()}/`;
}
