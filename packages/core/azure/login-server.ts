import { matchesPattern } from '../kubernetes/credential-match.ts';

/** The clouds that have an ACR, by the suffix of their login servers. */
const cloudOfSuffix = {
	'azurecr.io': 'AzureCloud',
	'azurecr.cn': 'AzureChinaCloud',
	'azurecr.us': 'AzureUSGovernment',
	'azurecr.de': 'AzureGermanCloud',
} as const;

export type AzureCloudName = (typeof cloudOfSuffix)[keyof typeof cloudOfSuffix];

/** The host that images of an Azure registry are named with. */
export interface LoginServer {
	/** The registry's name, lower case. */
	registry: string;
	cloud: AzureCloudName;
	/** The part after the dash, where the registry was made with a domain name label. */
	dnlHash?: string;
	/** For the login server of one geo-replica: its region. */
	region?: string;
}

/** What a host of ACR is for; only the first two can stand in an image reference. */
export type AcrHostKind = 'login-server' | 'regional-login-server' | 'data-endpoint' | 'privatelink';

// Registry names are alphanumeric (Azure naming rules), so a dash can only begin a domain name label's hash.
const acrHost =
	/^(?<registry>[a-z0-9]+)(?:-(?<hash>[a-z0-9]+))?(?:\.(?<region>[a-z0-9]+)\.(?<use>geo|data)|\.(?<link>privatelink))?\.(?<suffix>azurecr\.(?:io|cn|us|de))$/;

/** Reads the login server of an Azure registry, global or regional; undefined for every other host. */
export function parseLoginServer(host: string): LoginServer | undefined {
	const parts = acrHost.exec(host.toLowerCase())?.groups;
	const kind = acrHostKind(host);
	if (!parts || (kind !== 'login-server' && kind !== 'regional-login-server')) return undefined;
	return {
		registry: parts['registry'] ?? '',
		cloud: cloudOf(parts['suffix'] ?? ''),
		...(parts['hash'] !== undefined && { dnlHash: parts['hash'] }),
		...(parts['region'] !== undefined && { region: parts['region'] }),
	};
}

/** Which of ACR's host names this is ("Container registry endpoint reference" in Azure's docs); undefined for every other host. */
export function acrHostKind(host: string): AcrHostKind | undefined {
	const parts = acrHost.exec(host.toLowerCase())?.groups;
	if (!parts) return undefined;
	if (parts['link'] !== undefined) return 'privatelink';
	if (parts['use'] === 'data') return 'data-endpoint';
	return parts['use'] === 'geo' ? 'regional-login-server' : 'login-server';
}

/** Whether Azure would take this as the name of a registry: 5 to 50 letters and digits. */
export function isRegistryName(name: string): boolean {
	return /^[a-zA-Z0-9]{5,50}$/.test(name);
}

const suffixes = Object.keys(cloudOfSuffix);

/** `matchImages` of AKS's own credential provider on every node: Azure/AgentBaker, cse_config.sh. */
export const providerPatterns = suffixes.map((suffix) => `*.${suffix}`);

/** What nodes made since AgentBaker's change of July 2026 (#8994) match besides: login servers of one region. */
export const providerRegionalPatterns = suffixes.map((suffix) => `*.*.geo.${suffix}`);

/**
 * Whether the kubelet of a current AKS node calls AKS's own provider for images of this host. Data endpoints and privatelink
 * names have as many labels too few or too many; a port is never matched.
 */
export function isProviderHost(host: string): boolean {
	return [...providerPatterns, ...providerRegionalPatterns].some((pattern) => matchesPattern(pattern, host));
}

function cloudOf(suffix: string): AzureCloudName {
	return Object.entries(cloudOfSuffix).find(([known]) => known === suffix)?.[1] ?? 'AzureCloud';
}
