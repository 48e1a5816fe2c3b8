/** The operations of Microsoft.ManagedIdentity (recorded, identity.identity_management): name, resource, operation, description. */
export const identityOperations: [name: string, resource: string, operation: string, description: string][] = [
	[
		'identities/read',
		'System Assigned Identities',
		'Get System Assigned Identity',
		'Gets an existing system assigned identity',
	],
	[
		'operations/read',
		'Managed Identity operations',
		'List Managed Identity operations',
		'Lists operations available on Microsoft.ManagedIdentity resource provider',
	],
	[
		'register/action',
		'Managed Identity Resource Provider',
		'Registers the Managed Identity Resource Provider',
		'Registers the subscription for the managed identity resource provider',
	],
	[
		'userAssignedIdentities/assign/action',
		'User Assigned Identities',
		'Assign User Assigned Identity',
		'RBAC action for assigning an existing user assigned identity to a resource',
	],
	[
		'userAssignedIdentities/delete',
		'User Assigned Identities',
		'Delete User Assigned Identity',
		'Deletes an existing user assigned identity',
	],
	[
		'userAssignedIdentities/federatedIdentityCredentials/read',
		'Federated Identity Credentials',
		'Get or list Federated Identity Credentials',
		'Get or list Federated Identity Credentials',
	],
	[
		'userAssignedIdentities/federatedIdentityCredentials/write',
		'Federated Identity Credentials',
		'Add or update Federated Identity Credential',
		'Add or update a Federated Identity Credential',
	],
	[
		'userAssignedIdentities/federatedIdentityCredentials/delete',
		'Federated Identity Credentials',
		'Delete Federated Identity Credential',
		'Delete a Federated Identity Credential',
	],
	[
		'userAssignedIdentities/listAssociatedResources/action',
		'User Assigned Identities',
		'List associated resources for User Assigned Identity',
		'Lists all associated resources for an existing user assigned identity',
	],
	[
		'userAssignedIdentities/read',
		'User Assigned Identities',
		'Get User Assigned Identity',
		'Gets an existing user assigned identity',
	],
	[
		'userAssignedIdentities/write',
		'User Assigned Identities',
		'Create/Update User Assigned Identity',
		'Creates a new user assigned identity or updates the tags associated with an existing user assigned identity',
	],
];
