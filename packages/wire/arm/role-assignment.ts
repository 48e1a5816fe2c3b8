import { optionalDate, optionalString, stringField } from '../field.ts';
import { present } from '../present.ts';
import type { ArmCall } from './call.ts';

/** Who has which role where. */
export interface RoleAssignment {
	id: string;
	/** The GUID at the end of `id`. */
	name: string;
	scope: string;
	principalId: string;
	/** `ServicePrincipal`, `User`, `Group`, …; `Unknown` where Azure does not say. */
	principalType: string;
	roleDefinitionId: string;
	condition?: string;
	conditionVersion?: string;
	createdAt?: Date;
}

/** A role assignment to be made. The caller chooses `name` (a UUID), so that a second try is the same assignment. */
export interface NewRoleAssignment {
	scope: string;
	name: string;
	roleDefinitionId: string;
	principalId: string;
	principalType: string;
	condition?: string;
	conditionVersion?: string;
}

const apiVersion = '2022-04-01';

/**
 * Asks for the assignments at a scope and above it: `atScope()` leaves out those below. `assignedTo('…')` counts the
 * groups that the principal is in, `principalId eq '…'` would not
 * (learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest).
 */
export function roleAssignmentsCall(scope: string, principalId?: string): ArmCall {
	const filter = principalId === undefined ? 'atScope()' : `atScope() and assignedTo('${quoted(principalId)}')`;
	return { path: `${scope}/providers/Microsoft.Authorization/roleAssignments`, apiVersion, filter };
}

/** Makes an assignment: a PUT under a name, so that sending it twice makes one. */
export function assignRoleCall({ scope, name, ...properties }: NewRoleAssignment): ArmCall {
	const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${encodeURIComponent(name)}`;
	return { method: 'PUT', path, apiVersion, body: { properties } };
}

/** Takes an assignment away. Answered 200 with what was removed, 204 where there was none. */
export function removeRoleCall(id: string): ArmCall {
	return { method: 'DELETE', path: id, apiVersion };
}

/** Reads an assignment. */
export function parseRoleAssignment(json: unknown): RoleAssignment {
	return present({
		id: stringField(json, 'id'),
		name: stringField(json, 'name'),
		scope: stringField(json, 'properties.scope'),
		principalId: stringField(json, 'properties.principalId'),
		principalType: optionalString(json, 'properties.principalType') ?? 'Unknown',
		roleDefinitionId: stringField(json, 'properties.roleDefinitionId'),
		condition: optionalString(json, 'properties.condition'),
		conditionVersion: optionalString(json, 'properties.conditionVersion'),
		createdAt: optionalDate(json, 'properties.createdOn'),
	});
}

/** OData writes a quote inside a text twice. */
function quoted(text: string): string {
	return text.replaceAll("'", "''");
}
