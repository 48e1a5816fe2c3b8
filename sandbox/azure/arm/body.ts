import type { Json } from './json-body.ts';
import type { Identity, Resource, ResourceGroup, Subscription } from './model.ts';
import type { Assignment } from './assignment.ts';
import { roleDefinitionId } from './role-definition.ts';

/** A subscription as in `GET /subscriptions` (api-version 2022-12-01). */
export function subscriptionBody({ id, name, tenantId }: Subscription): Json {
	return {
		id: `/subscriptions/${id}`,
		authorizationSource: 'RoleBased',
		managedByTenants: [],
		subscriptionId: id,
		tenantId,
		displayName: name,
		state: 'Enabled',
		subscriptionPolicies: {
			locationPlacementId: 'Public_2014-09-01',
			quotaId: 'PayAsYouGo_2014-09-01',
			spendingLimit: 'Off',
		},
	};
}

/** A resource group (recorded, resource.resource_group). */
export function groupBody({ id, name, location, managedBy, tags, busy }: ResourceGroup): Json {
	return {
		id,
		name,
		type: 'Microsoft.Resources/resourceGroups',
		location,
		...(managedBy !== undefined && { managedBy }),
		...(tags && { tags }),
		properties: { provisioningState: busy?.state ?? 'Succeeded' },
	};
}

/** A managed identity; its id has a lower-case `resourcegroups` (recorded, identity.identity_management). */
export function identityBody({ id, name, location, tags, tenantId, objectId, clientId }: Identity): Json {
	return {
		id: lowerGroups(id),
		name,
		type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
		location,
		tags: tags ?? {},
		properties: { tenantId, principalId: objectId, clientId },
	};
}

/** Any resource in a generic listing. */
export function resourceBody(resource: Resource & { sku?: string }, type: string, identity?: Json): Json {
	const { id, name, location, sku, tags } = resource;
	return {
		id,
		name,
		type,
		...(sku !== undefined && { sku: { name: sku, tier: sku } }),
		location,
		...(identity && { identity }),
		...(type.includes('/registries') || tags ? { tags: tags ?? {} } : {}),
		systemData: systemData(resource),
	};
}

/** A role assignment; a PUT answers without its creator (recorded: `createdBy` null). */
export function assignmentBody(
	assignment: Assignment,
	{ isNew = false, subscriptionId }: { isNew?: boolean; subscriptionId: string | undefined },
): Json {
	const { scope, name, principalId, principalType, roleId } = assignment;
	return {
		properties: {
			roleDefinitionId: roleDefinitionId(roleId, subscriptionId),
			principalId,
			principalType,
			scope,
			condition: assignment.condition ?? null,
			conditionVersion: assignment.conditionVersion ?? null,
			createdOn: ticks(assignment.createdAt),
			updatedOn: ticks(assignment.updatedAt),
			createdBy: isNew ? null : assignment.createdBy,
			updatedBy: assignment.updatedBy,
			delegatedManagedIdentityResourceId: null,
			description: assignment.description ?? null,
		},
		id: `${scope === '/' ? '' : scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
		type: 'Microsoft.Authorization/roleAssignments',
		name,
	};
}

/** Azure writes seven digits of a second. */
function ticks(at: string): string {
	return at.replace(/\.(\d{3})Z$/, '.$10000Z');
}

/** Who made it, and who changed it last; providers spell moments in their own way. */
export function systemData(
	{
		createdAt,
		createdBy,
		modifiedAt,
		modifiedBy,
	}: Pick<Resource, 'createdAt' | 'createdBy' | 'modifiedAt' | 'modifiedBy'>,
	spell: (moment: string) => string = (moment) => moment,
): Json {
	return {
		createdBy,
		createdByType: kindOf(createdBy),
		createdAt: spell(createdAt),
		lastModifiedBy: modifiedBy ?? createdBy,
		lastModifiedByType: kindOf(modifiedBy ?? createdBy),
		lastModifiedAt: spell(modifiedAt ?? createdAt),
	};
}

/** Users are told by their sign-in name, applications by an id or a name. */
function kindOf(name: string): string {
	return name.includes('@') || name.endsWith('.yaml') ? 'User' : 'Application';
}

/** AKS and managed identities write the group's segment in lower case (recorded). */
export function lowerGroups(id: string): string {
	return id.replace('/resourceGroups/', '/resourcegroups/');
}
