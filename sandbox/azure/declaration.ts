/** What `world.yaml` says about Azure: plain data, names instead of ids. */
export interface AzureDeclaration {
	tenants: TenantDeclaration[];
	subscriptions: SubscriptionDeclaration[];
	registries?: RegistryDeclaration[];
	clusters?: ClusterDeclaration[];
	assignments?: AssignmentDeclaration[];
}

export interface TenantDeclaration {
	/** `contoso.onmicrosoft.com` */
	domain: string;
	/**
	 * `name` is the part before the `@`; without a password only `signIn` and the device page let a user in. `roles` are
	 * directory roles by name; where no user has any, the first one is Global Administrator, as whoever makes a tenant is.
	 */
	users?: { name: string; password?: string | undefined; roles?: string[] | undefined }[];
	/** Members are user principal names, or names of applications, identities, clusters and other groups. */
	groups?: { name: string; members?: string[] }[];
	/** Each gets a service principal; the secret is random unless one is given. */
	applications?: { name: string; password?: string | undefined; roles?: string[] | undefined }[];
}

export interface SubscriptionDeclaration {
	name: string;
	/** A tenant's domain. */
	tenant: string;
}

export interface RegistryDeclaration {
	name: string;
	group: string;
	sku?: 'Basic' | 'Standard' | 'Premium';
	roleMode?: 'RBAC' | 'ABAC';
	location?: string;
	/** A subscription's name; the first one when absent. */
	subscription?: string | undefined;
}

export interface ClusterDeclaration {
	name: string;
	group: string;
	nodes: number;
	identity: 'managed' | 'service-principal';
	plain?: boolean;
	/** With AKS's add-on for pods in Azure Container Instances. */
	virtualNodes?: boolean;
	location?: string;
	/** A subscription's name; the first one when absent. */
	subscription?: string | undefined;
}

export interface AssignmentDeclaration {
	/** A user principal name, or the name of a group, application, identity or cluster (its kubelet's identity). */
	principal: string;
	/** A built-in role by name or id. */
	role: string;
	/** `/subscriptions/NAME`, a resource id, or the name of a registry, cluster or resource group. */
	scope: string;
	/** Which requests it is for: a condition of version 2.0. */
	condition?: string | undefined;
}
