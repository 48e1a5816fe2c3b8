import { uuidOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import type { ClusterEntra, ClusterSpec } from '../cluster-host.ts';
import { addManagedIdentity } from './managed-identity.ts';
import { type Json, recordIn, textIn } from './json-body.ts';
import type { Identity, ManagedCluster, NodePool, Resource } from './model.ts';
import { generationOf } from './generation.ts';
import { virtualNodesOf, withConnector } from './virtual-node.ts';

/** The Kubernetes version whose kubelet and containerd the sandbox imitates (DESIGN, "Pinned"). */
export const pinnedVersion = '1.35.4';

/** Who a cluster's control plane and nodes are. */
export type ClusterIdentity =
	| { kind: 'service-principal'; clientId: string; secret: string }
	| { kind: 'managed'; controlPlane?: Identity; kubelet?: Identity };

/** A cluster that somebody wants. */
export interface ClusterWish {
	dnsPrefix: string;
	nodePools: NodePool[];
	identity: ClusterIdentity;
	kubernetesVersion?: string;
	nodeGroup?: string;
	told?: Json;
}

/** A cluster as Resource Manager keeps it, with the identities that AKS makes for it. */
export function newCluster(state: State, resource: Resource, wish: ClusterWish): ManagedCluster {
	const nodeGroup = wish.nodeGroup ?? nodeGroupOf(resource);
	putNodeGroup(state, resource, nodeGroup);
	return withConnector(state, {
		...resource,
		fqdn: fqdnOf(state, resource, wish.dnsPrefix),
		dnsPrefix: wish.dnsPrefix,
		kubernetesVersion: wish.kubernetesVersion ?? pinnedVersion,
		nodePools: wish.nodePools,
		nodeGroup,
		told: wish.told ?? {},
		...identitiesOf(state, { ...resource, nodeGroup }, wish.identity),
	});
}

/** AKS puts the nodes, and the kubelet identity it makes, into a group of its own. */
function nodeGroupOf({ group, name, location }: Resource): string {
	return `MC_${group}_${name}_${location}`.slice(0, 80);
}

function putNodeGroup(state: State, cluster: Resource, name: string): void {
	const { subscriptionId, tenantId, location, createdAt, createdBy } = cluster;
	const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
	if (state.resources.groups.get(id)) return;
	const common = { subscriptionId, tenantId, location, createdAt, createdBy };
	state.resources.groups.put({ ...common, id, name, managedBy: cluster.id });
}

function fqdnOf(state: State, { id, location }: Resource, dnsPrefix: string): string {
	const hash = uuidOf(state.seed, id.toLowerCase(), ...generationOf(state, id), 'fqdn').slice(0, 8);
	return `${dnsPrefix}-${hash}.hcp.${location}.azmk8s.io`.toLowerCase();
}

type Placed = Resource & { nodeGroup: string };
type Identities = Pick<
	ManagedCluster,
	'kubelet' | 'controlPlaneObjectId' | 'controlPlaneIdentityId' | 'servicePrincipalClientId'
>;

/** The identities of a cluster; what a managed one was not given, AKS makes. */
export function identitiesOf(state: State, cluster: Placed, identity: ClusterIdentity): Identities {
	if (identity.kind === 'service-principal') return { servicePrincipalClientId: identity.clientId };
	const kubelet = identity.kubelet ?? makeKubeletIdentity(state, cluster);
	const { id: resourceId, clientId, objectId } = kubelet;
	const controlPlane: Identities = identity.controlPlane
		? { controlPlaneIdentityId: identity.controlPlane.id }
		: // The control plane's own identity is system assigned: it has the cluster's name and no resource.
			{ controlPlaneObjectId: addManagedIdentity(state, cluster, cluster.name).objectId };
	return { kubelet: { resourceId, clientId, objectId }, ...controlPlane };
}

function makeKubeletIdentity(state: State, { nodeGroup, name: clusterName, ...cluster }: Placed): Identity {
	const name = `${clusterName}-agentpool`;
	const group = state.resources.groups.get(`/subscriptions/${cluster.subscriptionId}/resourceGroups/${nodeGroup}`);
	const id = `${group?.id ?? ''}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
	const { subscriptionId, tenantId, location, createdAt, createdBy } = cluster;
	const ids = addManagedIdentity(state, { id, tenantId, createdBy }, name);
	const common = { subscriptionId, tenantId, location, createdAt, createdBy };
	const identity: Identity = { ...common, id, name, group: nodeGroup, ...ids };
	state.resources.identities.put(identity);
	return identity;
}

/** How the users of a cluster sign in with Entra (`aadProfile`); undefined where they do not. */
export function entraOf({ told, tenantId }: Pick<ManagedCluster, 'told' | 'tenantId'>): ClusterEntra | undefined {
	const profile = recordIn(told, 'aadProfile');
	if (profile['managed'] !== true) return undefined;
	const ids: unknown = profile['adminGroupObjectIDs'];
	return {
		tenantId: textIn(profile, 'tenantID') ?? tenantId,
		adminGroups: Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [],
		azureRbac: profile['enableAzureRBAC'] === true,
	};
}

/** What the host of clusters needs to know to run it. */
export function specOf(cluster: ManagedCluster, identity: ClusterIdentity): ClusterSpec {
	const { id, name, group, location, subscriptionId, tenantId, fqdn, kubelet } = cluster;
	const entra = entraOf(cluster);
	const virtualNodes = virtualNodesOf(cluster);
	return {
		id,
		name,
		group,
		location,
		subscriptionId,
		tenantId,
		fqdn,
		kubernetesVersion: patchOf(cluster.kubernetesVersion),
		nodePools: cluster.nodePools.map((pool) => ({ name: pool.name, count: pool.count })),
		...(kubelet && { kubeletClientId: kubelet.clientId }),
		...(entra && { entra }),
		...(virtualNodes && { virtualNodes }),
		...(identity.kind === 'service-principal' && {
			servicePrincipal: { clientId: identity.clientId, secret: identity.secret },
		}),
	};
}

/** Versions that clusters may be made of; AKS takes the first where a client names none: a minor version (recorded in 2024). */
export const knownVersions = ['1.35', pinnedVersion];

/** The patch that a cluster runs: `1.35` means the newest of its minor version that the world has. */
export function patchOf(version: string, known: string[] = knownVersions): string {
	return known.find((one) => one.startsWith(`${version}.`)) ?? version;
}
