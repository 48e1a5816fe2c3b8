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
	/** A cluster that is not AKS: Resource Manager does not know it. */
	plain?: boolean;
}

/** Runs the clusters that Resource Manager only describes; `sandbox/world` passes one made of `sandbox/cluster`. */
export interface ClusterHost {
	create(spec: ClusterSpec): Promise<void>;
	/** Changes the node pools of a running cluster; a host that cannot leaves this out, and Resource Manager refuses to scale. */
	update?(spec: ClusterSpec): Promise<void>;
	delete(clusterId: string): Promise<void>;
	/** The kubeconfig's text. */
	credentials(clusterId: string, role: 'user' | 'admin'): string;
}
