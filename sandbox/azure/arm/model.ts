import type { Store } from '@lanyard/sandbox-ground';
import { openAssignments, type Assignments } from './assignment.ts';

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
}

export interface ResourceGroup extends Omit<Resource, 'group'> {
	/** The cluster whose nodes live in it. */
	managedBy?: string;
}

export interface Registry extends Resource {
	sku: 'Basic' | 'Standard' | 'Premium';
	roleMode: 'RBAC' | 'ABAC';
	loginServer: string;
	/** 32 hex digits, the `rid` of its tokens. */
	registryId: string;
	/** The storage host that layers are redirected to. */
	blobHost: string;
	anonymousPull: boolean;
	/** Whether tokens for Resource Manager are taken too (`azureADAuthenticationAsArmPolicy`). */
	armAudience: boolean;
}

export interface Identity extends Resource {
	clientId: string;
	objectId: string;
}

export interface ManagedCluster extends Resource {
	fqdn: string;
	dnsPrefix: string;
	kubernetesVersion: string;
	nodeGroup: string;
	nodePools: { name: string; count: number }[];
	kubelet?: { resourceId: string; clientId: string; objectId: string };
	controlPlaneObjectId?: string;
	servicePrincipalClientId?: string;
}

/** One kind of resource: reads by id in any case. */
export interface Shelf<T extends { id: string }> {
	get(id: string): T | undefined;
	put(thing: T): void;
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
	assignments: Assignments;
	registryAt(loginServer: string): Registry | undefined;
	identityOf(clientId: string): Identity | undefined;
}

/** What Resource Manager keeps in a store. */
export function openResources(store: Store): Resources {
	const registries = shelf<Registry>(store, 'arm/registries');
	const identities = shelf<Identity>(store, 'arm/identities');
	return {
		subscriptions: shelf(store, 'arm/subscriptions'),
		groups: shelf(store, 'arm/groups'),
		registries,
		clusters: shelf(store, 'arm/clusters'),
		identities,
		assignments: openAssignments(store),
		registryAt: (host) => registries.under('').find(({ loginServer }) => loginServer === host.toLowerCase()),
		identityOf: (id) => identities.under('').find(({ clientId }) => clientId === id.toLowerCase()),
	};
}

function shelf<T extends { id: string }>(store: Store, name: string): Shelf<T> {
	const table = store.table<T>(name);
	return {
		get: (id) => table.get(id.toLowerCase()),
		put: (thing) => table.set(thing.id.toLowerCase(), thing),
		under: (scope) => table.entries(scope.toLowerCase()).map(([, thing]) => thing),
	};
}
