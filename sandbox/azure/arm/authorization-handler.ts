import type { Role } from '@lanyard/core';
import { permissionsAt } from '../authorize.ts';
import { scopesAbove, subscriptionOf } from '../scope.ts';
import { type Ask, refuse } from './ask.ts';
import type { Assignment } from './assignment.ts';
import { removeAssignment, writeAssignment } from './assignment-write.ts';
import { assignmentBody } from './body.ts';
import { type CustomRole, findRole, isAssignableAt, isCustom, builtInRolesOf } from './custom-role.ts';
import type { Answered, Arm } from './handler.ts';
import { listResponse } from './page.ts';
import { armRefusals } from './refusal.ts';
import { roleDefinitionBody } from './role-definition.ts';
import { removeRole, writeRole } from './role-write.ts';
import { missingAt } from './scope-exists.ts';

const provider = 'providers/microsoft.authorization';

/** Microsoft.Authorization hangs on every scope: role definitions, role assignments, the caller's permissions. */
export function addAuthorization(app: Arm, answered: Answered): void {
	for (const scope of ['', '/:scope{.+}']) {
		app.get(`${scope}/${provider}/roledefinitions`, answered(listRoles));
		app.get(`${scope}/${provider}/roledefinitions/:role`, answered(showRole));
		app.put(`${scope}/${provider}/roledefinitions/:role`, answered(writeRole));
		app.delete(`${scope}/${provider}/roledefinitions/:role`, answered(removeRole));
		app.get(`${scope}/${provider}/roleassignments`, answered(listAssignments));
		app.get(`${scope}/${provider}/roleassignments/:name`, answered(showAssignment));
		app.put(`${scope}/${provider}/roleassignments/:name`, answered(writeAssignment));
		app.delete(`${scope}/${provider}/roleassignments/:name`, answered(removeAssignment));
		app.get(`${scope}/${provider}/permissions`, answered(permissions));
	}
}

/** The part of the path in front of `/providers/Microsoft.Authorization`. */
function scopeOf({ segments }: Ask): string {
	const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
	return `/${segments.slice(0, at).join('/')}`;
}

function listRoles(ask: Ask): Response {
	const scope = scopeOf(ask);
	const refused = refuse(ask, 'Microsoft.Authorization/roleDefinitions/read', scope);
	if (refused) return refused;
	const filter = readRoleFilter(ask.query.get('$filter'));
	if (!filter) return armRefusals.badFilter(ask.query.get('$filter') ?? '');
	const custom = ask.state.resources.customRoles.under('').filter((role) => isKnownAt(ask, role, scope));
	// Not `findRole`: a GUID is no role name.
	const roles = [...builtInRolesOf(ask.state), ...custom].filter(filter);
	return listResponse(ask, roles, (role) => roleDefinitionBody(role, subscriptionOf(scope)));
}

/** A custom role is listed where it may be assigned, by whoever is of its tenant. */
function isKnownAt({ caller }: Ask, role: CustomRole, scope: string): boolean {
	return role.tenantId === caller.tenantId && isAssignableAt(role, scope);
}

/** `roleName eq 'N'`, `type eq 'CustomRole'`, `atScopeAndBelow()`, and their `and`; undefined for anything else. */
function readRoleFilter(filter: string | null): ((role: Role) => boolean) | undefined {
	const tests: ((role: Role) => boolean)[] = [];
	for (const part of filter === null ? [] : filter.split(/ and /i)) {
		const [, field = '', value = ''] = part.match(/^\s*(roleName|type) eq '([^']*)'\s*$/i) ?? [];
		if (/^roleName$/i.test(field)) tests.push(({ name }) => name.toLowerCase() === value.toLowerCase());
		else if (/^type$/i.test(field)) tests.push((role) => isCustom(role) === /^CustomRole$/i.test(value));
		else if (!/^\s*atScopeAndBelow\(\)\s*$/i.test(part)) return undefined;
	}
	return (role) => tests.every((test) => test(role));
}

