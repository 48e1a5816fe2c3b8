import { givesPull, Problem, pullRoleFor } from '@lanyard/core';
import type { Arm } from '@lanyard/clients';
import type { Cluster, Registry, RoleAssignment } from '@lanyard/wire';

import { type HeldRole, kubeletIdentityOf, type Seen } from './methods/kubelet-identity.ts';

/** Reads what attach and detach decide upon. Throws a `Problem` for every refusal. */
export async function gather(arm: Arm, { cluster, registry }: { cluster: Cluster; registry: Registry }): Promise<Seen> {
	const identity = kubeletIdentityOf(cluster);
	const [assignments, callerMay, roles] = await Promise.all([
		arm.roleAssignments(registry.id, { principalId: identity.objectId }),
		arm.permissions(registry.id),
		arm.roleDefinitions(registry.id, pullRoleFor(registry.roleMode).name),
	]);
	const [pullRole] = roles;
	if (!pullRole) {
		throw new Problem('role-not-found', {
			wanted: pullRoleFor(registry.roleMode).name,
			found: `no such role at ${registry.id}`,
		});
	}
	const held = await Promise.all(assignments.map((assignment) => describe(arm, registry, assignment)));
	return { cluster, registry, held, pullRole, callerMay };
}

async function describe(arm: Arm, registry: Registry, assignment: RoleAssignment): Promise<HeldRole> {
	const role = await arm.roleDefinition(assignment.roleDefinitionId);
	return {
		assignment,
		roleName: role.roleName,
		givesPull: role.permissions.some((one) => givesPull(one, registry.roleMode)),
	};
}
