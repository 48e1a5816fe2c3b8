// What fragments of kubelet, containerd, docker, CRI-O and registry messages mean. The first rule that fits one error wins,
// so rules about a precise cause stand before rules about a status. Fragments, never whole texts: wording changes with every
// version (see KUBERNETES_FACTS, "Words"; seen with containerd 1.6, 2.0, 2.1 and 2.4 and with docker's daemon).
import type { Confidence, LinkName, TaxonomyCode } from '@lanyard/core';

export interface WordRule {
	seen: RegExp;
	/** When the fragment must also not be about something else. */
	unless?: RegExp;
	code: TaxonomyCode;
	confidence: Confidence;
	others?: TaxonomyCode[];
	/** Where it shows, if the words around the fragment do not tell. */
	at?: LinkName;
	credential?: 'none' | 'some';
}

const acr = /\.azurecr\.(io|cn|de|us)\b/;

/** Refused before anything was sent. */
const beforeSending: WordRule[] = [
	{
		seen: /invalid reference format|couldn't parse image|InvalidImageName/,
		code: 'image-ref-invalid',
		confidence: 'certain',
		at: 'image',
	},
	{
		seen: /not present with pull policy of Never|ErrImageNeverPull/,
		code: 'local-image-not-on-node',
		confidence: 'certain',
		at: 'presence',
	},
	{
		seen: /pull QPS exceeded|pull progress deadline|RegistryPullQPS/i,
		code: 'kubelet-pull-limits',
		confidence: 'certain',
		at: 'presence',
	},
	{
		seen: /admission webhook .+ denied|Source image rejected|signature was required|image policy webhook .+ denied/s,
		code: 'image-policy-rejected',
		confidence: 'certain',
		at: 'admission',
	},
	{
		seen: /secrets? "[^"]+" not found|Unable to retrieve some image pull secrets/,
		code: 'secret-missing-in-namespace',
		confidence: 'likely',
		at: 'keyring',
	},
	{
		seen: /illegal base64 data|unable to parse auth field|dockerconfigjson.*(unexpected end|invalid character)/,
		code: 'secret-malformed',
		confidence: 'certain',
		at: 'keyring',
	},
];

/** What Entra ID and the provider plugin say. */
const identity: WordRule[] = [
	{
		seen: /Identity not found/i,
		code: 'node-identity-missing',
		confidence: 'likely',
		others: ['credential-provider-failed'],
		at: 'identity',
	},
	{
		// Entra's own codes: wrong secret, expired secret, missing service principal, unknown application.
		seen: /AADSTS(7000215|7000222|7000229|700016)|not registered with AAD/,
		code: 'sp-invalid-or-expired',
		confidence: 'likely',
		others: ['cross-tenant', 'secret-wrong-credentials'],
		at: 'token',
	},
	{ seen: /AADSTS(90002|50020|50034)/, code: 'cross-tenant', confidence: 'likely', at: 'token' },
	{
		seen: /azure_credentials\.go|credential[- ]provider/i,
		code: 'credential-provider-failed',
		confidence: 'likely',
		others: ['network-blocked-or-timeout'],
		at: 'exchange',
	},
];

/** The node's own part: its mirror, its disk, its runtime. */
const node: WordRule[] = [
	{
		// AKS's artifact streaming answers on a port of the node itself.
		seen: /localhost:8578|overlaybd|attach and mount for snapshot|config\/target\/core/,
		code: 'artifact-streaming-failed',
		confidence: 'certain',
		at: 'layers',
	},
	{
		seen: /no space left on device|not enough space on the disk|disk quota exceeded/i,
		code: 'node-disk-pressure',
		confidence: 'certain',
		at: 'layers',
	},
	{
		seen: /greater than maximum size|unexpected commit digest|failed to register layer|failed to extract layer|hcsshim|policy\.json|registries\.conf/,
		code: 'node-runtime-fault',
		confidence: 'likely',
		at: 'layers',
	},
];

/** The manifest was there, but is of no use here. */
const manifest: WordRule[] = [
	{
		seen: /no match for platform|no matching manifest for|cannot be used on this platform/,
		code: 'wrong-architecture',
		confidence: 'certain',
		at: 'manifest',
	},
	{
		seen: /no longer supported since|manifest\.v1\+prettyjws|failed size validation|unsupported (manifest )?media ?type/i,
		code: 'manifest-unsupported-media-type',
		confidence: 'certain',
		at: 'manifest',
	},
];

