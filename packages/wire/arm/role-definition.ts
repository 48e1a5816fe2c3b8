import type { Permission } from '@lanyard/core';
import { optionalArray, optionalString, stringField } from '../field.ts';
import type { ArmCall } from './call.ts';
import { parsePermission } from './permission.ts';

/** A built-in or custom role. */
export interface RoleDefinition {
	id: string;
	/** The GUID at the end of `id`. */
	name: string;
	/** What people call it: `AcrPull`. */
	roleName: string;
	isBuiltIn: boolean;
	permissions: Permission[];
}

const apiVersion = '2022-05-01-preview';

/** Asks for one role. */
export function roleDefinitionCall(id: string): ArmCall {
	return { path: id, apiVersion };
}

/** The id of a role for who asks at a scope: assignments name it at the subscription, which not everybody may read who may read the scope. */
export function roleDefinitionIdAt(scope: string, id: string): string {
	return `${scope}/providers/Microsoft.Authorization/roleDefinitions/${id.split('/').at(-1) ?? ''}`;
}

/** Asks for the roles that can be assigned at a scope, or the one called `roleName` (any case). */
export function roleDefinitionsCall(scope: string, roleName?: string): ArmCall {
	const path = `${scope}/providers/Microsoft.Authorization/roleDefinitions`;
	if (roleName === undefined) return { path, apiVersion };
	return { path, apiVersion, filter: `roleName eq '${roleName.replaceAll("'", "''")}'` };
}

/** Reads a role. */
export function parseRoleDefinition(json: unknown): RoleDefinition {
	return {
		id: stringField(json, 'id'),
		name: stringField(json, 'name'),
		roleName: stringField(json, 'properties.roleName'),
		isBuiltIn: optionalString(json, 'properties.type') === 'BuiltInRole',
		permissions: optionalArray(json, 'properties.permissions', parsePermission),
	};
}
