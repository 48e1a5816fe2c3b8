import { isCondition } from '../condition.ts';
import { hasAppeared } from '../entra/model.ts';
import { subscriptionOf } from '../scope.ts';
import { type Ask, refuse } from './ask.ts';
import type { Assignment } from './assignment.ts';
import { assignmentBody } from './body.ts';
import { findRole, isAssignableAt, isCustom } from './custom-role.ts';
import { type Json, readBody, recordIn, textIn } from './json-body.ts';
import { armRefusals } from './refusal.ts';
import { missingAt } from './scope-exists.ts';

const type = 'Microsoft.Authorization/roleAssignments';
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Place {
	scope: string;
	name: string;
	/** The assignment's own id: what the action is asked for. */
	id: string;
}

function placeOf({ segments }: Ask): Place {
	const scope = `/${segments.slice(0, -4).join('/')}`;
	return { scope, name: (segments.at(-1) ?? '').toLowerCase(), id: `/${segments.join('/')}` };
}

/** Makes a role assignment, or changes its condition or description; it counts once it has been replicated. */
export async function writeAssignment(ask: Ask): Promise<Response> {
	const place = placeOf(ask);
	const wanted = parseWanted((await readBody(ask.request)) ?? {});
	const need = { action: `${type}/write`, attributes: { Request: wanted ? attributesOf(ask, wanted) : {} } };
	const refused = refuse(ask, need, place.id) ?? missingAt(ask.state, place.scope);
	if (refused) return refused;
	if (!guid.test(place.name)) return armRefusals.badAssignmentName(place.name);
	if (!wanted)
		return armRefusals.invalidContent(
			'The request content was invalid and could not be deserialized: roleDefinitionId and principalId are required.',
		);
	const problem = findProblem(ask, place.scope, wanted) ?? findConflict(ask, place, wanted) ?? refuseMore(ask, place);
	if (problem) return problem;
	const assignment = keep(ask, place, wanted);
	return Response.json(assignmentBody(assignment, { isNew: true, subscriptionId: subscriptionOf(place.scope) }), {
		status: 201,
	});
}

/** "Authorization actions and attributes": what conditions may ask of a role assignment that is written or deleted. */
function attributesOf({ state }: Ask, { roleId, principalId, principalType }: Wanted): Record<string, string> {
	const kind = principalType ?? state.directory.principal(principalId)?.kind;
	return {
		[`${type}:RoleDefinitionId`]: roleId,
		[`${type}:PrincipalId`]: principalId,
		...(kind !== undefined && { [`${type}:PrincipalType`]: kind }),
	};
}

interface Wanted {
	roleId: string;
	principalId: string;
	principalType?: string;
	condition?: string;
	conditionVersion?: string;
	description?: string;
}

function findProblem({ state, caller }: Ask, scope: string, wanted: Wanted): Response | undefined {
	const { roleId, principalId, principalType } = wanted;
	if (!hasGoodCondition(wanted)) return armRefusals.badCondition();
	const role = findRole(state, roleId);
	if (!role || (isCustom(role) && role.tenantId !== caller.tenantId)) return armRefusals.roleNotFound(roleId);
	if (!isAssignableAt(role, scope)) return armRefusals.roleNotAssignable(roleId, scope);
	const principal = state.directory.principal(principalId);
	const isKnown = principal?.tenantId === caller.tenantId && hasAppeared(principal, state.clock.now());
	if (!isKnown) {
		// The service takes it on trust that there is such a service principal, which may not have been replicated (terraform-provider-azurerm#4168).
		const isForeign = principal !== undefined && principal.tenantId !== caller.tenantId;
		const isTrusted = !isForeign && principalType === 'ServicePrincipal' && guid.test(principalId);
		return isTrusted ? undefined : armRefusals.principalNotFound(principalId, caller.tenantId);
	}
	if (principalType === undefined || principalType === principal.kind) return undefined;
	return armRefusals.principalTypeDiffers(principalId, principal.kind, principalType);
}

