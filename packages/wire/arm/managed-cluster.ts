/** An AKS cluster as Resource Manager describes it. */
export interface Cluster {
	/** The resource id, as stored. */
	id: string;
	name: string;
	location: string;
	/** The API server's host name; the private one for a private cluster; empty while the cluster is being created. */
	fqdn: string;
	kubernetesVersion: string;
	/** The group that holds the nodes: `MC_group_cluster_region`. */
	nodeResourceGroup?: string;
	tenantId?: string;
	nodePools: NodePool[];
	/** The identity that pulls, on clusters with managed identity. */
	kubeletIdentity?: KubeletIdentity;
	/** Object id of the system-assigned control-plane identity. */
	controlPlaneObjectId?: string;
	/** Set only on service-principal clusters: `msi` is no principal. */
	servicePrincipalClientId?: string;
}

export interface NodePool {
	name: string;
	count: number;
	os: string;
}

export interface KubeletIdentity {
	resourceId: string;
	clientId: string;
	objectId: string;
}
