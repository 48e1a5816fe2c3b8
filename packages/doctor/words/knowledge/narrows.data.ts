// Words that leave a few causes, and the circumstances that tell between them.
import type { WordRule } from './rule.ts';

const resolver = 'containerd 2.4 core/remotes/docker/resolver.go';
const fetcher = 'containerd 2.4 core/remotes/docker/fetcher.go';
const captured = 'vectors/kubelet, captured 2026-11-22 (kubelet 1.35.4, containerd 2.4.2)';
const goNet = 'Go 1.26 net/net.go, net/http/transport.go';
const goTls = 'Go 1.26 crypto/x509/verify.go, crypto/tls';
const acrContracts =
	'ACR: 401 is about credentials, 403 about the network (Azure documentation "Troubleshoot network issues with registry")';

const silence = [
	'i/o timeout',
	'tls handshake timeout',
	'deadline exceeded',
	'client.timeout',
	'context deadline',
	'connection reset',
	'connection refused',
	'no route to host',
	'network is unreachable',
	'unexpected eof',
	': eof',
	'request canceled',
	'connection timed out',
	'timed out',
	'broken pipe',
	'use of closed network connection',
	'http2: server sent goaway',
	'stream error',
	'tls: internal error',
	'connectex:',
	'connection attempt failed',
];

const notFound = ['code = notfound', ': not found', '404 not found', 'not found 404', 'status code 404', 'http 404'];

/** What comes with the pull rather than from it. */
const warnings: WordRule[] = [
	{
		says: [
			'unable to retrieve some image pull secrets',
			'failedtoretrieveimagepullsecret',
			'unable to retrieve pull secret',
			'secrets "… not found',
			'secret "… not found',
			"couldn't find secret",
			"couldn't get secret",
			'failed to sync secret cache',
		],
		without: ['mountvolume', "couldn't find key"],
		by: 'kubelet',
		isWarning: true,
		at: 'keyring',
		means: { 'secret-missing-in-namespace': 88, 'no-credentials-configured': 4, 'secret-not-referenced': 3 },
		source: `kubernetes 1.36 pkg/kubelet/kubelet_pods.go (getPullSecretsForPod); ${captured}`,
	},
	{
		says: [
			'short name mode is enforcing',
			'short-name … did not resolve',
			'short-name resolution enforced',
			'ambiguous list',
		],
		by: 'CRI-O',
		at: 'image',
		means: {
			'node-runtime-fault': 55,
			'image-ref-invalid': 30,
			'wrong-registry-name': 10,
			'local-image-not-on-node': 5,
		},
		fine: { 'node-runtime-fault': 'runtime-config-invalid' },
		source: 'containers/image 5.36 pkg/shortnames; CRI-O 1.34 server/image_pull.go (short_name_mode)',
	},
	{
		says: ['image pull failed for … because the registry is unavailable', 'registryunavailable'],
		by: 'kubelet',
		at: 'network',
		means: { 'registry-down': 50, 'network-blocked-or-timeout': 45 },
		source: 'kubernetes 1.36 pkg/kubelet/images/image_manager.go',
	},
];

/** The certificate or the protocol is not what was expected. */
const protocol: WordRule[] = [
	{
		says: ['certificate is valid for', 'certificate is not valid for any names', 'not, … certificate is valid'],
		by: "Go's network library",
		at: 'network',
		means: { 'wrong-registry-name': 40, 'tls-unknown-ca': 25, proxy: 18, 'private-endpoint-dns': 17 },
		source: goTls,
	},
	{
		says: [
			"doesn't contain any ip sans",
			'relies on legacy common name',
			'x509:',
			'bad certificate',
			'certificate required',
		],
		by: "Go's network library",
		at: 'network',
		means: { 'tls-unknown-ca': 82, proxy: 8, 'tls-cert-expired-or-clock-skew': 5, 'wrong-registry-name': 5 },
		source: goTls,
	},
	{
		says: [
			'first record does not look like a tls handshake',
			'client sent an http request to an https server',
			'malformed http response "\\x15',
			'malformed http response',
			'wrong version number',
			'http request to an https',
			'unsupported protocol scheme',
		],
		by: "Go's network library",
		at: 'network',
		means: { 'plain-http': 78, proxy: 15, 'node-runtime-fault': 4 },
		source: goTls,
	},
	{
		says: ['remote error: tls', 'tls: handshake failure', 'tls: protocol version', 'tls: unrecognized name'],
		by: "Go's network library",
		at: 'network',
		means: { proxy: 34, 'network-blocked-or-timeout': 30, 'tls-unknown-ca': 24, 'wrong-registry-name': 10 },
		source: goTls,
	},
	{
		says: ["invalid character '<'", 'text/html', '<html', '<!doctype'],
		without: ['authorizationfailure', 'accessdenied', '<?xml'],
		by: 'containerd',
		means: { proxy: 40, 'wrong-registry-name': 22, 'manifest-unsupported-media-type': 16, 'registry-down': 20 },
		fine: { 'manifest-unsupported-media-type': 'registry-incompatible-with-runtime' },
		source: `${resolver}: a web page came where a registry's answer was expected`,
	},
	{
		says: ['504 gateway', ': 504', 'gateway timeout', 'gateway time-out'],
		by: 'the registry',
		means: { 'registry-down': 55, proxy: 40, 'acr-cache-upstream-failed': 3 },
		source: 'RFC 9110 15.6.5: a gateway got no answer',
	},
];

