import type { State } from '../state.ts';
import { removeCluster } from './cluster-removal.ts';
import { removeIdentity } from './identity-handler.ts';
import { removeAssignmentsUnder } from './assignment-removal.ts';
import { removeRegistry } from './registry-removal.ts';

/** Takes a resource group away with everything in it: clusters first, their node groups go with them. */
export async function removeGroup(state: State, groupId: string): Promise<void> {
	const { clusters, registries, identities, groups } = state.resources;
	for (const { id } of clusters.under(`${groupId}/`)) await removeCluster(state, id);
	for (const registry of registries.under(`${groupId}/`)) removeRegistry(state, registry);
	for (const identity of identities.under(`${groupId}/`)) removeIdentity(state, identity);
	removeAssignmentsUnder(state, groupId);
	groups.remove(groupId);
}
