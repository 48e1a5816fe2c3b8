import type { Registry } from './model.ts';
import { providerError } from './refusal.ts';

/** What ACR's own control plane says; only AlreadyInUse's words are known (azure-dev-docs#1303). */
export const registryRefusals = {
	alreadyInUse: (loginServer: string) =>
		providerError(
			409,
			'AlreadyInUse',
			`The registry DNS name ${loginServer} is already in use. You can check if the name is already claimed using following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability`,
		),
	badName: (name: string) =>
		providerError(
			400,
			'InvalidResourceName',
			`The registry name '${name}' is invalid. A registry name may contain alphanumeric characters only and must be between 5 and 50 characters.`,
		),
	badSku: (sku: string) =>
		providerError(
			400,
			'InvalidSku',
			`The SKU '${sku}' is not supported. Supported SKUs are 'Basic', 'Standard' and 'Premium'.`,
		),
	adminDisabled: (name: string) =>
		providerError(400, 'UnAuthorizedForCredentialOperations', `The admin user is disabled for registry '${name}'.`),
	badPasswordName: (name: string) =>
		providerError(400, 'InvalidPasswordName', `The password name '${name}' is invalid.`),
	notFound: (name: string) =>
		Response.json(
			{ error: { code: 'ResourceNotFound', message: `The resource ${name} could not be found.` }, status: 'Failed' },
			{ status: 404 },
		),
	badScopeMap: (id: string) =>
		providerError(400, 'InvalidScopeMapId', `The scope map '${id}' does not exist in this registry.`),
	badActions: (action: string) =>
		providerError(400, 'InvalidScopeMapAction', `The scope map action '${action}' is invalid.`),
	scopeMapInUse: (name: string) =>
		providerError(409, 'ScopeMapInUse', `The scope map '${name}' is associated with at least one token.`),
	systemScopeMap: (name: string) =>
		providerError(400, 'SystemScopeMap', `The system defined scope map '${name}' cannot be changed or deleted.`),
	badToken: (id: string) => providerError(400, 'InvalidTokenId', `The token '${id}' does not exist in this registry.`),
	invalid: (message: string) => providerError(400, 'InvalidParameters', message),
	unsupported,
};

/** What each SKU has ("Registry SKU features and limits"): the first setting that this one has not. */
function unsupported({ sku, network, anonymousPull, dataEndpoint, zoneRedundant }: Registry): Response | undefined {
	const hasRules = network.defaultAction === 'Deny' || network.ipRules.length > 0 || network.subnets.length > 0;
	const premium = [
		hasRules && 'networkRuleSet',
		!network.publicAccess && 'publicNetworkAccess',
		dataEndpoint && 'dataEndpointEnabled',
		zoneRedundant && 'zoneRedundancy',
	];
	const missing = sku === 'Premium' ? undefined : premium.find((name) => name !== false);
	const name = missing ?? (sku === 'Basic' && anonymousPull && 'anonymousPullEnabled');
	if (!name) return undefined;
	return providerError(400, 'SkuNotSupported', `The property '${name}' is not supported for SKU ${sku}.`);
}
