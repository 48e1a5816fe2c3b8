import { builtInRoles, findBuiltInRole, type Role } from '@lanyard/core';
import type { State } from '../state.ts';
import { moreRoles } from './more-role.data.ts';

/** A role that somebody made: known in one tenant, assignable below some scopes. */
export interface CustomRole extends Role {
	tenantId: string;
	description: string;
	assignableScopes: string[];
	/** RFC 3339. */
	createdAt: string;
	updatedAt: string;
	createdBy: string;
	updatedBy: string;
}

/** Every role that Azure has made, as far as this world knows them. */
export const knownRoles: Role[] = [...Object.values(builtInRoles), ...moreRoles];

/** The roles of Azure's own as they are on this world's day. */
export function builtInRolesOf({ settings }: Pick<State, 'settings'>): Role[] {
	const otherwise = settings.asOf?.roles;
	return otherwise ? knownRoles.map((role) => ({ ...role, ...otherwise[role.id] })) : knownRoles;
}

/** A role of Azure's own by its name, in any letter case, or by its id. */
export function findKnownRole(nameOrId: string): Role | undefined {
	const wanted = nameOrId.toLowerCase();
	const isIt = ({ id, name }: Role) => id === wanted || name.toLowerCase() === wanted;
	return findBuiltInRole(nameOrId) ?? moreRoles.find(isIt);
}

/** The role behind an id, built in or made by somebody. */
export function findRole({ resources }: Pick<State, 'resources'>, id: string): Role | CustomRole | undefined {
	// Not for names: a custom role may be called like an id, never the other way round.
	return /^[0-9a-f-]{36}$/i.test(id) ? (findKnownRole(id) ?? resources.customRoles.get(id)) : undefined;
}

/** Whether somebody made it. */
export function isCustom(role: Role | CustomRole): role is CustomRole {
	return 'assignableScopes' in role;
}

/** Whether a role may be assigned at a scope: built-in ones anywhere, the others below their assignable scopes. */
export function isAssignableAt(role: Role | CustomRole, scope: string): boolean {
	if (!isCustom(role)) return true;
	const below = `${scope.toLowerCase()}/`;
	return role.assignableScopes.some(
		(one) => one === '/' || below.startsWith(`${one.toLowerCase().replace(/\/$/, '')}/`),
	);
}
