import { uuidOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import { everybody } from './deny-assignment.ts';
import { recordIn, textIn } from './json-body.ts';
import type { ManagedCluster } from './model.ts';

/**
 * "Node resource group lockdown": with the restriction level ReadOnly a deny assignment leaves everybody but AKS nothing but reads in the
 * group of the nodes. What AKS calls it is not known.
 */
export function applyLockdown({ resources, seed }: State, cluster: ManagedCluster, now: string): void {
	const level = textIn(recordIn(cluster.told, 'nodeResourceGroupProfile'), 'restrictionLevel');
	const scope = `/subscriptions/${cluster.subscriptionId}/resourceGroups/${cluster.nodeGroup}`;
	const name = uuidOf(seed, scope.toLowerCase(), 'lockdown');
	const before = resources.denials.get(scope, name);
	if (level !== 'ReadOnly') {
		if (before) resources.denials.remove(before);
		return;
	}
	const { controlPlaneObjectId: aks } = cluster;
	resources.denials.put({
		name,
		title: `AKS node resource group lockdown of ${cluster.name}`,
		scope,
		...{ actions: ['*'], notActions: ['*/read'], dataActions: [], notDataActions: [] },
		principals: [{ id: everybody, type: 'SystemDefined' }],
		excluded: aks === undefined ? [] : [{ id: aks, type: 'ServicePrincipal' }],
		stopsHere: false,
		isSystemProtected: true,
		...{ createdAt: before?.createdAt ?? now, createdBy: aks ?? '', updatedAt: now, updatedBy: aks ?? '' },
	});
}
