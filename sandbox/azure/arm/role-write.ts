import { subscriptionOf } from '../scope.ts';
import { type Ask, refuse } from './ask.ts';
import { type CustomRole, findKnownRole, knownRoles } from './custom-role.ts';
import { type Json, readBody, recordIn, recordsIn, textIn, textsIn } from './json-body.ts';
import { armRefusals } from './refusal.ts';
import { roleDefinitionBody } from './role-definition.ts';
import { missingAt } from './scope-exists.ts';

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const scopePattern = /^\/(subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?)?$/i;

/** Makes or changes a custom role; whoever does must be allowed to at each scope it may be assigned at. */
export async function writeRole(ask: Ask): Promise<Response> {
	const id = (ask.segments.at(-1) ?? '').toLowerCase();
	const scope = `/${ask.segments.slice(0, -4).join('/')}`;
	const refused = refuse(ask, 'Microsoft.Authorization/roleDefinitions/write', scope);
	if (refused) return refused;
	const builtIn = guid.test(id) ? findKnownRole(id) : undefined;
	if (builtIn) return armRefusals.roleBuiltIn(builtIn.name);
	if (!guid.test(id)) return armRefusals.badRole(`The role definition ID '${id}' is not valid. It must be a GUID.`);
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const role = readRole(ask, id, recordIn(body, 'properties'));
	if (role instanceof Response) return role;
	const elsewhere = role.assignableScopes
		.map((one) => refuse(ask, 'Microsoft.Authorization/roleDefinitions/write', one) ?? missingAt(ask.state, one))
		.find((answer) => answer !== undefined);
	if (elsewhere) return elsewhere;
	ask.state.resources.customRoles.put(role);
	return Response.json(roleDefinitionBody(role, subscriptionOf(scope)), { status: 201 });
}

function readRole({ state, caller }: Ask, id: string, told: Json): CustomRole | Response {
	const before = state.resources.customRoles.get(id);
	const name = textIn(told, 'roleName');
	const permissions = recordsIn(told, 'permissions');
	const assignableScopes = textsIn(told, 'assignableScopes');
	if (name === undefined) return armRefusals.badRole('The role name is required.');
	if (permissions.length !== 1) return armRefusals.badRole('A custom role has exactly one entry in permissions.');
	if (assignableScopes.length === 0 || !assignableScopes.every((scope) => scopePattern.test(scope))) {
		return armRefusals.badRole('Assignable scopes must be subscriptions or resource groups, at least one.');
	}
	if (isNameTaken({ state, caller }, id, name)) return armRefusals.roleNameTaken();
	const [permission = {}] = permissions;
	const now = state.clock.now().toISOString();
	return {
		id,
		name,
		tenantId: caller.tenantId,
		description: textIn(told, 'description') ?? '',
		assignableScopes,
		actions: textsIn(permission, 'actions'),
		notActions: textsIn(permission, 'notActions'),
		dataActions: textsIn(permission, 'dataActions'),
		notDataActions: textsIn(permission, 'notDataActions'),
		createdAt: before?.createdAt ?? now,
		createdBy: before?.createdBy ?? caller.objectId,
		updatedAt: now,
		updatedBy: caller.objectId,
	};
}

function isNameTaken({ state, caller }: Pick<Ask, 'state' | 'caller'>, id: string, name: string): boolean {
	const custom = state.resources.customRoles.under('').filter(({ tenantId }) => tenantId === caller.tenantId);
	return [...knownRoles, ...custom].some((one) => one.id !== id && one.name.toLowerCase() === name.toLowerCase());
}

/** Takes a custom role away: 200 with what it was, 204 where there was none; not while somebody holds it. */
export function removeRole(ask: Ask): Response {
	const id = (ask.segments.at(-1) ?? '').toLowerCase();
	const scope = `/${ask.segments.slice(0, -4).join('/')}`;
	const refused = refuse(ask, 'Microsoft.Authorization/roleDefinitions/delete', scope);
	if (refused) return refused;
	const { customRoles, assignments } = ask.state.resources;
	const role = customRoles.get(id);
	if (guid.test(id) && findKnownRole(id)) return armRefusals.roleBuiltIn(id);
	if (role?.tenantId !== ask.caller.tenantId) return new Response(null, { status: 204 });
	if (assignments.under('/').some(({ roleId }) => roleId === id)) return armRefusals.roleInUse();
	customRoles.remove(id);
	return Response.json(roleDefinitionBody(role, subscriptionOf(scope)));
}
