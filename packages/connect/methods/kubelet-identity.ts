import { actionMatches, type Permission, type Plan, Problem, type Step } from '@lanyard/core';
import type { Cluster, KubeletIdentity, Registry, RoleAssignment, RoleDefinition } from '@lanyard/wire';

/** One role assignment of the kubelet identity, or of a group it is in, and what that role means for pulls. */
export interface HeldRole {
	assignment: RoleAssignment;
	roleName: string;
	givesPull: boolean;
}

/** What attach and detach decide upon. */
export interface Seen {
	cluster: Cluster;
	registry: Registry;
	/** At the registry and above it, groups included. */
	held: HeldRole[];
	/** The role that gives pull in this registry's role mode. */
	pullRole: RoleDefinition;
	/** What the caller may do at the registry. */
	callerMay: Permission[];
}

/** The names a plan is made with: passed in, because they are random. */
export interface PlanNames {
	world: string;
	planId: string;
	/** UUID of the assignment to be made. */
	assignmentName: string;
}

const assignAction = 'Microsoft.Authorization/roleAssignments/write';
const removeAction = 'Microsoft.Authorization/roleAssignments/delete';

/**
 * Plans the pull role on exactly this registry for the cluster's one kubelet identity: AcrPull, or Container Registry
 * Repository Reader where the registry is in ABAC mode, which does not honour AcrPull. No steps where the identity can
 * pull already. Throws `method-not-possible` or `caller-lacks-right`.
 */
export function planAttach(seen: Seen, names: PlanNames): Plan {
	const identity = kubeletIdentityOf(seen.cluster);
	const already = seen.held.find((role) => role.givesPull);
	if (!already) mustBeAllowed(seen, assignAction);
	return {
		...frame(seen, names, identity),
		goal: goalOf('kubelet-identity', seen),
		steps: already ? [] : [assignStep(seen, identity, names.assignmentName)],
		proof: { by: 'pull-pod', says: 'a short-lived pod on each node pool pulls from the registry' },
	};
}

/** Plans the removal of every pull role that the kubelet identity itself holds on exactly this registry. */
export function planDetach(seen: Seen, names: PlanNames): Plan {
	const identity = kubeletIdentityOf(seen.cluster);
	const own = seen.held.filter((role) => role.givesPull && isOwnAndHere(role, seen.registry, identity));
	if (own.length > 0) mustBeAllowed(seen, removeAction);
	return {
		...frame(seen, names, identity),
		goal: goalOf('kubelet-identity-detach', seen),
		steps: own.map((role, at) => removeStep(role, seen, at)),
		proof: { by: 'no-role-left', says: 'no role at or above the registry gives pull any more' },
	};
}

/** What still gives this identity pull although nothing on the registry itself does: wider scopes, and groups. */
export function otherPullRoles(seen: Seen): HeldRole[] {
	const identity = kubeletIdentityOf(seen.cluster);
	return seen.held.filter((role) => role.givesPull && !isOwnAndHere(role, seen.registry, identity));
}

/** The last part of the identity's resource id, which is how people know it. */
export function identityName({ resourceId }: KubeletIdentity): string {
	return resourceId.split('/').at(-1) ?? resourceId;
}

/** The kubelet identity. Throws `method-not-possible` on clusters that have none. */
export function kubeletIdentityOf(cluster: Cluster): KubeletIdentity {
	if (cluster.kubeletIdentity) return cluster.kubeletIdentity;
	throw new Problem('method-not-possible', {
		sentence: `${cluster.name} has no kubelet identity`,
		wanted: 'a cluster with managed identity',
		found: cluster.servicePrincipalClientId
			? `a cluster that pulls with service principal ${cluster.servicePrincipalClientId}`
			: 'a cluster that is still being created',
		fix: 'Move the cluster to managed identity: az aks update --enable-managed-identity',
	});
}

function frame(seen: Seen, names: PlanNames, identity: KubeletIdentity) {
	return {
		schema: 'lanyard.dev/plan/v1' as const,
		id: names.planId,
		world: names.world,
		seen: {
			cluster: seen.cluster.id,
			registry: seen.registry.id,
			roleMode: seen.registry.roleMode,
			kubeletIdentity: identity.objectId,
		},
	};
}

function goalOf(method: string, { cluster, registry }: Seen) {
	return { method, target: { cluster: cluster.name, registry: registry.name } };
}

function assignStep({ registry, pullRole }: Seen, identity: KubeletIdentity, name: string): Step {
	const change = {
		scope: registry.id,
		name,
		roleDefinitionId: pullRole.id,
		role: pullRole.roleName,
		principalId: identity.objectId,
		principalType: 'ServicePrincipal',
	};
	const line = `${pullRole.roleName}  to  ${identityName(identity)}  on  ${registry.name}`;
	return {
		id: '1',
		do: 'assign-role',
		target: registry.id,
		says: `give  ${line}`,
		change,
		inverse: { do: 'remove-role', says: 'remove it', change: { id: assignmentId(registry.id, name) } },
		before: null,
		state: 'planned',
	};
}

function removeStep({ assignment, roleName }: HeldRole, { cluster, registry }: Seen, at: number): Step {
	const { scope, name, roleDefinitionId, principalId, principalType, condition, conditionVersion } = assignment;
	const change = {
		...{ scope, name, roleDefinitionId, role: roleName, principalId, principalType },
		// Given back without its condition, the role would be wider than before.
		...(condition === undefined ? {} : { condition }),
		...(conditionVersion === undefined ? {} : { conditionVersion }),
	};
	return {
		id: String(at + 1),
		do: 'remove-role',
		target: registry.id,
		says: `take  ${roleName}  from  ${identityName(kubeletIdentityOf(cluster))}  on  ${registry.name}`,
		change: { id: assignment.id },
		inverse: { do: 'assign-role', says: 'give it back', change },
		before: change,
		state: 'planned',
	};
}

function assignmentId(scope: string, name: string): string {
	return `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
}

function isOwnAndHere({ assignment }: HeldRole, registry: Registry, identity: KubeletIdentity): boolean {
	const isHere = assignment.scope.toLowerCase() === registry.id.toLowerCase();
	return isHere && assignment.principalId === identity.objectId;
}

/** ARM's permissions API has already counted deny assignments and activated eligible roles in; this only reads it. */
function mustBeAllowed(seen: Seen, action: string): void {
	const allows = ({ actions, notActions }: Permission) =>
		actions.some((pattern) => actionMatches(pattern, action)) &&
		!notActions.some((pattern) => actionMatches(pattern, action));
	if (seen.callerMay.some(allows)) return;
	const nearly = seen.callerMay.some(({ actions }) => actions.some((pattern) => actionMatches(pattern, action)));
	throw new Problem('caller-lacks-right', {
		sentence: `you may not ${action === assignAction ? 'assign' : 'remove'} roles on ${seen.registry.name}`,
		wanted: `${action} on ${seen.registry.id}`,
		found: nearly ? 'a role of yours that leaves exactly that out' : 'no role of yours that has it',
		where: seen.registry.id,
		fix: `Ask an Owner or Role Based Access Control Administrator to run:\n${azCommand(seen, action)}`,
	});
}

/** The sentence to send to someone who has the right. */
function azCommand({ cluster, registry, pullRole }: Seen, action: string): string {
	const { objectId } = kubeletIdentityOf(cluster);
	if (action === removeAction) {
		return `az role assignment delete --assignee ${objectId} --role ${pullRole.name} --scope ${registry.id}`;
	}
	return [
		`az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal \\`,
		`  --role ${pullRole.name} --scope ${registry.id}`,
	].join('\n');
}
