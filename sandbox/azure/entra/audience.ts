const bothEndings = (resource: string) => [`${resource}/`, resource];

/** Audiences that Resource Manager takes; a trailing slash makes another audience. */
export const armAudiences = [
	...bothEndings('https://management.core.windows.net'),
	...bothEndings('https://management.azure.com'),
];

/** Audiences that only the registries take. */
const acrAudiences = bothEndings('https://containerregistry.azure.net');

/** What a registry takes, unless it is set to refuse tokens for Resource Manager. */
export function registryAudiences({ armAudience }: { armAudience: boolean }): string[] {
	return armAudience ? [...armAudiences, ...acrAudiences] : acrAudiences;
}

/** Audiences that Microsoft Graph takes; the last one is its application. */
export const graphAudiences = [...bothEndings('https://graph.microsoft.com'), '00000003-0000-0000-c000-000000000000'];

/** What a token is for that another tenant, or an application that trusts this one, swaps for a token of its own. */
export const tokenExchangeAudience = 'api://AzureADTokenExchange';

/** The AKS server application, which every cluster with Entra sign-in uses. */
export const aksServerId = '6dae42f8-4368-4678-94ff-3960e28e3630';

/** The resources that a token may be asked for in every tenant, as clients write them. */
const resources = [...armAudiences, ...acrAudiences, ...graphAudiences, tokenExchangeAudience, aksServerId];

const noResource = ['openid', 'profile', 'offline_access', 'email', ''];

/** The resource that a scope such as `https://management.core.windows.net//.default` means (v2.0 endpoint, ".default scope"). */
export function audienceOf(scope: string): string | undefined {
	const [named] = scope.split(' ').filter((word) => !noResource.includes(word));
	if (named === undefined) return undefined;
	// A scope without a resource is one of Graph's (`User.Read`).
	if (/^[\w.]+$/.test(named)) return graphAudiences[1];
	return named.replace(/\/[\w.]+$/, '');
}

/** Whether every tenant knows this resource. */
export function isKnownResource(audience: string): boolean {
	return resources.includes(audience);
}
