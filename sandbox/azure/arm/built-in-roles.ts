/** A built-in role as `roleDefinitions` tells it. */
export interface Role {
	id: string;
	name: string;
	description: string;
	actions: string[];
	notActions: string[];
	dataActions: string[];
	notDataActions: string[];
}

const registries = 'Microsoft.ContainerRegistry/registries';
const repositories = `${registries}/repositories`;
const clusters = 'Microsoft.ContainerService/managedClusters';
const support = 'Microsoft.Support/*';

/** The built-in roles that touch registries, clusters, identities and role assignments; `find` ignores case as ARM does. */
export const builtInRoles: Role[] = [
	// Real answers of `roleDefinitions` (api-version 2022-05-01-preview).
	role(['AcrPull', '7f951dda-4ed3-4680-a7ca-43fe172d538d'], 'acr pull', { actions: [`${registries}/pull/read`] }),
	role(['AcrPush', '8311e382-0749-4cb8-b61a-304f252e45ec'], 'acr push', {
		actions: [`${registries}/pull/read`, `${registries}/push/write`],
	}),
	role(['AcrDelete', 'c2f4ef07-c644-48eb-af81-4b1b4947fb11'], 'acr delete', {
		actions: [`${registries}/artifacts/delete`],
	}),
	role(['AcrImageSigner', '6cef56e8-d556-48e5-a04f-b8e64114680f'], 'acr image signer', {
		actions: [`${registries}/sign/write`],
		dataActions: [`${registries}/trustedCollections/write`],
	}),
	role(['AcrQuarantineReader', 'cdda3590-29a3-44f6-95f2-9f980659eb04'], 'acr quarantine data reader', {
		actions: [`${registries}/quarantine/read`],
		dataActions: [`${registries}/quarantinedArtifacts/read`],
	}),
	role(['AcrQuarantineWriter', 'c8d4ff99-41c3-41a8-9f60-21dfdad59608'], 'acr quarantine data writer', {
		actions: [`${registries}/quarantine/read`, `${registries}/quarantine/write`],
		dataActions: [`${registries}/quarantinedArtifacts/read`, `${registries}/quarantinedArtifacts/write`],
	}),
	role(
		['Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7'],
		'View all resources, but does not allow you to make any changes.',
		{
			actions: ['*/read'],
		},
	),
	role(
		['Contributor', 'b24988ac-6180-42a0-ab88-20f7382dd24c'],
		'Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, manage assignments in Azure Blueprints, or share image galleries.',
		{
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
			],
		},
	),
	role(
		['Owner', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'],
		'Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.',
		{ actions: ['*'] },
	),
	role(
		['User Access Administrator', '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'],
		'Lets you manage user access to Azure resources.',
		{
			actions: ['*/read', 'Microsoft.Authorization/*', support],
		},
	),
	// Its name has lost its "(Preview)" since the recording (Azure built-in roles, "Privileged", 2024).
	role(
		['Role Based Access Control Administrator', 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'],
		'Manage access to Azure resources by assigning roles using Azure RBAC. This role does not allow you to manage access using other ways, such as Azure Policy.',
		{
			actions: [
				'Microsoft.Authorization/roleAssignments/write',
				'Microsoft.Authorization/roleAssignments/delete',
				'*/read',
				support,
			],
		},
	),
	role(
		['Managed Identity Operator', 'f1a07417-d97a-45cb-824c-7a7467783830'],
		'Read and Assign User Assigned Identity',
		{
			actions: [
				'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
				'Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action',
				'Microsoft.Authorization/*/read',
				'Microsoft.Insights/alertRules/*',
				'Microsoft.Resources/subscriptions/resourceGroups/read',
				'Microsoft.Resources/deployments/*',
				support,
			],
		},
	),
	role(
		['Azure Kubernetes Service Cluster User Role', '4abbcc35-e782-43d8-92c5-2d3f1bd2253f'],
		'List cluster user credential action.',
		{ actions: [`${clusters}/listClusterUserCredential/action`, `${clusters}/read`] },
	),
	role(
		['Azure Kubernetes Service Cluster Admin Role', '0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8'],
		'List cluster admin credential action.',
		{
			actions: [
				`${clusters}/listClusterAdminCredential/action`,
				`${clusters}/accessProfiles/listCredential/action`,
				`${clusters}/read`,
				`${clusters}/runcommand/action`,
			],
		},
	),
	// Azure built-in roles, "Containers": younger than every recording.
	role(
		['Container Registry Repository Reader', 'b93aa761-3e63-49ed-ac28-beffa264f7ac'],
		'Allows for read access to Azure Container Registry repositories, but excluding catalog listing.',
		{ dataActions: [`${repositories}/content/read`, `${repositories}/metadata/read`] },
	),
	role(
		['Container Registry Repository Writer', '2a1e307c-b015-4ebd-883e-5b7698a07328'],
		'Allows for read and write access to Azure Container Registry repositories, but excluding catalog listing.',
		{
			dataActions: [
				`${repositories}/content/read`,
				`${repositories}/content/write`,
				`${repositories}/metadata/read`,
				`${repositories}/metadata/write`,
			],
		},
	),
	role(
		['Container Registry Repository Contributor', '2efddaa5-3f1f-4df3-97df-af3f13818f4c'],
		'Allows for read, write, and delete access to Azure Container Registry repositories, but excluding catalog listing.',
		{
			dataActions: [
				`${repositories}/content/read`,
				`${repositories}/content/write`,
				`${repositories}/content/delete`,
				`${repositories}/metadata/read`,
				`${repositories}/metadata/write`,
				`${repositories}/metadata/delete`,
			],
		},
	),
	// The data action's name is inferred.
	role(
		['Container Registry Repository Catalog Lister', 'bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7'],
		'Allows for listing all repositories in an Azure Container Registry.',
		{ dataActions: [`${registries}/catalog/read`] },
	),
	role(
		['Container Registry Data Importer and Data Reader', '577a9874-89fd-4f24-9dbd-b5034d0ad23a'],
		'Provides the ability to import images into a registry through the registry import operation, and to read the content of repositories.',
		{ actions: [`${registries}/importImage/action`, `${registries}/pull/read`, `${registries}/read`] },
	),
];

type Permissions = Partial<Pick<Role, 'actions' | 'notActions' | 'dataActions' | 'notDataActions'>>;

function role([name, id]: [name: string, id: string], description: string, permissions: Permissions): Role {
	return { id, name, description, actions: [], notActions: [], dataActions: [], notDataActions: [], ...permissions };
}

/** A built-in role by GUID or by name, in any case. */
export function findRole(idOrName: string): Role | undefined {
	const wanted = idOrName.toLowerCase();
	return builtInRoles.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
}
