/** What a node's `/etc/kubernetes/azure.json` says, as far as the programs on it read it. */
export interface AzureConfig {
	tenantId: string;
	location: string;
	/** `userAssignedIdentityID`: client id of the kubelet identity. */
	kubeletClientId?: string;
	/** Set where the cluster uses no managed identity. */
	servicePrincipal?: { clientId: string; secret: string };
}
