// What it means when concepts meet in one clause of what a person says.
import type { Concept } from './concepts.data.ts';
import type { RegistryKind } from './registry.data.ts';
import type { Weights } from './rule.ts';

export interface ClauseRule {
	/** All of these in one clause; of those in a list, any. */
	meet: (Concept | Concept[])[];
	/** And none of these. */
	without?: Concept[];
	registry?: RegistryKind[];
	weighs: Weights;
}

const azure: RegistryKind[] = ['acr', 'unknown', 'other'];

/** All of them; each counts once, in whichever clause. */
export const clauseRules: ClauseRule[] = [
	{
		meet: ['secret', 'namespace'],
		without: ['sameNamespace'],
		weighs: { 'secret-missing-in-namespace': 5, 'no-credentials-configured': 0.7 },
	},
	{ meet: ['secret', 'namespace', ['absent', 'other']], weighs: { 'secret-missing-in-namespace': 2.2 } },
	{
		meet: ['secret', ['absent', 'gone'], 'serviceAccount'],
		weighs: { 'secret-missing-in-namespace': 2.5, 'secret-not-referenced': 2.5 },
	},
	{
		meet: ['secret', 'late'],
		without: ['credential'],
		weighs: { 'secret-missing-in-namespace': 2, 'secret-not-referenced': 1.3 },
	},
	{ meet: ['secret', 'field', 'other'], weighs: { 'secret-missing-in-namespace': 1.6 } },
	{ meet: ['secret', 'gone'], weighs: { 'secret-missing-in-namespace': 3 } },
	{ meet: ['field', 'absent'], weighs: { 'secret-not-referenced': 3.2, 'no-credentials-configured': 2.4 } },
	{ meet: ['field', ['maker', 'pod'], ['absent', 'other', 'wrong']], weighs: { 'secret-not-referenced': 2 } },
	{ meet: ['secret', 'maker', ['absent', 'refer']], weighs: { 'secret-not-referenced': 1.8 } },
	{ meet: ['secret', 'refer', 'absent'], weighs: { 'secret-not-referenced': 2 } },
	{ meet: ['secret', 'serviceAccount'], weighs: { 'secret-not-referenced': 2, 'secret-missing-in-namespace': 1.3 } },
	{ meet: ['secret', 'shape'], weighs: { 'secret-malformed': 4 } },
	{ meet: ['secret', 'shape', ['wrong', 'other', 'absent']], weighs: { 'secret-malformed': 2.2 } },
	{ meet: ['credential', 'shape', ['secret', 'wrong']], weighs: { 'secret-malformed': 1.6 } },
	{ meet: [['secret', 'credential'], 'host', ['other', 'wrong', 'absent']], weighs: { 'secret-wrong-server-host': 3 } },
	{ meet: ['secret', 'host'], weighs: { 'secret-wrong-server-host': 1.7 } },
	{ meet: ['credential', ['wrong', 'changed']], weighs: { 'secret-wrong-credentials': 3 } },
	{ meet: ['secret', ['wrong', 'changed'], 'credential'], weighs: { 'secret-wrong-credentials': 1.6 } },
	{ meet: ['credential', 'gone'], weighs: { 'secret-wrong-credentials': 3 } },
	{ meet: ['publicImage', 'credential'], weighs: { 'secret-wrong-credentials': 2.4 } },
	{ meet: [['credential', 'secret'], 'ended'], weighs: { 'token-expired': 3.4 } },
	{ meet: ['works', 'ended'], weighs: { 'token-expired': 1.8, 'sp-invalid-or-expired': 1.2, 'registry-down': 1.3 } },
	{
		meet: [['secret', 'credential'], 'absent'],
		without: ['namespace', 'refer', 'wrong'],
		weighs: { 'no-credentials-configured': 2.2 },
	},
	{ meet: ['machine', ['credential', 'works']], weighs: { 'no-credentials-configured': 1.8 } },
	{ meet: ['privateImage'], weighs: { 'no-credentials-configured': 1.7, 'repository-not-found-or-typo': 0.8 } },

	{ meet: ['identity', 'right', 'absent'], weighs: { 'identity-lacks-pull-role': 3.4 } },
	{ meet: ['right', 'absent'], weighs: { 'identity-lacks-pull-role': 1.8 } },
	{
		meet: ['identity', 'right'],
		registry: ['ecr', 'google'],
		weighs: { 'identity-lacks-pull-role': 1.8, 'no-credentials-configured': 0.5 },
	},
	{ meet: ['right', 'control'], weighs: { 'role-on-wrong-identity': 3.4 } },
	{ meet: ['right', 'identity', 'other'], weighs: { 'role-on-wrong-identity': 2 } },
	{ meet: ['right', 'recent'], weighs: { 'role-propagation-delay': 4 } },
	{ meet: ['identity', 'pool', ['absent', 'gone', 'some']], weighs: { 'node-identity-missing': 3 } },
	{ meet: ['pool', 'some'], weighs: { 'node-identity-missing': 2, 'identity-lacks-pull-role': 0.7 } },
	{ meet: ['provider', 'fault'], weighs: { 'credential-provider-failed': 2.8 } },
	{ meet: ['tenant', 'two'], registry: azure, weighs: { 'cross-tenant': 8 } },
	{
		meet: ['principal', ['ended', 'changed', 'gone', 'wrong', 'other', 'absent']],
		registry: azure,
		weighs: { 'sp-invalid-or-expired': 3.4 },
	},
	{ meet: ['principal'], registry: azure, weighs: { 'sp-invalid-or-expired': 1.6 } },
	{ meet: ['adminUser', 'off'], registry: azure, weighs: { 'registry-auth-method-disabled': 7 } },

	{ meet: ['tag', 'missing'], weighs: { 'image-tag-not-found': 4.5 } },
	{
		meet: ['repository', 'missing'],
		without: ['tag', 'secret'],
		weighs: { 'repository-not-found-or-typo': 3.2, 'image-tag-not-found': 1.4 },
	},
	{
		meet: ['mirror', ['missing', 'absent']],
		weighs: { 'repository-not-found-or-typo': 2, 'image-tag-not-found': 1.6, 'acr-cache-upstream-failed': 1.6 },
	},
	{ meet: ['local'], weighs: { 'local-image-not-on-node': 3 } },
	{ meet: ['cleanup'], weighs: { 'manifest-deleted-by-cleanup': 3.4 } },

	{ meet: ['layers', 'blocked'], weighs: { 'registry-data-endpoint-blocked': 3.2 } },
	{ meet: ['registryRules'], weighs: { 'registry-firewall-denied': 2.6 } },
	{ meet: ['privateDns', 'resolves'], weighs: { 'private-endpoint-dns': 2 } },
	{
		meet: ['privateDns', 'resolves', ['wrong', 'other', 'absent', 'changed', 'gone']],
		weighs: { 'private-endpoint-dns': 2 },
	},
	{ meet: ['proxy'], without: ['notProxy'], weighs: { proxy: 2.2 } },
	{ meet: ['proxy', 'absent'], without: ['notProxy'], weighs: { proxy: 1.8 } },
	{ meet: ['crowd'], weighs: { 'kubelet-pull-limits': 4, 'rate-limited': 2 } },
	{ meet: ['big'], weighs: { 'kubelet-pull-limits': 3, 'node-disk-pressure': 1.5 } },
	{
		meet: ['sharedAddress'],
		registry: ['docker-hub', 'unknown', 'mcr', 'quay'],
		weighs: { 'rate-limited': 6 },
	},
	{ meet: ['windows', ['pool', 'some', 'upgrade']], registry: ['acr'], weighs: { 'credential-provider-failed': 1.8 } },
	{ meet: ['many'], weighs: { 'registry-down': 3 } },
	{
		meet: ['upgrade'],
		weighs: { 'manifest-unsupported-media-type': 1.6, 'credential-provider-failed': 1.4, 'node-runtime-fault': 1.3 },
	},
];
