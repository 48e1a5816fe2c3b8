import { builtInRoles } from './built-in-role.ts';
import { type ActionKind, type Permission, type Role, rolePermits } from './role.ts';

/**
 * How a registry reads role assignments: in RBAC mode only registry-wide actions count, in ABAC mode only the data actions of
 * repositories, with or without a condition ("Azure Container Registry permissions and role assignments overview").
 */
export type RoleMode = 'RBAC' | 'ABAC';

/** What someone may want of a registry's content. */
export type RegistryUse = 'pull' | 'push' | 'delete' | 'list-repositories';

interface Need {
	kind: ActionKind;
	action: string;
}

const acr = 'Microsoft.ContainerRegistry/registries';

const needs: Record<RoleMode, Record<RegistryUse, Need>> = {
	RBAC: {
		pull: { kind: 'action', action: `${acr}/pull/read` },
		push: { kind: 'action', action: `${acr}/push/write` },
		delete: { kind: 'action', action: `${acr}/artifacts/delete` },
		// AcrPull lists the catalog too: there is no action of its own for it in this mode.
		'list-repositories': { kind: 'action', action: `${acr}/pull/read` },
	},
	ABAC: {
		pull: { kind: 'data-action', action: `${acr}/repositories/content/read` },
		push: { kind: 'data-action', action: `${acr}/repositories/content/write` },
		delete: { kind: 'data-action', action: `${acr}/repositories/content/delete` },
		'list-repositories': { kind: 'data-action', action: `${acr}/catalog/read` },
	},
};

/** Which action a registry in this mode asks for before it lets a caller do this. */
export function neededAction(mode: RoleMode, use: RegistryUse): Need {
	return needs[mode][use];
}

/** Whether a role gives this use of a registry in this mode; in ABAC mode a condition may still narrow it to some repositories. */
export function givesUse(role: Permission, mode: RoleMode, use: RegistryUse): boolean {
	const { action, kind } = needs[mode][use];
	return rolePermits(role, action, kind);
}

/** Whether a role gives pull from a registry in this mode. */
export function givesPull(role: Permission, mode: RoleMode): boolean {
	return givesUse(role, mode, 'pull');
}

/** The role with the fewest rights that gives pull in this mode. */
export function pullRoleFor(mode: RoleMode): Role {
	return mode === 'ABAC' ? builtInRoles.repositoryReader : builtInRoles.acrPull;
}

/** Reads ARM's `roleAssignmentMode`; registries that do not name one are in RBAC mode, which is what there was before. */
export function parseRoleMode(roleAssignmentMode: string | undefined): RoleMode {
	return roleAssignmentMode?.toLowerCase() === 'abacrepositorypermissions' ? 'ABAC' : 'RBAC';
}
