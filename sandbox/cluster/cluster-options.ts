import type { EntraUsers } from './kube-api/auth/entra.ts';
import type { Handler, MachineSettings, Store, WorldClock } from '@lanyard/sandbox-ground';

/** What a cluster is: everything that can be said about it before it runs. */
export interface ClusterSettings {
	name: string;
	/** The API server's host name: `mycluster-dns-1a2b3c4d.hcp.westeurope.azmk8s.io`. */
	fqdn: string;
	location: string;
	kubernetesVersion: string;
	nodePools: { name: string; count: number }[];
	/** The resource group, for the names in a kubeconfig. */
	group?: string;
	tenantId?: string;
	subscriptionId?: string;
	/** Client id of the kubelet identity, as in a node's `azure.json`; undefined with a service principal. */
	kubeletClientId?: string;
	servicePrincipal?: { clientId: string; secret: string };
	/** Users sign in with Entra. */
	entra?: { tenantId: string; adminGroups: string[]; azureRbac: boolean };
	/** The cluster's resource id, at which Azure's roles are given. */
	id?: string;
	/** Not AKS: nodes have no credential provider. */
	plain?: boolean;
	/** AKS's add-on for pods in Azure Container Instances; absent where it is off. */
	virtualNodes?: VirtualNodeSettings;
}

/** What the add-on for virtual nodes is told. */
export interface VirtualNodeSettings {
	subnetName: string;
	/** Client id of the add-on's identity: it makes container groups, and pulls nothing. */
	clientId: string;
}

/** Where a node stands in the world: its own proxy port is its only way out. */
export interface NodeMachine {
	proxyUrl: string;
	address: string;
	/** What is wrong with it at the moment; nothing when absent. */
	settings?: () => MachineSettings;
}

export interface ClusterOptions {
	clock: WorldClock;
	spec: ClusterSettings;
	/** Called once per node, by its name. */
	machineFor(node: string): Promise<NodeMachine>;
	/** What the nodes trust. */
	caPem: string;
	/** The cluster's own: kubeconfigs and pods trust it, and who has a certificate of it may sign in. */
	authority: ClusterAuthority;
	/** Who knows Entra's users and Azure's roles; nobody when absent. */
	entraUsers?: EntraUsers;
	/** Where the cluster keeps itself: over one that was used before it goes on where it was. In memory when absent. */
	store?: Store;
}

/** What signs a cluster's certificates. */
export interface ClusterAuthority {
	pem: string;
	/** A certificate for a user, and its key, both as PEM. */
	issueClient(subject: { commonName: string; organization: string }): Promise<ClientCertificate>;
}

export interface ClientCertificate {
	certificate: string;
	key: string;
}

/** A running cluster: an API server that answers, controllers, and one kubelet per node. */
export interface Cluster {
	/** The API server, for requests to `fqdn`. */
	handler: Handler;
	/** A kubeconfig as AKS hands it out: CA, host name, client certificate, bearer token; no proxy. */
	kubeconfig(role: 'user' | 'admin', format?: 'azure'): string;
	/** The bearer token of the administrator's kubeconfig. */
	readonly adminToken: string;
	/** Names of the nodes that there are. */
	readonly nodes: string[];
	/** Names of its machines in the world: its nodes, and what pulls for container instances. */
	readonly machines: string[];
	/** Adds and takes away nodes, and makes those anew that are to sign in as somebody else. */
	update(spec: ClusterSettings): Promise<void>;
	/** The newest lines of a node's kubelet log, oldest first: the only place that says why its credential provider gave nothing. */
	nodeLog(node: string): readonly string[];
	/** A node as new: without images, and with nothing remembered of what it asked. Its pods go on. */
	renew(node: string): void;
	/** Ends every loop and watch, and resolves when they have ended. */
	close(): Promise<void>;
}