/** The host that serves layers is another one than the registry. */
const layers: WordRule[] = [
	{
		says: [
			'authorizationfailure',
			'<code>accessdenied',
			'accessdenied</code>',
			'publicaccessnotpermitted',
			'authenticationfailed</code>',
		],
		by: 'the registry',
		at: 'layers',
		means: { 'registry-data-endpoint-blocked': 93, 'registry-firewall-denied': 5 },
		source: 'Azure Storage and Amazon S3 error codes: the storage behind the registry answers in XML',
	},
	{
		says: ['no such host', 'server misbehaving'],
		when: { host: ['data'] },
		by: "Go's network library",
		at: 'layers',
		means: { 'registry-data-endpoint-blocked': 46, 'dns-failure': 40, 'private-endpoint-dns': 14 },
		source: `${goNet}; ${captured}`,
	},
	{
		says: [...silence, '403 forbidden', 'forbidden', '403 ', 'access denied'],
		when: { host: ['data'] },
		by: "Go's network library",
		at: 'layers',
		means: { 'registry-data-endpoint-blocked': 93, 'network-blocked-or-timeout': 4, proxy: 2 },
		source: `${fetcher}: the registry answered, the host that it sent the node to did not; ${captured}`,
	},
	{
		says: silence,
		when: { doing: ['layers'] },
		without: ['auth.docker.io', 'oauth'],
		by: 'containerd',
		at: 'layers',
		means: {
			'network-blocked-or-timeout': 46,
			'registry-data-endpoint-blocked': 30,
			'registry-down': 10,
			'kubelet-pull-limits': 6,
			proxy: 5,
			'node-runtime-fault': 3,
		},
		source: `${fetcher}; ${captured}`,
	},
	{
		says: ['could not fetch content descriptor'],
		with: ['manifest', 'index'],
		when: { doing: ['manifest', 'layers'] },
		by: 'containerd',
		at: 'manifest',
		means: {
			'manifest-deleted-by-cleanup': 62,
			'acr-cache-upstream-failed': 16,
			'image-tag-not-found': 8,
			'registry-down': 6,
		},
		source: fetcher,
	},
	{
		says: [
			'could not fetch content descriptor',
			'blob unknown',
			'unknown blob',
			'blob_unknown',
			'content at … not found',
			'blob … not found',
		],
		by: 'containerd',
		at: 'layers',
		means: {
			'manifest-deleted-by-cleanup': 42,
			'acr-cache-upstream-failed': 18,
			'registry-down': 16,
			'registry-data-endpoint-blocked': 8,
			'node-runtime-fault': 6,
		},
		source: `${fetcher}; OCI distribution 1.1 "BLOB_UNKNOWN"; ${captured}`,
	},
	{
		says: ['manifest sha256:… is not found', 'manifest with digest … not found'],
		by: 'the registry',
		at: 'manifest',
		means: { 'manifest-deleted-by-cleanup': 62, 'image-tag-not-found': 30, 'acr-cache-upstream-failed': 6 },
		source: 'ACR answer to a digest that it does not hold',
	},
	{
		says: [
			'failed to register layer',
			'failed to extract layer',
			'failed to unpack',
			'failed size validation',
			'unexpected commit size',
			'unexpected size',
			'failed commit on ref',
			'locked for',
			'failed to prepare extraction snapshot',
			'archive/tar: invalid',
			'gzip: invalid',
			'flate: corrupt',
			'unpigz',
			'checksum mismatch',
			'crc32 mismatch',
			'filesystem layer verification failed',
			'error reading from server: eof',
			'transport is closing',
			'error while dialing … sock',
			'failed to get sandbox image',
			'failed to reserve',
			'failed to create temp dir',
			'input/output error',
			'operation not permitted',
			'permission denied: unknown',
			'archive/tar',
			'zstd:',
			'policy.json',
			'panic',
			'snapshotter',
			'unknown desc = error: exit status',
		],
		without: [
			...silence.filter((words) => !words.includes('eof')),
			...notFound,
			'401',
			'403',
			'429',
			'500 ',
			'502',
			'503',
			'unauthorized',
			'denied:',
			'no such host',
			'x509',
		],
		by: 'containerd',
		at: 'layers',
		means: {
			'node-runtime-fault': 82,
			'node-disk-pressure': 6,
			'manifest-unsupported-media-type': 4,
			'registry-down': 3,
			proxy: 3,
		},
		source: 'containerd 2.4 core/unpack, core/content; moby 28 layer; containers/storage 1.57',
	},
];

