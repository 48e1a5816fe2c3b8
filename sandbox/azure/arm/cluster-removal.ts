import type { State } from '../state.ts';
import { removeAssignmentsUnder } from './assignment-removal.ts';
import { endGeneration } from './generation.ts';
import { removeIdentity } from './identity-handler.ts';
import { removeManagedIdentity } from './managed-identity.ts';

/** Takes a cluster away: its API server and nodes, its own identities, its node group with all that is in it. */
export async function removeCluster(state: State, clusterId: string): Promise<void> {
	const { clusters, groups, identities } = state.resources;
	const cluster = clusters.get(clusterId);
	if (!cluster) return;
	clusters.remove(cluster.id);
	const { id, controlPlaneObjectId, subscriptionId, nodeGroup } = cluster;
	if (controlPlaneObjectId !== undefined) removeManagedIdentity(state, { id, objectId: controlPlaneObjectId });
	else endGeneration(state, id);
	removeAssignmentsUnder(state, id);
	const nodeGroupId = `/subscriptions/${subscriptionId}/resourceGroups/${nodeGroup}`;
	if (groups.get(nodeGroupId)?.managedBy?.toLowerCase() === id.toLowerCase()) {
		for (const identity of identities.under(`${nodeGroupId}/`)) removeIdentity(state, identity);
		removeAssignmentsUnder(state, nodeGroupId);
		groups.remove(nodeGroupId);
	}
	await state.clusterHost.delete(id);
}
