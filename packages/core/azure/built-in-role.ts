import type { Role } from './role.ts';

const acr = 'Microsoft.ContainerRegistry/registries';
const aks = 'Microsoft.ContainerService/managedClusters';

type Lists = Partial<Pick<Role, 'actions' | 'notActions' | 'dataActions'>>;

function role(name: string, id: string, lists: Lists): Role {
	return { id, name, actions: [], notActions: [], dataActions: [], notDataActions: [], ...lists };
}

/**
 * The built-in roles that decide about pulling, assigning roles and reaching clusters. Ids are the same everywhere; lists from
 * "Azure built-in roles" (Containers as of 30 June 2025, Privileged and Identity 1 July 2026, General 23 February 2026).
 */
export const builtInRoles = {
	acrPull: role('AcrPull', '7f951dda-4ed3-4680-a7ca-43fe172d538d', { actions: [`${acr}/pull/read`] }),
	acrPush: role('AcrPush', '8311e382-0749-4cb8-b61a-304f252e45ec', {
		actions: [`${acr}/pull/read`, `${acr}/push/write`],
	}),
	acrDelete: role('AcrDelete', 'c2f4ef07-c644-48eb-af81-4b1b4947fb11', { actions: [`${acr}/artifacts/delete`] }),
	acrImageSigner: role('AcrImageSigner', '6cef56e8-d556-48e5-a04f-b8e64114680f', {
		actions: [`${acr}/sign/write`],
		dataActions: [`${acr}/trustedCollections/write`],
	}),
	acrQuarantineReader: role('AcrQuarantineReader', 'cdda3590-29a3-44f6-95f2-9f980659eb04', {
		actions: [`${acr}/quarantine/read`],
		dataActions: [`${acr}/quarantinedArtifacts/read`],
	}),
	acrQuarantineWriter: role('AcrQuarantineWriter', 'c8d4ff99-41c3-41a8-9f60-21dfdad59608', {
		actions: [`${acr}/quarantine/read`, `${acr}/quarantine/write`],
		dataActions: [`${acr}/quarantinedArtifacts/read`, `${acr}/quarantinedArtifacts/write`],
	}),
	repositoryReader: role('Container Registry Repository Reader', 'b93aa761-3e63-49ed-ac28-beffa264f7ac', {
		dataActions: [`${acr}/repositories/metadata/read`, `${acr}/repositories/content/read`],
	}),
	repositoryWriter: role('Container Registry Repository Writer', '2a1e307c-b015-4ebd-883e-5b7698a07328', {
		dataActions: [
			`${acr}/repositories/metadata/read`,
			`${acr}/repositories/content/read`,
			`${acr}/repositories/metadata/write`,
			`${acr}/repositories/content/write`,
		],
	}),
	repositoryContributor: role('Container Registry Repository Contributor', '2efddaa5-3f1f-4df3-97df-af3f13818f4c', {
		dataActions: [
			`${acr}/repositories/metadata/read`,
			`${acr}/repositories/content/read`,
			`${acr}/repositories/metadata/write`,
			`${acr}/repositories/content/write`,
			`${acr}/repositories/metadata/delete`,
			`${acr}/repositories/content/delete`,
		],
	}),
	catalogLister: role('Container Registry Repository Catalog Lister', 'bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7', {
		dataActions: [`${acr}/catalog/read`],
	}),
	dataImporter: role('Container Registry Data Importer and Data Reader', '577a9874-89fd-4f24-9dbd-b5034d0ad23a', {
		actions: [`${acr}/importImage/action`, `${acr}/read`, `${acr}/pull/read`],
		dataActions: [`${acr}/repositories/content/read`, `${acr}/repositories/metadata/read`, `${acr}/catalog/read`],
	}),
	reader: role('Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7', { actions: ['*/read'] }),
	contributor: role('Contributor', 'b24988ac-6180-42a0-ab88-20f7382dd24c', {
		actions: ['*'],
		notActions: [
			'Microsoft.Authorization/*/Delete',
			'Microsoft.Authorization/*/Write',
			'Microsoft.Authorization/elevateAccess/Action',
			'Microsoft.Blueprint/blueprintAssignments/write',
			'Microsoft.Blueprint/blueprintAssignments/delete',
			'Microsoft.Compute/galleries/share/action',
			'Microsoft.Purview/consents/write',
			'Microsoft.Purview/consents/delete',
			'Microsoft.Resources/deploymentStacks/manageDenySetting/action',
			'Microsoft.Subscription/cancel/action',
			'Microsoft.Subscription/enable/action',
		],
	}),
	owner: role('Owner', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', { actions: ['*'] }),
	userAccessAdministrator: role('User Access Administrator', '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', {
		actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
	}),
	rbacAdministrator: role('Role Based Access Control Administrator', 'f58310d9-a9f6-439a-9e8d-f62e7b41a168', {
		actions: [
			'Microsoft.Authorization/roleAssignments/write',
			'Microsoft.Authorization/roleAssignments/delete',
			'*/read',
			'Microsoft.Support/*',
		],
	}),
	managedIdentityOperator: role('Managed Identity Operator', 'f1a07417-d97a-45cb-824c-7a7467783830', {
		actions: [
			'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
			'Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action',
			'Microsoft.Authorization/*/read',
			'Microsoft.Insights/alertRules/*',
			'Microsoft.Resources/subscriptions/resourceGroups/read',
			'Microsoft.Resources/deployments/*',
			'Microsoft.Support/*',
		],
	}),
	clusterUser: role('Azure Kubernetes Service Cluster User Role', '4abbcc35-e782-43d8-92c5-2d3f1bd2253f', {
		actions: [`${aks}/listClusterUserCredential/action`, `${aks}/read`],
	}),
	clusterAdmin: role('Azure Kubernetes Service Cluster Admin Role', '0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8', {
		actions: [
			`${aks}/listClusterAdminCredential/action`,
			`${aks}/accessProfiles/listCredential/action`,
			`${aks}/read`,
			`${aks}/runcommand/action`,
		],
	}),
} as const satisfies Record<string, Role>;

/** The short name under which a built-in role is kept here. */
export type BuiltInRoleKey = keyof typeof builtInRoles;

/** A built-in role by its display name (letter case does not count, as in ARM's filter), or by the last part of its id. */
export function findBuiltInRole(nameOrId: string): Role | undefined {
	const wanted = nameOrId.toLowerCase();
	const matches = ({ id, name }: Role) => id === wanted || name.toLowerCase() === wanted;
	return Object.values<Role>(builtInRoles).find(matches);
}