/** Names that do not resolve. */
const names: WordRule[] = [
	{
		says: ['no such host', 'name or service not known', 'nxdomain'],
		when: { registry: ['acr'] },
		by: "Go's network library",
		at: 'dns',
		means: { 'wrong-registry-name': 42, 'dns-failure': 34, 'private-endpoint-dns': 22 },
		source: goNet,
	},
	{
		says: ['no such host', 'name or service not known', 'nxdomain'],
		by: "Go's network library",
		at: 'dns',
		means: { 'wrong-registry-name': 46, 'dns-failure': 44, 'private-endpoint-dns': 6, proxy: 3 },
		source: goNet,
	},
];

/** The registry fails, or something on the way does. */
const faults: WordRule[] = [
	{
		says: [
			'500 internal',
			'502 bad',
			'503 service',
			'unexpected http status: 5',
			'internal server error',
			'bad gateway',
			'service unavailable',
			'no healthy upstream',
			'520 ',
			'522 ',
			'unknown: server error',
		],
		without: ['api error ‹500›', '‹500›: ', 'http code 500'],
		when: { registry: ['acr', 'harbor', 'jfrog', 'nexus', 'gitlab', 'other', 'unknown'] },
		by: 'the registry',
		means: {
			'registry-down': 80,
			proxy: 7,
			'acr-cache-upstream-failed': 4,
			'node-runtime-fault': 3,
			'network-blocked-or-timeout': 3,
		},
		source: `OCI distribution 1.1, RFC 9110 15.6; ${captured}`,
	},
	{
		says: [
			'500 internal',
			'502 bad',
			'503 service',
			'unexpected http status: 5',
			'internal server error',
			'bad gateway',
			'service unavailable',
			'no healthy upstream',
			'520 ',
			'522 ',
			'unknown: server error',
		],
		by: 'the registry',
		means: { 'registry-down': 90, proxy: 5, 'rate-limited': 2 },
		source: 'RFC 9110 15.6: a registry that millions use fails for everybody',
	},
];

/** The same told by the number alone. */
const faultNumbers: WordRule[] = [
	{
		when: {
			status: [500, 502, 503, 520, 522],
			registry: ['acr', 'harbor', 'jfrog', 'nexus', 'gitlab', 'other', 'unknown'],
		},
		without: ['api error ‹500›', '‹500›: ', 'http code 500'],
		by: 'the registry',
		means: {
			'registry-down': 80,
			proxy: 7,
			'acr-cache-upstream-failed': 4,
			'node-runtime-fault': 3,
			'network-blocked-or-timeout': 3,
		},
		source: 'RFC 9110 15.6',
	},
	{
		when: { status: [500, 502, 503, 520, 522] },
		without: ['api error ‹500›', '‹500›: ', 'http code 500'],
		by: 'the registry',
		means: { 'registry-down': 90, proxy: 5, 'rate-limited': 2 },
		source: 'RFC 9110 15.6',
	},
];

