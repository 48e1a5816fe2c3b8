/** What Azure says about a resource provider, and which versions of its API there are. */
export interface Provider {
	/** Types of resources that clients ask for. */
	types: string[];
	/** From first to last, as far as they are known. */
	apiVersions: string[];
	/** Until when the list above is complete: whatever is younger is taken on trust. Absent: nobody has shown a complete list. */
	completeUntil?: string;
	/** Who the provider is in a subscription's directory. */
	authorization?: { applicationId: string; roleDefinitionId: string };
	/** Registered for nobody who did not ask; the others are the platform's own, or what this world is about. */
	onRequest?: true;
	/** Where it is not in every region. */
	locations?: string[];
}

/** Microsoft.Resources as its refusals listed them in May 2025 (Azure/bicep#17091), and what az has asked for since. */
const resourceVersions =
	versions(`2013-03-01 2014-01-01 2014-02-26 2014-04 2014-04-01 2014-04-01-preview 2015-01-01 2015-11-01
	2016-02-01 2016-06-01 2016-07-01 2016-09-01 2017-03-01 2017-05-01 2017-05-10 2017-06-01 2017-08-01 2017-12-01 2018-01-01
	2018-02-01 2018-05-01 2018-06-01 2018-07-01 2018-08-01 2018-09-01 2018-11-01 2019-03-01 2019-05-01 2019-05-10 2019-06-01
	2019-07-01 2019-08-01 2019-09-01 2019-10-01 2019-11-01 2020-01-01 2020-05-01 2020-06-01 2020-07-01 2020-08-01 2020-09-01
	2020-10-01 2021-01-01 2021-04-01 2022-01-01 2022-03-01-preview 2022-05-01 2022-06-01 2022-09-01 2022-11-01-preview 2022-12-01
	2023-03-01-preview 2023-07-01 2023-07-01-preview 2024-03-01 2024-06-01-preview 2024-07-01 2024-08-01 2024-10-01-preview
	2024-11-01`);

/** Container registries: `api-supported-versions` as recorded in 2024, and what clients have asked for since. */
const registryVersions =
	versions(`2017-03-01 2017-10-01 2019-05-01 2019-12-01-preview 2020-11-01-preview 2021-06-01-preview
	2021-08-01-preview 2021-09-01 2021-12-01-preview 2022-02-01-preview 2022-12-01 2023-01-01-preview 2023-06-01-preview 2023-07-01
	2023-08-01-preview 2023-11-01-preview 2024-01-01-preview 2024-11-01-preview 2025-03-01-preview 2025-11-01 2026-09-01-preview`);

/** AKS as its refusals listed them in January 2024 (Azure/azure-cli#28368), and what clients have asked for since. */
const clusterVersions =
	versions(`2017-08-31 2018-03-31 2019-02-01 2019-04-01 2019-06-01 2019-08-01 2019-10-01 2019-11-01 2020-01-01
	2020-02-01 2020-03-01 2020-04-01 2020-06-01 2020-07-01 2020-09-01 2020-11-01 2020-12-01 2021-02-01 2021-03-01 2021-05-01
	2021-07-01 2021-08-01 2021-09-01 2021-10-01 2022-01-01 2022-01-02-preview 2022-02-01 2022-03-01 2022-03-02-preview 2022-04-01
	2022-04-02-preview 2022-05-02-preview 2022-06-01 2022-06-02-preview 2022-07-01 2022-07-02-preview 2022-08-01 2022-08-02-preview
	2022-08-03-preview 2022-09-01 2022-09-02-preview 2022-10-02-preview 2022-11-01 2022-11-02-preview 2023-01-01 2023-01-02-preview
	2023-02-01 2023-02-02-preview 2023-03-01 2023-03-02-preview 2023-04-01 2023-04-02-preview 2023-05-01 2023-05-02-preview
	2023-06-01 2023-06-02-preview 2023-07-01 2023-07-02-preview 2023-08-01 2023-08-02-preview 2023-09-01 2023-09-02-preview
	2023-10-01 2023-10-02-preview 2023-11-01 2024-09-01 2025-03-01 2026-06-01`);

/** The resource providers that a subscription knows. */
export const providers: Record<string, Provider> = {
	'Microsoft.Authorization': {
		types: ['roleAssignments', 'roleDefinitions', 'permissions', 'denyAssignments'],
		apiVersions: versions('2015-07-01 2018-01-01-preview 2020-04-01-preview 2022-04-01 2022-05-01-preview'),
	},
	// Recorded: resource.provider_registration.
	'Microsoft.ClassicInfrastructureMigrate': {
		types: ['classicInfrastructureResources'],
		apiVersions: ['2015-06-15'],
		authorization: {
			applicationId: '5e5abe2b-83cd-4786-826a-a05653ebb103',
			roleDefinitionId: '766c4d9b-ef83-4f73-8352-1450a506a69b',
		},
		onRequest: true,
		locations: [
			...['East Asia', 'Southeast Asia', 'East US', 'East US 2', 'West US', 'North Central US', 'South Central US'],
			...['Central US', 'North Europe', 'West Europe', 'Japan East', 'Japan West', 'Brazil South', 'Australia East'],
			...['Australia Southeast', 'Central India', 'West India', 'South India', 'Canada Central', 'Canada East'],
			...['West US 2', 'West Central US', 'UK South', 'UK West', 'Korea Central', 'Korea South', 'France Central'],
			...['France South', 'Australia Central', 'Australia Central 2', 'Germany North', 'Germany West Central'],
			...['Norway East', 'Norway West', 'South Africa North', 'South Africa West', 'Switzerland North'],
			...['Switzerland West', 'UAE Central', 'UAE North', 'East US 2 EUAP', 'Central US EUAP'],
		],
	},
	'Microsoft.Compute': { types: ['virtualMachines', 'virtualMachineScaleSets'], apiVersions: ['2024-11-01'] },
	'Microsoft.ContainerRegistry': {
		types: [
			...['registries', 'registries/importImage', 'registries/scopeMaps', 'registries/tokens', 'checkNameAvailability'],
			...['locations', 'locations/operationResults', 'operations'],
		],
		apiVersions: registryVersions,
		completeUntil: '2024-11-01',
	},
	'Microsoft.ContainerService': {
		types: ['managedClusters', 'managedClusters/agentPools', 'locations', 'locations/operations', 'operations'],
		apiVersions: clusterVersions,
		completeUntil: '2023-11-01',
	},
	'Microsoft.ManagedIdentity': {
		types: ['userAssignedIdentities', 'identities', 'operations'],
		apiVersions: versions('2015-08-31-preview 2018-11-30 2022-01-31-preview 2023-01-31 2024-11-30 2025-05-31-preview'),
	},
	'Microsoft.Network': {
		types: ['virtualNetworks', 'virtualNetworks/subnets', 'publicIPAddresses'],
		apiVersions: versions('2014-12-01-preview 2015-06-15 2022-01-01 2024-01-01 2024-03-01 2024-05-01'),
	},
	'Microsoft.Resources': {
		types: ['resourceGroups', 'subscriptions', 'providers'],
		apiVersions: resourceVersions,
		completeUntil: '2025-03-01',
	},
	'Microsoft.Storage': { types: ['storageAccounts'], apiVersions: ['2024-11-01'] },
};

function versions(text: string): string[] {
	return text.split(/\s+/);
}
