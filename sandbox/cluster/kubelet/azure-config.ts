/** What a node's `/etc/kubernetes/azure.json` says, as far as the credential provider reads it. */
export interface AzureConfig {
	tenantId: string;
	/** `userAssignedIdentityID`: client id of the kubelet identity. */
	kubeletClientId?: string;
	/** Set where the cluster uses no managed identity. */
	servicePrincipal?: { clientId: string; secret: string };
}
