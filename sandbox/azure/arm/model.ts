import type { Store } from '@lanyard/sandbox-ground';
import { openAssignments, type Assignments } from './assignment.ts';
import { openDenyAssignments, type DenyAssignments } from './deny-assignment.ts';
import type { CustomRole } from './custom-role.ts';
import type { Json } from './json-body.ts';
import { openOperations, type Operations } from './operation.ts';
import type { RegistryPolicies } from './registry-policy.ts';

/** Who made what was declared, in `systemData` and `createdBy`. */
export const worldCreator = 'world.yaml';

export interface Subscription {
	id: string;
	name: string;
	tenantId: string;
}

/** What every resource has. Ids are kept as they were written and compared in any case, as Resource Manager does. */
export interface Resource {
	id: string;
	name: string;
	group: string;
	subscriptionId: string;
	tenantId: string;
	location: string;
	/** RFC 3339. */
	createdAt: string;
	createdBy: string;
	/** Absent while nobody has changed it. */
	modifiedAt?: string;
	modifiedBy?: string;
	tags?: Record<string, string>;
	/** What is being done to it, or how that ended; absent for what is simply there. */
	busy?: Busy;
}

/** The last long-running operation on a resource; `until` lies in the past once it is over. */
export interface Busy {
	state: 'Creating' | 'Updating' | 'Scaling' | 'Deleting';
	/** RFC 3339. */
	until: string;
	fails?: boolean;
}

export interface ResourceGroup extends Omit<Resource, 'group'> {
	/** The cluster whose nodes live in it, or whatever its maker said. */
	managedBy?: string;
}

/** Where the hash in a login server comes from; `Unsecure` means that there is none. */
export type LabelScope = 'Unsecure' | 'TenantReuse' | 'SubscriptionReuse' | 'ResourceGroupReuse' | 'NoReuse';

export interface Registry extends Resource {
	sku: 'Basic' | 'Standard' | 'Premium';
	roleMode: 'RBAC' | 'ABAC';
	loginServer: string;
	labelScope: LabelScope;
	/** 32 hex digits, the `rid` of its tokens. */
	registryId: string;
	/** The storage host that layers are redirected to. */
	blobHost: string;
	adminUser: boolean;
	anonymousPull: boolean;
	/** Whether tokens for Resource Manager are taken too (`azureADAuthenticationAsArmPolicy`). */
	armAudience: boolean;
	network: RegistryNetwork;
	policies: RegistryPolicies;
	dataEndpoint: boolean;
	zoneRedundant: boolean;
	identity?: AssignedIdentity;
}

/** From where a registry may be reached. */
export interface RegistryNetwork {
	publicAccess: boolean;
	defaultAction: 'Allow' | 'Deny';
	/** IPv4 addresses and ranges that may. */
	ipRules: string[];
	/** Ids of subnets that may. */
	subnets: string[];
	/** Whether services that Azure trusts get past the rules. */
	trustsAzure: boolean;
}

/** The identities of a resource that acts for itself. */
export interface AssignedIdentity {
	/** Object id of the system-assigned one. */
	system?: string;
	/** Resource ids of the user-assigned ones. */
	user: string[];
}

/** A virtual network: only what registries' rules and clusters' nodes name. */
export interface Network extends Resource {
	prefixes: string[];
	subnets: Subnet[];
}

export interface Subnet {
	name: string;
	prefix: string;
	/** Services that are reached without leaving the network. */
	services: string[];
}

export interface Identity extends Resource {
	clientId: string;
	objectId: string;
}

export interface NodePool {
	name: string;
	count: number;
	mode: 'System' | 'User';
	/** What a client said about it beside that. */
	told: Json;
}

export interface ManagedCluster extends Resource {
	fqdn: string;
	dnsPrefix: string;
	/** As asked for: `1.35`, `1.35.4`. */
	kubernetesVersion: string;
	nodeGroup: string;
	nodePools: NodePool[];
	kubelet?: { resourceId: string; clientId: string; objectId: string };
	/** When the kubelet's identity has been made; RFC 3339. */
	kubeletFrom?: string;
	/** The system-assigned identity of the control plane. */
	controlPlaneObjectId?: string;
	/** The user-assigned identity of the control plane, instead. */
	controlPlaneIdentityId?: string;
	servicePrincipalClientId?: string;
	/** The identity of the add-on for virtual nodes, while it is on. */
	connector?: { resourceId: string; clientId: string; objectId: string };
	/** Settings that only matter because clients read back what they wrote. */
	told: Json;
}

/** One kind of resource: reads by id in any case. */
export interface Shelf<T extends { id: string }> {
	get(id: string): T | undefined;
	put(thing: T): void;
	/** Whether there was one. */
	remove(id: string): boolean;
	/** Those whose id starts with a scope. */
	under(scope: string): T[];
}

/** What Resource Manager knows. */
export interface Resources {
	subscriptions: Shelf<Subscription>;
	groups: Shelf<ResourceGroup>;
	registries: Shelf<Registry>;
	clusters: Shelf<ManagedCluster>;
	identities: Shelf<Identity>;
	networks: Shelf<Network>;
	assignments: Assignments;
	denials: DenyAssignments;
	customRoles: Shelf<CustomRole>;
	operations: Operations;
	registryAt(loginServer: string): Registry | undefined;
	/** By its client id, or by its name, as worlds declare it before it is made. */
	identityOf(clientIdOrName: string): Identity | undefined;
}

/** What Resource Manager keeps in a store. */
export function openResources(store: Store): Resources {
	const registries = openShelf<Registry>(store, 'arm/registries');
	const identities = openShelf<Identity>(store, 'arm/identities');
	return {
		subscriptions: openShelf(store, 'arm/subscriptions'),
		groups: openShelf(store, 'arm/groups'),
		registries,
		clusters: openShelf(store, 'arm/clusters'),
		identities,
		networks: openShelf(store, 'arm/networks'),
		assignments: openAssignments(store),
		denials: openDenyAssignments(store),
		customRoles: openShelf(store, 'arm/custom-roles'),
		operations: openOperations(store),
		registryAt: (host) => registries.under('').find(({ loginServer }) => loginServer === host.toLowerCase()),
		identityOf: (wanted) => {
			const isWanted = ({ id, clientId }: Identity) =>
				clientId === wanted.toLowerCase() || id.toLowerCase().endsWith(`/${wanted.toLowerCase()}`);
			return identities.under('').find(isWanted);
		},
	};
}

/** A shelf over one table of a store. */
export function openShelf<T extends { id: string }>(store: Store, name: string): Shelf<T> {
	const table = store.table<T>(name);
	return {
		get: (id) => table.get(id.toLowerCase()),
		put: (thing) => table.set(thing.id.toLowerCase(), thing),
		remove: (id) => table.delete(id.toLowerCase()),
		under: (scope) => table.entries(scope.toLowerCase()).map(([, thing]) => thing),
	};
}

/** What a resource's `provisioningState` says at a moment. */
export function provisioningState({ busy }: Pick<Resource, 'busy'>, now: Date): string {
	if (!busy) return 'Succeeded';
	if (new Date(busy.until) > now) return busy.state;
	return busy.fails ? 'Failed' : 'Succeeded';
}
