import type { ImageReference } from '@lanyard/core';
import type { Target } from './target.ts';

/** What was read, or why it could not be read; both are facts. */
export type Reading<T> = { known: true; value: T; at: string } | { known: false; why: string; at: string };

/** One line of what was read, as `explain` shows it. */
export interface ReadRow {
	/** The left column: `identity`, `registry`, `roles`, `pull secret`. */
	what: string;
	says: string;
	/** `Azure`, `Kubernetes`, `registry`. */
	source: string;
	/** RFC 3339. */
	at: string;
}

export interface EventFact {
	reason: string;
	message: string;
	count: number;
	lastAt?: string;
}

/** One container of a pod; init containers count too. */
export interface ContainerFact {
	name: string;
	image: string;
	pullPolicy: string;
	state: 'waiting' | 'running' | 'terminated' | 'unknown';
	reason?: string;
	message?: string;
	/** It runs or ran: so the image was there. */
	hasStarted: boolean;
}

export interface PodFact {
	name: string;
	namespace: string;
	node?: string;
	serviceAccount: string;
	/** After admission: what the kubelet really uses. */
	pullSecrets: string[];
	createdAt?: string;
	containers: ContainerFact[];
	events: EventFact[];
}

interface ServiceAccountFact {
	pullSecrets: string[];
}

export interface NodeFact {
	os: string;
	architecture: string;
	kubelet: string;
	runtime: string;
	pool?: string;
}

/** One entry of a pull secret: its key, whose it is and when it ends; never the password. */
export interface SecretEntry {
	key: string;
	user?: string;
	/** RFC 3339; only where the password is a token that says so. */
	endsAt?: string;
}

export interface SecretFact {
	name: string;
	type: string;
	/** The names of the data keys. */
	dataKeys: string[];
	/** `entries` is what a kubelet gets out of it; `malformed` fails the whole look-up; `skipped` is passed over in silence. */
	content: { as: 'entries'; entries: SecretEntry[] } | { as: 'malformed' | 'skipped'; why: string };
}

export interface IdentityFact {
	/** The name a person knows it by: `mycluster-agentpool`. */
	name: string;
	objectId: string;
	clientId?: string;
}

/** The managed cluster behind the kubeconfig. */
export interface ClusterFact {
	id: string;
	name: string;
	subscriptionId: string;
	tenantId?: string;
	kubeletIdentity?: IdentityFact;
	controlPlane?: IdentityFact;
	servicePrincipalClientId?: string;
}

export interface RegistryResource {
	id: string;
	name: string;
	loginServer: string;
	roleMode: 'RBAC' | 'ABAC';
	adminUser: boolean;
	anonymousPull: boolean;
	armAudience: boolean;
	publicNetworkAccess: boolean;
	tenantId?: string;
}

export interface AssignmentFact {
	role: string;
	scope: string;
	principalId: string;
	/** Whether this role gives pull on this registry in its role mode. */
	givesPull: boolean;
	/** It would give pull in RBAC mode, but the registry is in ABAC mode, or the other way round. */
	wrongMode: boolean;
	hasCondition: boolean;
	/** What the condition says. */
	condition?: string;
	/** The assignment names a group, not the identity itself. */
	viaGroup: boolean;
	createdAt?: string;
}

/** Who may pull from one registry, as far as this cluster is concerned. */
export interface RoleFacts {
	/** The identity that pulls, at the registry and above, groups included. */
	here: AssignmentFact[];
	/** The same identity on other registries and groups, where that was readable. */
	elsewhere: AssignmentFact[];
	/** The control plane's identity, at the registry and above. */
	controlPlane: AssignmentFact[];
}

export interface RegistryFacts {
	host: string;
	/** Null: the caller sees no registry with this login server. */
	resource: Reading<RegistryResource | null>;
	/** Login servers of registries that the caller sees and whose names are near. */
	near: string[];
	roles?: Reading<RoleFacts>;
	/** How the registry answers somebody without credentials. */
	challenge?: Reading<ChallengeFact>;
}

export type ChallengeFact = { asks: 'bearer'; realm: string; service: string } | { asks: 'basic' | 'nothing' };

export type ManifestFact =
	| { found: true; digest: string; platforms: string[]; layers: number; bytes: number; layersReachable?: boolean }
	| { found: false; missing: 'tag' | 'repository' };

/** One image as the caller sees it in its registry. */
export interface ImageFact {
	image: string;
	/** Absent when the text is no image reference; then `invalid` says why. */
	reference?: ImageReference;
	invalid?: string;
	manifest?: Reading<ManifestFact>;
	/** Tags of the repository, or repositories of the registry, with near names. */
	near: string[];
}

/** Everything that the checks need, read once; plain data, no credential in it. */
export interface Facts {
	world: string;
	/** The managed cluster's name, else the kubeconfig context's. */
	cluster: string;
	target: Target;
	readAt: string;
	pods: PodFact[];
	/** Events of the workload and its replica sets: pods that were never made are explained there. */
	ownerEvents: EventFact[];
	serviceAccounts: Record<string, Reading<ServiceAccountFact | null>>;
	/** The pull secrets that pods name; null: no such secret in the namespace. */
	secrets: Record<string, Reading<SecretFact | null>>;
	/** Every pull secret of the namespace, named by a pod or not. */
	namespaceSecrets: Reading<SecretFact[]>;
	nodes: Record<string, Reading<NodeFact | null>>;
	/** Null: no managed cluster that the caller sees has this API server. */
	managedCluster: Reading<ClusterFact | null>;
	/** By host, in lower case. */
	registries: Record<string, RegistryFacts>;
	/** By the image as the pod names it. */
	images: Record<string, ImageFact>;
	read: ReadRow[];
}