/** The connection itself, before HTTP. */
const connection: WordRule[] = [
	{
		seen: /certificate has expired or is not yet valid/,
		code: 'tls-cert-expired-or-clock-skew',
		confidence: 'certain',
		at: 'network',
	},
	{
		seen: /certificate is (valid for|not valid for any names)/,
		code: 'wrong-registry-name',
		confidence: 'likely',
		others: ['proxy', 'private-endpoint-dns'],
		at: 'network',
	},
	{
		seen: /signed by unknown authority|self[- ]signed certificate|unable to get local issuer/,
		code: 'tls-unknown-ca',
		confidence: 'certain',
		others: ['proxy'],
		at: 'network',
	},
	{ seen: /server gave HTTP response to HTTPS client/, code: 'plain-http', confidence: 'certain', at: 'network' },
	{ seen: /proxyconnect|Proxy Authentication Required/, code: 'proxy', confidence: 'certain', at: 'network' },
	{
		seen: /no such host/,
		code: 'wrong-registry-name',
		confidence: 'likely',
		others: ['dns-failure', 'private-endpoint-dns'],
		at: 'dns',
	},
	{
		seen: /server misbehaving|Temporary failure in name resolution|dns error|Name or service not known|->\S+:53: |lookup \S+:? .*(timeout|Try again|refused)/,
		code: 'dns-failure',
		confidence: 'certain',
		others: ['proxy', 'private-endpoint-dns'],
		at: 'dns',
	},
];

/** The registry, or the host that it redirects to, answered with a refusal of its own. */
const answers: WordRule[] = [
	{
		seen: /client with IP|not allowed access/,
		code: 'registry-firewall-denied',
		confidence: 'certain',
		others: ['private-endpoint-dns'],
	},
	{
		seen: /<Error><Code>(AuthorizationFailure|AccessDenied)|(blob\.core\.windows\.net|data\.azurecr\.io|\.cdn\.|cloudfront\.net|\.s3[.-]).*(timeout|refused|EOF|reset|403)/s,
		code: 'registry-data-endpoint-blocked',
		confidence: 'certain',
		others: ['network-blocked-or-timeout'],
		at: 'layers',
	},
	{
		seen: /source registry for cache rule|424 Failed Dependency/,
		code: 'acr-cache-upstream-failed',
		confidence: 'certain',
		at: 'manifest',
	},
	{ seen: /toomanyrequests|\b429\b/, code: 'rate-limited', confidence: 'certain', others: ['registry-down'] },
	{
		seen: /\b50[0234] (Internal|Bad|Service|Gateway)|unexpected HTTP status: 5\d\d/,
		code: 'registry-down',
		confidence: 'likely',
		others: ['proxy'],
	},
	{
		seen: /could not fetch content descriptor sha256:\S+ \([^)]*(manifest|index|config)[^)]*\) from remote: not found|manifest sha256:\S+ is not found/,
		code: 'manifest-deleted-by-cleanup',
		confidence: 'likely',
		others: ['acr-cache-upstream-failed', 'image-tag-not-found'],
	},
	{
		seen: /could not fetch content descriptor .* from remote: not found/,
		code: 'acr-cache-upstream-failed',
		confidence: 'possible',
		others: ['manifest-deleted-by-cleanup'],
		at: 'layers',
	},
];

/** A credential was sent, or should have been. */
const credentials: WordRule[] = [
	{
		seen: /token has expired|token is expired|ExpiredToken/i,
		code: 'token-expired',
		confidence: 'certain',
		at: 'token',
		credential: 'some',
	},
	{
		seen: /incorrect username or password|invalid username|denied: denied\b|bad credentials/i,
		code: 'secret-wrong-credentials',
		confidence: 'certain',
		others: ['token-expired'],
		at: 'token',
		credential: 'some',
	},
	{
		seen: /fetch oauth token:.*\b(401|403|400)\b/,
		code: 'secret-wrong-credentials',
		confidence: 'likely',
		others: ['token-expired', 'sp-invalid-or-expired', 'identity-lacks-pull-role'],
		at: 'token',
		credential: 'some',
	},
	{
		seen: /needed permissions to perform this operation|failed with status code \[manifests \S+\]: 403/,
		code: 'identity-lacks-pull-role',
		confidence: 'likely',
		others: ['registry-firewall-denied', 'secret-wrong-credentials'],
		at: 'token',
	},
];