/** The registry understood who asked, or refuses to. */
const forbidden: WordRule[] = [
	{
		when: { registry: ['acr'], status: [403] },
		by: 'the registry',
		means: {
			'registry-firewall-denied': 80,
			'identity-lacks-pull-role': 9,
			'private-endpoint-dns': 5,
			'registry-data-endpoint-blocked': 3,
			proxy: 2,
		},
		source: acrContracts,
	},
	{
		says: ['403 forbidden', ': forbidden', 'status code 403'],
		when: { registry: ['acr'] },
		by: 'the registry',
		means: {
			'registry-firewall-denied': 80,
			'identity-lacks-pull-role': 9,
			'private-endpoint-dns': 5,
			'registry-data-endpoint-blocked': 3,
		},
		source: acrContracts,
	},
	{
		when: { registry: ['ecr'], status: [403] },
		by: 'the registry',
		at: 'token',
		means: {
			'identity-lacks-pull-role': 46,
			'token-expired': 28,
			'registry-data-endpoint-blocked': 8,
			'cross-tenant': 2,
			'secret-wrong-credentials': 6,
		},
		source: 'Amazon ECR documentation "common errors": 403 is the repository policy or an ended token',
	},
	{
		when: { registry: ['google'], status: [403] },
		without: ['unauthenticated request'],
		by: 'the registry',
		at: 'token',
		means: {
			'identity-lacks-pull-role': 74,
			'repository-not-found-or-typo': 8,
			'no-credentials-configured': 6,
			'registry-firewall-denied': 5,
			'token-expired': 3,
		},
		source: 'Google Artifact Registry documentation "access control"',
	},
	{
		says: ['artifactregistry.repositories.downloadartifacts', 'unauthenticated request'],
		by: 'the registry',
		at: 'token',
		means: {
			'no-credentials-configured': 52,
			'identity-lacks-pull-role': 24,
			'secret-not-referenced': 8,
			'credential-provider-failed': 8,
			'repository-not-found-or-typo': 5,
		},
		source: 'Google Artifact Registry answer to a request without a credential',
	},
	{
		says: ['denied: denied', 'permission_denied'],
		when: { registry: ['ghcr', 'docker-hub', 'unknown', 'other'] },
		by: 'the registry',
		at: 'token',
		means: {
			'secret-wrong-credentials': 66,
			'token-expired': 22,
			'no-credentials-configured': 4,
			'repository-not-found-or-typo': 4,
		},
		source:
			'ghcr.io refuses a stale credential even for public images: reports riverqueue/riverui#182, nilsnolde/docker-valhalla#122',
	},
	{
		says: ['denied: access forbidden'],
		by: 'the registry',
		at: 'token',
		means: {
			'secret-wrong-credentials': 42,
			'no-credentials-configured': 28,
			'repository-not-found-or-typo': 10,
			'token-expired': 8,
			'secret-not-referenced': 6,
			'identity-lacks-pull-role': 4,
		},
		source: 'GitLab 17 app/services/auth/container_registry_authentication_service.rb',
	},
	{
		says: ['project not found or no permission', 'unauthorized to access repository'],
		by: 'the registry',
		at: 'token',
		means: {
			'no-credentials-configured': 28,
			'secret-wrong-credentials': 26,
			'repository-not-found-or-typo': 14,
			'secret-malformed': 8,
			'secret-not-referenced': 8,
			'token-expired': 6,
			'identity-lacks-pull-role': 6,
		},
		source: 'Harbor 2.11 src/server/middleware/v2auth',
	},
	{
		says: ['the operation is disallowed on this registry'],
		by: 'the registry',
		means: { 'image-policy-rejected': 46, 'registry-auth-method-disabled': 22, 'registry-down': 22 },
		source: 'ACR documentation, FAQ "disallowed operation"',
	},
	{
		when: {
			status: [403],
			registry: ['harbor', 'jfrog', 'nexus', 'gitlab', 'other', 'unknown', 'mcr', 'docker-hub', 'quay'],
			credential: ['some'],
		},
		by: 'the registry',
		at: 'token',
		means: {
			'secret-wrong-credentials': 50,
			'identity-lacks-pull-role': 14,
			'token-expired': 12,
			'repository-not-found-or-typo': 8,
			'registry-firewall-denied': 5,
			proxy: 5,
		},
		source: 'OCI distribution 1.1 "DENIED"',
	},
	{
		when: {
			status: [403],
			registry: ['harbor', 'jfrog', 'nexus', 'gitlab', 'other', 'unknown', 'mcr', 'docker-hub', 'quay'],
		},
		by: 'the registry',
		means: {
			'registry-firewall-denied': 26,
			proxy: 18,
			'secret-wrong-credentials': 14,
			'no-credentials-configured': 16,
			'repository-not-found-or-typo': 8,
			'registry-down': 8,
			'identity-lacks-pull-role': 6,
		},
		source: 'OCI distribution 1.1 "DENIED", RFC 9110 15.5.4',
	},
];

