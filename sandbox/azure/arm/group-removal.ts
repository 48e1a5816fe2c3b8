import type { State } from '../state.ts';
import { removeCluster } from './cluster-removal.ts';
import { removeIdentity } from './identity-handler.ts';
import { removeAssignmentsUnder } from './assignment-removal.ts';
import { removeRegistry } from './registry-removal.ts';

/** Takes a resource group away with everything in it: clusters first, their node groups go with them. */
export async function removeGroup(state: State, groupId: string): Promise<void> {
	const { clusters, registries, identities, networks, groups } = state.resources;
	for (const { id } of clusters.under(`${groupId}/`)) await removeCluster(state, id);
	for (const registry of registries.under(`${groupId}/`)) removeRegistry(state, registry);
	for (const identity of identities.under(`${groupId}/`)) removeIdentity(state, identity);
	for (const { id } of networks.under(`${groupId}/`)) removeNetwork(state, id);
	removeAssignmentsUnder(state, groupId);
	groups.remove(groupId);
}

/** Takes a network away, with the roles that were given on it and its subnets. */
export function removeNetwork(state: State, id: string): void {
	removeAssignmentsUnder(state, id);
	state.resources.networks.remove(id);
}