function showRole(ask: Ask): Response {
	const scope = scopeOf(ask);
	const id = ask.segments.at(-1) ?? '';
	const refused = refuse(ask, 'Microsoft.Authorization/roleDefinitions/read', scope);
	if (refused) return refused;
	const role = findRole(ask.state, id);
	const isForeign = role && isCustom(role) && role.tenantId !== ask.caller.tenantId;
	return role && !isForeign
		? Response.json(roleDefinitionBody(role, subscriptionOf(scope)))
		: armRefusals.roleNotFound(id);
}

function listAssignments(ask: Ask): Response {
	const scope = scopeOf(ask);
	const refused = refuse(ask, 'Microsoft.Authorization/roleAssignments/read', scope) ?? missingAt(ask.state, scope);
	if (refused) return refused;
	const filter = readFilter(ask.query.get('$filter'));
	if (!filter) return armRefusals.badFilter(ask.query.get('$filter') ?? '');
	const found = assignmentsAt(ask, scope, filter);
	const subscriptionId = subscriptionOf(scope);
	return listResponse(ask, found, (one) => assignmentBody(one, { subscriptionId }));
}

interface Filter {
	atScope: boolean;
	principalId?: string;
	/** Direct assignments and those through groups. */
	assignedTo?: string;
}

/** `atScope()` means at the scope and above; without it, what is below comes too (recorded). */
function assignmentsAt({ state }: Ask, scope: string, { atScope, principalId, assignedTo }: Filter): Assignment[] {
	const { assignments } = state.resources;
	const above = aboveOf(scope).flatMap((outer) => assignments.at(outer));
	const all = [...above, ...(atScope ? assignments.at(scope) : assignments.under(scope))];
	const ids = assignedTo === undefined ? undefined : [assignedTo, ...state.directory.groupsOf(assignedTo)];
	return all.filter((one) => {
		return (principalId === undefined || one.principalId === principalId) && (!ids || ids.includes(one.principalId));
	});
}

function aboveOf(scope: string): string[] {
	return scope === '/' ? [] : scopesAbove(scope).slice(0, -1);
}

/** The filters of the documentation and their `and`; undefined for anything else. */
function readFilter(filter: string | null): Filter | undefined {
	const read: Filter = { atScope: false };
	for (const part of filter === null ? [] : filter.split(/ and /i)) {
		const [, principalId] = part.match(/^\s*principalId eq '?([0-9a-f-]{36})'?\s*$/i) ?? [];
		const [, assignedTo] = part.match(/^\s*assignedTo\('([0-9a-f-]{36})'\)\s*$/i) ?? [];
		if (principalId !== undefined) read.principalId = principalId.toLowerCase();
		else if (assignedTo !== undefined) read.assignedTo = assignedTo.toLowerCase();
		else if (/^\s*atScope\(\)\s*$/i.test(part)) read.atScope = true;
		else return undefined;
	}
	return read;
}

function showAssignment(ask: Ask): Response {
	const scope = scopeOf(ask);
	const name = ask.segments.at(-1) ?? '';
	const refused = refuse(ask, 'Microsoft.Authorization/roleAssignments/read', `/${ask.segments.join('/')}`);
	if (refused) return refused;
	const found = ask.state.resources.assignments.get(scope, name);
	if (!found) return armRefusals.assignmentNotFound(name);
	return Response.json(assignmentBody(found, { subscriptionId: subscriptionOf(scope) }));
}

/** What the caller may do at a scope, role by role; asking is always allowed. */
function permissions(ask: Ask): Response {
	const scope = scopeOf(ask);
	const missing = missingAt(ask.state, scope);
	if (missing) return missing;
	const value = permissionsAt(ask.state, ask.caller, scope);
	const reason = `everybody may ask for their own permissions; ${value.length} roles count here`;
	ask.visit.decided({ allowed: true, action: 'Microsoft.Authorization/permissions/read', scope, reason });
	return Response.json({ value });
}
