import { findBuiltInRole, type Role } from '@lanyard/core';
import { type CustomRole, isCustom } from './custom-role.ts';
import type { Json } from './json-body.ts';
import { moreRoles } from './more-role.data.ts';

/** What people read about a role, as real `roleDefinitions` answers have it; the younger ones from "Azure built-in roles". */
const descriptions: Partial<Record<string, string>> = {
	AcrPull: 'acr pull',
	AcrPush: 'acr push',
	AcrDelete: 'acr delete',
	AcrImageSigner: 'acr image signer',
	AcrQuarantineReader: 'acr quarantine data reader',
	AcrQuarantineWriter: 'acr quarantine data writer',
	Reader: 'View all resources, but does not allow you to make any changes.',
	Contributor:
		'Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, manage assignments in Azure Blueprints, or share image galleries.',
	Owner: 'Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.',
	'User Access Administrator': 'Lets you manage user access to Azure resources.',
	'Role Based Access Control Administrator':
		'Manage access to Azure resources by assigning roles using Azure RBAC. This role does not allow you to manage access using other ways, such as Azure Policy.',
	'Managed Identity Operator': 'Read and Assign User Assigned Identity',
	'Azure Kubernetes Service Cluster User Role': 'List cluster user credential action.',
	'Azure Kubernetes Service Cluster Admin Role': 'List cluster admin credential action.',
	'Container Registry Repository Reader':
		'Allows for read access to Azure Container Registry repositories, but excluding catalog listing.',
	'Container Registry Repository Writer':
		'Allows for read and write access to Azure Container Registry repositories, but excluding catalog listing.',
	'Container Registry Repository Contributor':
		'Allows for read, write, and delete access to Azure Container Registry repositories, but excluding catalog listing.',
	'Container Registry Repository Catalog Lister': 'Allows for listing all repositories in an Azure Container Registry.',
};

/** The id of a role as seen from a scope: clients compare it as text with what an assignment names. */
export function roleDefinitionId(roleId: string, subscriptionId: string | undefined): string {
	const head = subscriptionId === undefined ? '' : `/subscriptions/${subscriptionId}`;
	return `${head}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
}

/** A role definition as Resource Manager tells it. */
export function roleDefinitionBody(role: Role | CustomRole, subscriptionId: string | undefined): Json {
	const { actions, notActions, dataActions, notDataActions } = role;
	return {
		properties: {
			roleName: role.name,
			...(isCustom(role) ? customProperties(role) : builtInProperties(role)),
			permissions: [{ actions, notActions, dataActions, notDataActions }],
		},
		id: roleDefinitionId(role.id, subscriptionId),
		type: 'Microsoft.Authorization/roleDefinitions',
		name: role.id,
	};
}

function builtInProperties({ id }: Role): Json {
	const told = moreRoles.find((role) => role.id === id)?.description;
	// Not the name it was given: roles are renamed, and in some worlds have an older name.
	const name = findBuiltInRole(id)?.name ?? '';
	return {
		type: 'BuiltInRole',
		description: told ?? descriptions[name] ?? name,
		assignableScopes: ['/'],
		createdOn: '2018-10-22T19:01:56.8227182Z',
		updatedOn: '2021-11-11T20:13:08.8779328Z',
		createdBy: null,
		updatedBy: null,
	};
}

function customProperties({ description, assignableScopes, ...role }: CustomRole): Json {
	return {
		type: 'CustomRole',
		description,
		assignableScopes,
		createdOn: role.createdAt,
		updatedOn: role.updatedAt,
		createdBy: role.createdBy,
		updatedBy: role.updatedBy,
	};
}
