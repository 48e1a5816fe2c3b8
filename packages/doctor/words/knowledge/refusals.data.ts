// What a refusal means when it says nothing but no: by registry, and by whether a credential was sent. The figures are
// parts of a hundred, from what each registry's documentation says it answers and from how often public threads end so.
import type { RegistryKind } from './registry.data.ts';
import type { Weights } from './rule.ts';

/** Nothing was sent, or nobody knows whether something was. */
const acr: Weights = {
	'identity-lacks-pull-role': 30,
	'no-credentials-configured': 11,
	'role-on-wrong-identity': 9,
	'credential-provider-failed': 9,
	'secret-wrong-credentials': 6,
	'sp-invalid-or-expired': 6,
	'role-propagation-delay': 4,
	'node-identity-missing': 4,
	'image-tag-not-found': 4,
	'repository-not-found-or-typo': 3,
	'token-expired': 3,
	'secret-not-referenced': 3,
	'secret-missing-in-namespace': 3,
	'registry-auth-method-disabled': 3,
	'secret-wrong-server-host': 2,
	'cross-tenant': 2,
	'acr-cache-upstream-failed': 2,
	'secret-malformed': 2,
	'private-endpoint-dns': 1,
	'registry-down': 1,
	'manifest-deleted-by-cleanup': 1,
};

const dockerHub: Weights = {
	'repository-not-found-or-typo': 28,
	'no-credentials-configured': 26,
	'secret-not-referenced': 8,
	'secret-wrong-credentials': 8,
	'local-image-not-on-node': 7,
	'secret-missing-in-namespace': 6,
	'secret-wrong-server-host': 6,
	'image-tag-not-found': 3,
	'token-expired': 2,
	'secret-malformed': 2,
	'rate-limited': 2,
	'registry-down': 2,
};

const ecr: Weights = {
	'identity-lacks-pull-role': 24,
	'credential-provider-failed': 22,
	'token-expired': 20,
	'no-credentials-configured': 14,
	'secret-not-referenced': 4,
	'secret-missing-in-namespace': 4,
	'node-identity-missing': 3,
	'secret-wrong-server-host': 3,
	'secret-malformed': 2,
	'repository-not-found-or-typo': 2,
	'secret-wrong-credentials': 2,
};

const google: Weights = {
	'identity-lacks-pull-role': 42,
	'no-credentials-configured': 18,
	'repository-not-found-or-typo': 14,
	'role-on-wrong-identity': 5,
	'credential-provider-failed': 5,
	'secret-wrong-credentials': 4,
	'secret-not-referenced': 3,
	'secret-missing-in-namespace': 3,
	'token-expired': 3,
	'image-tag-not-found': 3,
};

const ghcr: Weights = {
	'no-credentials-configured': 34,
	'repository-not-found-or-typo': 26,
	'secret-wrong-credentials': 12,
	'token-expired': 8,
	'secret-not-referenced': 6,
	'secret-missing-in-namespace': 4,
	'secret-malformed': 3,
	'secret-wrong-server-host': 2,
	'image-tag-not-found': 2,
};

const quay: Weights = {
	'repository-not-found-or-typo': 42,
	'no-credentials-configured': 30,
	'secret-wrong-credentials': 7,
	'secret-not-referenced': 5,
	'registry-down': 5,
	'secret-missing-in-namespace': 3,
	'image-tag-not-found': 3,
	'token-expired': 2,
};

/** A registry of somebody's own: Harbor, GitLab, Artifactory, Nexus, and everything else. */
const own: Weights = {
	'no-credentials-configured': 24,
	'secret-wrong-credentials': 18,
	'secret-not-referenced': 10,
	'secret-wrong-server-host': 9,
	'repository-not-found-or-typo': 8,
	'secret-missing-in-namespace': 7,
	'secret-malformed': 6,
	'token-expired': 6,
	'credential-provider-failed': 3,
	'identity-lacks-pull-role': 2,
	'node-runtime-fault': 1,
	'image-tag-not-found': 2,
	'registry-down': 1,
};

const publicMirror: Weights = {
	'registry-down': 30,
	'repository-not-found-or-typo': 28,
	'credential-provider-failed': 12,
	'image-tag-not-found': 10,
	'secret-wrong-credentials': 6,
	proxy: 5,
};

