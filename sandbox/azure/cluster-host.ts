import type { Decision } from '@lanyard/sandbox-ground';

/** What a managed cluster needs to know about itself; plain data, handed over by Resource Manager. */
export interface ClusterSpec {
	/** Resource id. */
	id: string;
	name: string;
	group: string;
	location: string;
	subscriptionId: string;
	tenantId: string;
	/** `mycluster-dns-xxxxxxxx.hcp.westeurope.azmk8s.io` */
	fqdn: string;
	kubernetesVersion: string;
	nodePools: { name: string; count: number }[];
	/** Client id of the kubelet identity; absent for a service-principal cluster and for a plain one. */
	kubeletClientId?: string;
	/** A service-principal cluster keeps these in each node's `azure.json`. */
	servicePrincipal?: { clientId: string; secret: string };
	/** Its users sign in with Entra; absent where they have what is in the kubeconfig. */
	entra?: ClusterEntra;
	/** The add-on for virtual nodes: its subnet, and the client id of its identity; absent where it is off. */
	virtualNodes?: { subnetName: string; clientId: string };
	/** A cluster that is not AKS: Resource Manager does not know it. */
	plain?: boolean;
}

/** How users of a cluster sign in with Entra. */
export interface ClusterEntra {
	tenantId: string;
	/** Groups, by their object ids, that may do everything. */
	adminGroups: string[];
	/** Whether Azure's roles count in the cluster, beside its own. */
	azureRbac: boolean;
}

/** Somebody whom Entra knows, as an API server sees them. */
export interface ClusterUser {
	name: string;
	objectId: string;
	groups: string[];
}

/** What Azure's roles say, and which assignment says so. */
export interface ClusterVerdict extends Decision {
	assignment?: { name: string; roleId: string };
}

/** What an API server asks of Azure about its users. */
export interface ClusterSignIn {
	/** Whose token this is; undefined when Entra did not issue it for AKS, in this tenant, for now. */
	userOf(token: string, tenantId: string): Promise<ClusterUser | undefined>;
	/** What Azure's roles say of a data action at a cluster, or at a namespace of it. */
	isAllowed(user: ClusterUser, asked: { action: string; scope: string; tenantId: string }): ClusterVerdict;
}

/** Runs the clusters that Resource Manager only describes; `sandbox/world` passes one made of `sandbox/cluster`. */
export interface ClusterHost {
	create(spec: ClusterSpec): Promise<void>;
	/** Changes the node pools of a running cluster; a host that cannot leaves this out, and Resource Manager refuses to scale. */
	update?(spec: ClusterSpec): Promise<void>;
	delete(clusterId: string): Promise<void>;
	/** The kubeconfig's text. */
	credentials(clusterId: string, role: 'user' | 'admin', format?: 'azure'): string;
}