/** "Azure RBAC limits": 4000 in a subscription, with all that is in it. */
const mostAssignments = 4_000;

function refuseMore({ state }: Ask, { scope, name }: Place): Response | undefined {
	const subscription = `/subscriptions/${subscriptionOf(scope) ?? ''}`;
	const isNew = state.resources.assignments.get(scope, name) === undefined;
	const isFull = isNew && state.resources.assignments.under(subscription).length >= mostAssignments;
	return isFull ? armRefusals.tooManyAssignments() : undefined;
}

/** "Defaults to 2.0 and is the only publicly supported version" ("FAQ for Azure role assignment conditions"). */
function hasGoodCondition({ condition, conditionVersion = '2.0' }: Wanted): boolean {
	return condition === undefined || (conditionVersion === '2.0' && isCondition(condition));
}

/** Names are unique in a tenant, and so are scope, principal and role together. */
function findConflict({ state }: Ask, { scope, name }: Place, { roleId, principalId }: Wanted): Response | undefined {
	const { assignments } = state.resources;
	const namesake = assignments.under('/').find((one) => one.name === name);
	const isSame = (one: Assignment) => one.principalId === principalId && one.roleId === roleId;
	if (namesake) {
		const isHere = namesake.scope.toLowerCase() === scope.toLowerCase();
		return isHere && isSame(namesake) ? undefined : armRefusals.assignmentFixed();
	}
	const twin = assignments.at(scope).find(isSame);
	return twin && armRefusals.assignmentExists(twin.name);
}

function keep({ state, caller }: Ask, { scope, name }: Place, wanted: Wanted): Assignment {
	const { clock, settings, resources, directory } = state;
	const now = clock.now().toISOString();
	const before = resources.assignments.get(scope, name);
	const assignment: Assignment = {
		...wanted,
		...(wanted.condition !== undefined && { conditionVersion: '2.0' }),
		name,
		scope: before?.scope ?? scope,
		principalType: directory.principal(wanted.principalId)?.kind ?? wanted.principalType ?? 'Unknown',
		createdAt: before?.createdAt ?? now,
		createdBy: before?.createdBy ?? caller.objectId,
		updatedAt: now,
		updatedBy: caller.objectId,
		effectiveAt: before?.effectiveAt ?? clock.after(settings.replicationDelayMs).toISOString(),
	};
	resources.assignments.put(assignment);
	return assignment;
}

/** Takes a role assignment away: 200 with what it was, 204 where there was none; it counts until that has been replicated. */
export function removeAssignment(ask: Ask): Response {
	const { scope, name, id } = placeOf(ask);
	const { clock, settings, resources } = ask.state;
	const found = resources.assignments.get(scope, name);
	const attributes = { Resource: found ? attributesOf(ask, found) : {} };
	const refused = refuse(ask, { action: `${type}/delete`, attributes }, id);
	if (refused) return refused;
	if (!found) return new Response(null, { status: 204 });
	resources.assignments.remove(found, clock.after(settings.replicationDelayMs).toISOString());
	return Response.json(assignmentBody(found, { subscriptionId: subscriptionOf(scope) }));
}

/** Reads a PUT's body; undefined when what it must have is missing. */
function parseWanted(body: Json): Wanted | undefined {
	const properties = recordIn(body, 'properties');
	const roleId = textIn(properties, 'roleDefinitionId')?.split('/').at(-1)?.toLowerCase();
	const principalId = textIn(properties, 'principalId')?.toLowerCase();
	if (roleId === undefined || principalId === undefined) return undefined;
	const optional = Object.fromEntries(
		['principalType', 'condition', 'conditionVersion', 'description'].flatMap((name) => {
			const value = textIn(properties, name);
			return value === undefined ? [] : [[name, value]];
		}),
	);
	return { ...optional, roleId, principalId };
}
