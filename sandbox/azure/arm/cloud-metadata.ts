/**
 * Where the services of this cloud are, and what their tokens are for: what `az cloud register --endpoint-resource-manager` and other clients ask
 * before anybody is signed in. Names and values as in the example of Add-AzEnvironment and in Bicep's `environment()`
 * (learn.microsoft.com/powershell/module/az.accounts/add-azenvironment, learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-deployment);
 * `microsoftGraphResourceId` as `az cloud show` prints it. Hosts that are not imitated are named all the same.
 */
const azureCloud = {
	name: 'AzureCloud',
	portal: 'https://portal.azure.com',
	authentication: {
		loginEndpoint: 'https://login.microsoftonline.com/',
		audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
		tenant: 'common',
		identityProvider: 'AAD',
	},
	media: 'https://rest.media.azure.net',
	graph: 'https://graph.windows.net/',
	graphAudience: 'https://graph.windows.net/',
	microsoftGraphResourceId: 'https://graph.microsoft.com/',
	suffixes: {
		acrLoginServer: 'azurecr.io',
		azureDataLakeStoreFileSystem: 'azuredatalakestore.net',
		azureDataLakeAnalyticsCatalogAndJob: 'azuredatalakeanalytics.net',
		azureFrontDoorEndpointSuffix: 'azurefd.net',
		keyVaultDns: 'vault.azure.net',
		sqlServerHostname: '.database.windows.net',
		storage: 'core.windows.net',
	},
	batch: 'https://batch.core.windows.net/',
	resourceManager: 'https://management.azure.com/',
	vmImageAliasDoc:
		'https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json',
	activeDirectoryDataLake: 'https://datalake.azure.net/',
	sqlManagement: 'https://management.core.windows.net:8443/',
	gallery: 'https://gallery.azure.com/',
};

/** Answers `GET /metadata/endpoints`, whoever asks; anything else is somebody else's. Until 2022-09-01 it lists the clouds, since then it is the one. */
export function cloudMetadata({ method, url }: Request): Response | undefined {
	const { pathname, searchParams } = new URL(url);
	const version = searchParams.get('api-version') ?? '';
	if (method !== 'GET' || pathname.toLowerCase() !== '/metadata/endpoints' || version < '2019-05-01') return undefined;
	return Response.json(version < '2022-09-01' ? [azureCloud] : azureCloud);
}
