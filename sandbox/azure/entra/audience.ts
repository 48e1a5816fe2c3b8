/** The resources that a token may be asked for, as clients write them; a trailing slash makes another audience. */
const resources = [
	'https://management.core.windows.net/',
	'https://management.core.windows.net',
	'https://management.azure.com/',
	'https://management.azure.com',
	'https://containerregistry.azure.net/',
	'https://containerregistry.azure.net',
	'https://graph.microsoft.com/',
	'https://graph.microsoft.com',
	// The AKS server application, which every cluster with Entra sign-in uses.
	'6dae42f8-4368-4678-94ff-3960e28e3630',
];

/** Audiences that Resource Manager takes. */
export const armAudiences = resources.slice(0, 4);

/** Audiences that only the registries take. */
export const acrAudiences = resources.slice(4, 6);

/** The resource that a scope such as `https://management.core.windows.net//.default` means (v2.0 endpoint, ".default scope"). */
export function audienceOf(scope: string): string | undefined {
	const named = scope.split(' ').filter((word) => !['openid', 'profile', 'offline_access', 'email', ''].includes(word));
	return named[0]?.replace(/\/(\.default|user_impersonation)$/, '');
}

export function isKnownResource(audience: string): boolean {
	return resources.includes(audience);
}
