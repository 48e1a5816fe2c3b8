// Words that leave almost everything open. What they exclude is still worth saying.
import { anything, excludedWithoutCredential, refusals, refusedCredentials } from './refusals.data.ts';
import { type RegistryKind, registryNames } from './registry.data.ts';
import type { Weights, WordRule } from './rule.ts';

const refused = [
	'failed to fetch anonymous token',
	'failed to fetch oauth token',
	'no basic auth credentials',
	'insufficient_scope',
	'pull access denied',
	'authentication required',
	'authentication is required',
	'requested access to the resource is denied',
	'access to the requested resource is not authorized',
	'unauthorized',
	'denied',
	'forbidden',
	'may require',
	'no pull access',
	'not authorized',
	'authorization failed',
	'unauthenticated',
	'login required',
	'failed to authorize',
	'credentials on this request',
	'authentication failure',
	'could not authenticate',
	'authentication failed',
	'401',
];
const authorizer = 'containerd 2.4 core/remotes/docker/authorizer.go';

const kinds: RegistryKind[] = [...new Set<RegistryKind>([...registryNames.map(([kind]) => kind), 'unknown'])];

function without(weights: Weights, excluded: string[]): Weights {
	return Object.fromEntries(Object.entries(weights).filter(([code]) => !excluded.includes(code)));
}

/** A refused scope is the answer to somebody who could sign in, or did not need to. */
const scopes: WordRule[] = [
	{
		says: refused,
		when: { registry: ['docker-hub'], isOfficial: true },
		by: 'the registry',
		at: 'token',
		means: {
			'secret-wrong-credentials': 38,
			'registry-down': 26,
			'token-expired': 8,
			proxy: 8,
			'image-tag-not-found': 6,
			'repository-not-found-or-typo': 5,
			'no-credentials-configured': 4,
			'wrong-registry-name': 3,
			'secret-wrong-server-host': 2,
		},
		source: 'Docker Hub documentation "official images": they are public, so a refusal is of what was sent, or a fault',
	},
	{
		says: ['insufficient_scope'],
		when: { registry: ['acr'] },
		by: 'the registry',
		at: 'token',
		means: {
			'identity-lacks-pull-role': 52,
			'repository-not-found-or-typo': 14,
			'no-credentials-configured': 10,
			'secret-wrong-credentials': 6,
			'role-on-wrong-identity': 5,
			'role-propagation-delay': 5,
			'secret-not-referenced': 2,
			'secret-missing-in-namespace': 2,
		},
		source: 'RFC 6750 3.1 insufficient_scope; vectors/kubelet "aks-granted-repository-not-covered"',
	},
	{
		says: [
			'pull access denied',
			'insufficient_scope',
			'repository does not exist or may require',
			'requested access to the resource is denied',
		],
		when: { registry: ['docker-hub', 'unknown'], isShortName: true },
		by: 'docker',
		at: 'token',
		means: {
			'local-image-not-on-node': 58,
			'repository-not-found-or-typo': 20,
			'no-credentials-configured': 11,
			'wrong-registry-name': 3,
			'secret-not-referenced': 3,
			'image-tag-not-found': 2,
		},
		source:
			"moby 28 distribution/errors.go: a name without a path is looked up in Docker Hub's library, where no build of yours is",
	},
	{
		says: ['the client does not have permission for manifest'],
		by: 'the registry',
		at: 'token',
		means: {
			'no-credentials-configured': 34,
			'secret-wrong-credentials': 24,
			'identity-lacks-pull-role': 14,
			'secret-wrong-server-host': 10,
			'secret-not-referenced': 8,
		},
		source: 'Artifactory; report kubernetes/kubernetes#65958',
	},
];

const sent: WordRule[] = kinds.map((kind) => ({
	says: refused,
	when: { registry: [kind], credential: ['some'] },
	by: 'containerd',
	at: 'token',
	means: refusedCredentials[kind] ?? refusedCredentials.other,
	source: `${authorizer}: "fetch oauth token" is said of a credential only`,
}));

const bare: WordRule[] = kinds.map((kind) => ({
	says: refused,
	when: { registry: [kind], credential: ['none'] },
	by: 'containerd',
	at: 'token',
	// ECR's "no basic auth credentials" is also what a docker that holds an ended login gets to say.
	means: kind === 'ecr' ? refusals.ecr : without(refusals[kind], excludedWithoutCredential),
	source: `${authorizer}: "fetch anonymous token", "no basic auth credentials": nothing was sent`,
}));

const either: WordRule[] = kinds.map((kind) => ({
	says: refused,
	when: { registry: [kind] },
	by: 'the registry',
	at: 'token',
	means: refusals[kind],
	source: 'OCI distribution 1.1 "UNAUTHORIZED", "DENIED"; moby 28 distribution/errors.go',
}));

// "It cannot be pulled" and no more. Where the registry is known, half of what is said of it is a refusal.
function nothingSaid(kind: RegistryKind): Weights {
	if (kind === 'unknown') return anything;
	const saysNo = new Map(Object.entries(refusals[kind]));
	const total = (parts: Iterable<number>) => [...parts].reduce((sum, part) => sum + part, 0);
	const [all, some] = [total(Object.values(anything)), total(saysNo.values())];
	return Object.fromEntries(
		Object.entries(anything).map(([code, part]) => [code, part / all + (saysNo.get(code) ?? 0) / some]),
	);
}

const nothing: WordRule[] = kinds.map((kind) => ({
	when: { registry: [kind] },
	says: [
		'imagepullbackoff',
		'errimagepull',
		'back-off pulling image',
		'failed to pull image',
		'failed to pull and unpack',
		'error pulling image',
		'image pull',
		'cannot pull',
		'can not pull',
		"can't pull",
		'unable to pull',
		'pull image',
		'pulling image',
		"image can't be pulled",
		'failed to resolve',
		'failed to do request',
		'response from daemon',
		'initializing source docker',
		'pulling the (container )?image',
		'pull docker image',
		'pull the image',
		'registry credential',
		'image … not accessible',
		'image pulling',
		'cannot find … image',
		'inaccessible',
	],
	by: 'kubelet',
	means: nothingSaid(kind),
	source: 'kubernetes 1.36 pkg/kubelet/images/types.go',
}));

/** What is left when no word of a text is known, and something is said about it. */
export const anythingRule: WordRule = {
	by: 'the person',
	means: anything,
	source: 'corpus of public reports: how often each cause is the one',
};

/** In this order. */
export const openRules: WordRule[] = [scopes, sent, bare, either, nothing].flat();
