/**
 * Faults of the sandbox that a real node meets just as the sandbox's own: those of registry, roles, secrets and images. Those of a
 * node's network, clock, disk and plugins are of the virtual node alone: the real one has others, through the same proxy.
 */
export const faultCodes = [
	'abac-registry-needs-repository-reader',
	'acr-cache-upstream-failed',
	'admin-user-disabled',
	'condition-excludes-repository',
	'identity-lacks-pull-role',
	'image-ref-invalid',
	'image-tag-not-found',
	'manifest-deleted-by-cleanup',
	'manifest-unsupported-media-type',
	'public-access-disabled',
	'rate-limited',
	'registry-down',
	'repository-not-found-or-typo',
	'role-on-wrong-identity',
	'scope-map-excludes-repository',
	'secret-malformed',
	'secret-missing-in-namespace',
	'secret-wrong-credentials',
	'sp-secret-expired',
	'token-expired',
	'wrong-architecture',
] as const;