/** The name was understood, and nothing is there. */
const notFound: WordRule[] = [
	{
		seen: /manifest tagged by|manifest for \S+ not found|manifest unknown/,
		code: 'image-tag-not-found',
		confidence: 'likely',
		others: ['repository-not-found-or-typo', 'manifest-deleted-by-cleanup'],
		at: 'manifest',
	},
	{
		seen: /NAME_UNKNOWN|repository name not known/i,
		code: 'repository-not-found-or-typo',
		confidence: 'certain',
		at: 'manifest',
	},
	{
		seen: /code = NotFound|: not found\b|not found 404|404 Not Found/,
		unless: /no pull access/,
		code: 'image-tag-not-found',
		confidence: 'likely',
		others: ['repository-not-found-or-typo'],
		at: 'manifest',
	},
];

/** 401 in all its forms. Which of the many causes it has, only facts can tell. */
const refused: WordRule[] = [
	{
		seen: /fetch anonymous token/,
		code: 'identity-lacks-pull-role',
		confidence: 'possible',
		others: [
			'role-on-wrong-identity',
			'node-identity-missing',
			'credential-provider-failed',
			'no-credentials-configured',
		],
		at: 'token',
		credential: 'none',
	},
	{
		seen: /insufficient_scope/,
		code: 'identity-lacks-pull-role',
		confidence: 'possible',
		others: ['repository-not-found-or-typo', 'secret-wrong-credentials'],
		at: 'token',
	},
	{
		// An unqualified name goes to Docker Hub's library, where a locally built image is not.
		seen: /pull access denied for [\w -]+,/,
		code: 'local-image-not-on-node',
		confidence: 'possible',
		others: ['repository-not-found-or-typo', 'no-credentials-configured'],
		at: 'token',
	},
	{
		seen: /no basic auth credentials|no credentials on this request|does not exist or may require/,
		code: 'no-credentials-configured',
		confidence: 'possible',
		others: ['secret-not-referenced', 'secret-wrong-server-host', 'repository-not-found-or-typo', 'token-expired'],
		at: 'token',
		credential: 'none',
	},
];

/** The same without a hint at all. */
const unspecific: WordRule[] = [
	{
		seen: /authentication required|\b401\b|unauthorized|denied|403 Forbidden|no pull access/i,
		code: 'no-credentials-configured',
		confidence: 'possible',
		others: ['secret-not-referenced', 'repository-not-found-or-typo', 'secret-wrong-credentials', 'token-expired'],
		at: 'token',
	},
];

/** Nothing came back. After every refusal, because some of these words stand in messages about something else. */
const silence: WordRule[] = [
	{
		seen: /i\/o timeout|TLS handshake timeout|deadline exceeded|Client\.Timeout|connection re(set|fused)|no route to host|network is unreachable|\bEOF\b/,
		code: 'network-blocked-or-timeout',
		confidence: 'likely',
		others: ['private-endpoint-dns', 'proxy', 'registry-down'],
	},
];

/** ACR says 401 about credentials and 403 about the network only (AZURE_CONTRACTS 2, "401 or 403"). */
const acrForbids: WordRule[] = [
	{
		seen: /\b403\b/,
		code: 'registry-firewall-denied',
		confidence: 'likely',
		others: ['identity-lacks-pull-role', 'registry-data-endpoint-blocked'],
	},
];

/** A 401 from an ACR on an Azure node is first of all about the node's identity. */
const acrRefuses: WordRule[] = [
	{
		seen: /authentication required|\b401\b|unauthorized/i,
		code: 'identity-lacks-pull-role',
		confidence: 'possible',
		others: [
			'role-on-wrong-identity',
			'credential-provider-failed',
			'no-credentials-configured',
			'image-tag-not-found',
		],
		at: 'token',
	},
];

const precise = [beforeSending, identity, node, manifest, connection, answers].flat();
const others = [...precise, ...credentials, ...notFound, ...silence, ...refused, ...unspecific];
const forAcr = [
	...precise,
	...acrForbids,
	...credentials,
	...notFound,
	...silence,
	...refused,
	...acrRefuses,
	...unspecific,
];

/** The rules in the order in which they are tried on one error of this message. */
export function rulesFor(message: string): WordRule[] {
	return acr.test(message) ? forAcr : others;
}
