/** Where a cloud's services are, and what tokens for them are called. */
export interface Cloud {
	/** As `az cloud list` names it. */
	name: string;
	authority: string;
	arm: string;
	/** What Resource Manager's tokens are for; az asks for the same. */
	armAudience: string;
	graph: string;
	/** What login servers end in. */
	registrySuffix: string;
}

/** The clouds that people sign in to: azure-cli-core, cloud.py, and "Azure endpoints" of the sovereign clouds' own documentation. */
export const clouds: readonly Cloud[] = [
	{
		name: 'AzureCloud',
		authority: 'https://login.microsoftonline.com',
		arm: 'https://management.azure.com',
		armAudience: 'https://management.core.windows.net/',
		graph: 'https://graph.microsoft.com',
		registrySuffix: 'azurecr.io',
	},
	{
		name: 'AzureChinaCloud',
		authority: 'https://login.chinacloudapi.cn',
		arm: 'https://management.chinacloudapi.cn',
		armAudience: 'https://management.core.chinacloudapi.cn/',
		graph: 'https://microsoftgraph.chinacloudapi.cn',
		registrySuffix: 'azurecr.cn',
	},
	{
		name: 'AzureUSGovernment',
		authority: 'https://login.microsoftonline.us',
		arm: 'https://management.usgovcloudapi.net',
		armAudience: 'https://management.core.usgovcloudapi.net/',
		graph: 'https://graph.microsoft.us',
		registrySuffix: 'azurecr.us',
	},
];

/** A cloud by its name, in any case. */
export function findCloud(name: string): Cloud | undefined {
	return clouds.find((cloud) => cloud.name.toLowerCase() === name.toLowerCase());
}
