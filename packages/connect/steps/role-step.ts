import type { Registry, RoleAssignment, RoleDefinition } from '@lanyard/wire';
import type { Draft } from './step-list.ts';

/** Whom a role is given to, and what people call them. */
export interface Grantee {
	/** Object id, or a reference to the step that makes it: `{1.principal}`. */
	objectId: string;
	name: string;
	/** `ServicePrincipal` if it is not said. */
	type?: string;
}

/** A role on exactly one registry; a condition narrows it to some repositories. */
export interface RoleGrant {
	registry: Pick<Registry, 'id' | 'name'>;
	role: RoleDefinition;
	to: Grantee;
	/** The assignment's UUID. */
	name: string;
	condition?: string | undefined;
	/** Repositories, for people. */
	only?: string | undefined;
}

/** Gives a role. */
export function assignStep({ registry, role, to, name, condition, only }: RoleGrant): Draft {
	const change = {
		scope: registry.id,
		name,
		roleDefinitionId: role.id,
		role: role.roleName,
		principalId: to.objectId,
		principalType: to.type ?? 'ServicePrincipal',
		...(condition === undefined ? {} : { condition, conditionVersion: '2.0' }),
	};
	const narrowed = only === undefined ? '' : `, only ${only}`;
	return {
		do: 'assign-role',
		target: registry.id,
		says: `give  ${role.roleName}  to  ${to.name}  on  ${registry.name}${narrowed}`,
		change,
		inverse: { do: 'remove-role', says: 'remove it', change: { id: assignmentId(registry.id, name) } },
	};
}

/** Takes a role away; given back, it has the condition it had, without which it would be wider than before. */
export function removeRoleStep(
	{ assignment, roleName }: { assignment: RoleAssignment; roleName: string },
	{ from, on, says }: { from: string; on: string; says?: string },
): Draft {
	const { scope, name, roleDefinitionId, principalId, principalType, condition, conditionVersion } = assignment;
	const change = {
		...{ scope, name, roleDefinitionId, role: roleName, principalId, principalType },
		...(condition === undefined ? {} : { condition }),
		...(conditionVersion === undefined ? {} : { conditionVersion }),
	};
	return {
		do: 'remove-role',
		target: scope,
		says: says ?? `take  ${roleName}  from  ${from}  on  ${on}`,
		change: { id: assignment.id },
		inverse: { do: 'assign-role', says: 'give it back', change },
		before: change,
	};
}

function assignmentId(scope: string, name: string): string {
	return `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
}