/** The name was understood, and nothing is there. */
const missing: WordRule[] = [
	{
		says: [
			'manifest unknown',
			'manifest_unknown',
			'manifest for … not found',
			'image not found',
			'image … not found',
			'named manifest is not known',
		],
		when: { byDigest: true },
		by: 'the registry',
		at: 'manifest',
		means: {
			'image-tag-not-found': 60,
			'manifest-deleted-by-cleanup': 26,
			'repository-not-found-or-typo': 6,
			'acr-cache-upstream-failed': 5,
		},
		source: 'OCI distribution 1.1 "MANIFEST_UNKNOWN"',
	},
	{
		says: [
			'manifest unknown',
			'manifest_unknown',
			'manifest for … not found',
			'named manifest is not known',
			'no such manifest',
			'no such image',
		],
		by: 'the registry',
		at: 'manifest',
		means: {
			'image-tag-not-found': 84,
			'repository-not-found-or-typo': 10,
			'acr-cache-upstream-failed': 2,
			'manifest-deleted-by-cleanup': 2,
		},
		source: 'OCI distribution 1.1 "MANIFEST_UNKNOWN"',
	},
	{
		says: notFound,
		when: { byDigest: true },
		without: ['no pull access'],
		by: 'containerd',
		at: 'manifest',
		means: {
			'image-tag-not-found': 62,
			'manifest-deleted-by-cleanup': 20,
			'repository-not-found-or-typo': 10,
			'acr-cache-upstream-failed': 6,
		},
		source: `${resolver}; ${captured}`,
	},
	{
		says: notFound,
		when: { registry: ['docker-hub', 'quay', 'ghcr'] },
		by: 'containerd',
		at: 'manifest',
		means: { 'image-tag-not-found': 86, 'repository-not-found-or-typo': 9, 'registry-down': 2 },
		source: `${resolver}: these registries answer 401 or 403 for a repository that does not exist, so a 404 is about the tag`,
	},
	{
		says: notFound,
		when: { registry: ['acr'] },
		without: ['no pull access'],
		by: 'containerd',
		at: 'manifest',
		means: {
			'image-tag-not-found': 64,
			'repository-not-found-or-typo': 24,
			'acr-cache-upstream-failed': 6,
			'manifest-deleted-by-cleanup': 4,
		},
		source: `${resolver}; ${captured}`,
	},
	{
		says: notFound,
		without: ['no pull access', 'secret "', 'command not found', 'executable file not found'],
		by: 'containerd',
		at: 'manifest',
		means: {
			'image-tag-not-found': 58,
			'repository-not-found-or-typo': 28,
			'wrong-registry-name': 6,
			'registry-down': 2,
			'plain-http': 1,
		},
		source: `${resolver}; ${captured}`,
	},
];

/** Nothing came back. */
const quiet: WordRule[] = [
	{
		says: silence,
		when: { registry: ['acr'], isPrivateAddress: true },
		by: "Go's network library",
		at: 'network',
		means: { 'network-blocked-or-timeout': 64, 'private-endpoint-dns': 28, proxy: 3 },
		source: `${goNet}: the name resolves to a private endpoint that does not answer`,
	},
	{
		says: ['connection refused'],
		when: { host: ['localhost'] },
		by: "Go's network library",
		at: 'network',
		means: {
			'network-blocked-or-timeout': 40,
			'wrong-registry-name': 26,
			'local-image-not-on-node': 20,
			'registry-down': 8,
		},
		source: `${goNet}: on a node, localhost is the node`,
	},
	{
		says: ['connection refused'],
		when: { registry: ['harbor', 'jfrog', 'nexus', 'gitlab', 'other'] },
		by: "Go's network library",
		at: 'network',
		means: {
			'network-blocked-or-timeout': 66,
			'registry-down': 18,
			'wrong-registry-name': 6,
			proxy: 5,
			'dns-failure': 3,
		},
		source: goNet,
	},
	{
		says: [
			'code = deadlineexceeded desc = context deadline exceeded',
			'desc = context canceled',
			': context canceled',
			'operation was canceled',
			'net/http: request canceled',
		],
		without: ['awaiting headers', 'waiting for connection', 'dial tcp', 'https://', 'http://'],
		by: 'kubelet',
		means: { 'network-blocked-or-timeout': 44, 'kubelet-pull-limits': 36, 'registry-down': 8, 'node-runtime-fault': 8 },
		fine: { 'kubelet-pull-limits': 'pull-timeout-large-image' },
		source: 'kubernetes 1.36 staging/cri-client/pkg/remote_image.go; cri-dockerd 0.3 libdocker/kube_docker_client.go',
	},
	{
		says: silence,
		by: "Go's network library",
		at: 'network',
		means: {
			'network-blocked-or-timeout': 82,
			proxy: 6,
			'registry-down': 5,
			'private-endpoint-dns': 3,
			'dns-failure': 2,
		},
		source: `${goNet}; ${captured}`,
	},
];

/** In this order. */
export const narrowingRules: WordRule[] = [
	warnings,
	layers,
	protocol,
	names,
	faults,
	forbidden,
	missing,
	quiet,
	faultNumbers,
].flat();
