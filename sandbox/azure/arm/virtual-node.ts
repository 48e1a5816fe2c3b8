import type { ClusterSpec } from '../cluster-host.ts';
import type { State } from '../state.ts';
import { removeAssignmentsUnder } from './assignment-removal.ts';
import { type Json, recordIn, textIn } from './json-body.ts';
import { addManagedIdentity, removeManagedIdentity } from './managed-identity.ts';
import type { Identity, ManagedCluster } from './model.ts';

const addon = 'aciConnectorLinux';

/** The add-on for virtual nodes (`az aks enable-addons --addons virtual-node`) as a client tells it. */
export function virtualNodeProfile(subnetName: string): Json {
	return { [addon]: { enabled: true, config: { SubnetName: subnetName } } };
}

/** The cluster, and the identity that the add-on has in the nodes' group while it is on; with a service principal it is that one. */
export function withConnector(state: State, cluster: ManagedCluster): ManagedCluster {
	const { connector, ...rest } = cluster;
	const isWanted = profileOf(cluster)?.['enabled'] === true && cluster.servicePrincipalClientId === undefined;
	if (isWanted) return { ...rest, connector: connector ?? makeIdentity(state, cluster) };
	if (connector) {
		removeManagedIdentity(state, { id: connector.resourceId, objectId: connector.objectId });
		removeAssignmentsUnder(state, connector.resourceId);
		state.resources.identities.remove(connector.resourceId);
	}
	return rest;
}

/** What the host of clusters is told of the add-on; nothing while it is off. */
export function virtualNodesOf(cluster: ManagedCluster): ClusterSpec['virtualNodes'] {
	const profile = profileOf(cluster);
	if (profile?.['enabled'] !== true) return undefined;
	const clientId = cluster.connector?.clientId ?? cluster.servicePrincipalClientId ?? '';
	return { subnetName: textIn(recordIn(profile, 'config'), 'SubnetName') ?? '', clientId };
}

/** The add-ons as clients read them back: each as told, and the identity that AKS made for it. */
export function addonProfilesOf(cluster: ManagedCluster): Json {
	return Object.fromEntries(
		Object.entries(recordIn(cluster.told, 'addonProfiles')).map(([name, told]) => {
			const isConnector = name.toLowerCase() === addon.toLowerCase();
			return [name, isConnector && cluster.connector ? { ...asRecord(told), identity: cluster.connector } : told];
		}),
	);
}

function profileOf({ told }: ManagedCluster): Json | undefined {
	const profiles = Object.entries(recordIn(told, 'addonProfiles'));
	const found = profiles.find(([name]) => name.toLowerCase() === addon.toLowerCase());
	return found && asRecord(found[1]);
}

function asRecord(value: unknown): Json {
	return recordIn({ value }, 'value');
}

function makeIdentity(state: State, { nodeGroup, name: clusterName, ...cluster }: ManagedCluster) {
	const name = `${addon.toLowerCase()}-${clusterName}`;
	const { subscriptionId, tenantId, location, createdAt, createdBy } = cluster;
	const group = `/subscriptions/${subscriptionId}/resourceGroups/${nodeGroup}`;
	const id = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
	const { clientId, objectId } = addManagedIdentity(state, { id, tenantId, createdBy }, name);
	const common = { subscriptionId, tenantId, location, createdAt, createdBy };
	const identity: Identity = { ...common, id, name, group: nodeGroup, clientId, objectId };
	state.resources.identities.put(identity);
	return { resourceId: id, clientId, objectId };
}