/** No registry is named: everything that answers no. */
const unknown: Weights = {
	'no-credentials-configured': 26,
	'identity-lacks-pull-role': 12,
	'secret-wrong-credentials': 12,
	'repository-not-found-or-typo': 10,
	'secret-not-referenced': 8,
	'secret-missing-in-namespace': 7,
	'token-expired': 6,
	'secret-wrong-server-host': 5,
	'credential-provider-failed': 4,
	'role-on-wrong-identity': 3,
	'secret-malformed': 3,
	'image-tag-not-found': 2,
};

/** A refusal of which nobody knows whether it was of a credential. */
export const refusals: Record<RegistryKind, Weights> = {
	acr,
	mcr: publicMirror,
	'docker-hub': dockerHub,
	ecr,
	google,
	ghcr,
	quay,
	gitlab: own,
	harbor: own,
	jfrog: own,
	nexus: own,
	other: own,
	unknown,
};

/** What a request without a credential excludes: nothing was sent, so nothing that was sent is wrong. */
export const excludedWithoutCredential: (keyof Weights)[] = [
	'secret-wrong-credentials',
	'token-expired',
	'sp-invalid-or-expired',
];

/** A credential was sent and refused. */
export const refusedCredentials: Partial<Record<RegistryKind, Weights>> & { other: Weights } = {
	acr: {
		'secret-wrong-credentials': 24,
		'sp-invalid-or-expired': 17,
		'identity-lacks-pull-role': 15,
		'token-expired': 12,
		'credential-provider-failed': 8,
		'registry-auth-method-disabled': 6,
		'role-on-wrong-identity': 4,
		'role-propagation-delay': 3,
		'image-tag-not-found': 3,
		'repository-not-found-or-typo': 3,
		'secret-malformed': 2,
		'cross-tenant': 2,
	},
	ecr: { 'token-expired': 46, 'identity-lacks-pull-role': 30, 'secret-wrong-credentials': 10, 'cross-tenant': 2 },
	google: {
		'identity-lacks-pull-role': 48,
		'secret-wrong-credentials': 18,
		'token-expired': 14,
		'repository-not-found-or-typo': 12,
		'secret-malformed': 4,
	},
	ghcr: {
		'secret-wrong-credentials': 48,
		'token-expired': 24,
		'secret-malformed': 8,
		'repository-not-found-or-typo': 8,
		'identity-lacks-pull-role': 4,
	},
	other: {
		'secret-wrong-credentials': 58,
		'token-expired': 16,
		'secret-malformed': 9,
		'repository-not-found-or-typo': 6,
		'identity-lacks-pull-role': 3,
		'registry-down': 3,
	},
};

/** ImagePullBackOff and nothing else. */
export const anything: Weights = {
	'no-credentials-configured': 14,
	'image-tag-not-found': 12,
	'repository-not-found-or-typo': 9,
	'identity-lacks-pull-role': 7,
	'network-blocked-or-timeout': 7,
	'secret-not-referenced': 5,
	'secret-missing-in-namespace': 5,
	'rate-limited': 5,
	'local-image-not-on-node': 4,
	'secret-wrong-credentials': 4,
	'credential-provider-failed': 4,
	'token-expired': 3,
	'role-on-wrong-identity': 2,
	'role-propagation-delay': 2,
	'node-identity-missing': 2,
	'sp-invalid-or-expired': 2,
	'secret-wrong-server-host': 2,
	'secret-malformed': 2,
	'wrong-registry-name': 2,
	'dns-failure': 2,
	'tls-unknown-ca': 2,
	'registry-down': 2,
	'registry-firewall-denied': 2,
	'wrong-architecture': 2,
	proxy: 2,
	'registry-data-endpoint-blocked': 1,
	'private-endpoint-dns': 1,
	'cross-tenant': 1,
	'node-runtime-fault': 1,
	'node-disk-pressure': 1,
	'kubelet-pull-limits': 1,
	'acr-cache-upstream-failed': 1,
	'artifact-streaming-failed': 1,
	'manifest-deleted-by-cleanup': 1,
	'registry-auth-method-disabled': 1,
	'plain-http': 1,
	'image-policy-rejected': 1,
	'manifest-unsupported-media-type': 1,
	'tls-cert-expired-or-clock-skew': 0.5,
	'image-ref-invalid': 0.5,
};
