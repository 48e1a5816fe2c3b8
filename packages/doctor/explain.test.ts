import { buildRepositoryCondition, neededAction, parseImageReference } from '@lanyard/core';
import { describe, expect, it } from 'vitest';
import { explain } from './explain.ts';
import type { AssignmentFact, Facts, ManifestFact, RoleFacts, SecretFact } from './facts.ts';
import {
	anonymous401,
	failingPod,
	host,
	image,
	known,
	oauth401,
	pullSecret,
	registryFacts,
	role,
	runningPod,
	storyFacts,
	unknown,
} from './story-facts.ts';

const attach = {
	method: 'kubelet-identity',
	target: { cluster: 'mycluster', registry: 'myregistry' },
	command: 'lanyard attach --cluster mycluster --registry myregistry',
};

function withRoles(roles: Partial<RoleFacts>): Partial<Facts> {
	const registry = registryFacts();
	return {
		registries: { [host]: { ...registry, roles: known({ here: [], elsewhere: [], controlPlane: [], ...roles }) } },
	};
}

function withManifest(manifest: ManifestFact, near: string[] = []): Partial<Facts> {
	return { images: { [image]: { image, reference: parseImageReference(image), near, manifest: known(manifest) } } };
}

function withSecret(name: string, secret: SecretFact | null, message = anonymous401): Partial<Facts> {
	return { pods: [failingPod(message, { pullSecrets: [name] })], secrets: { [name]: known(secret) } };
}

function saying(message: string, edits: Partial<Facts> = {}): Partial<Facts> {
	return { pods: [failingPod(message)], registries: { [host]: registryFacts([role()]) }, ...edits };
}

const plain: Partial<Facts> = { managedCluster: known(null) };
const notFound = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;
const resolving = `failed to pull and unpack image "${image}": failed to resolve image: `;
// containerd's words when the token that it was given does not cover the repository.
const deniedByScope =
	'pull access denied, repository does not exist or may require authorization: authorization failed: insufficient_scope';
const ofOtherMode = role({ role: 'AcrPull', givesPull: false, wrongMode: true });

type Expected = [code: string, fine: string | undefined, shownAt: string, confidence: string];
const cases: [name: string, edits: Partial<Facts>, expected: Expected][] = [
	['no role at all', {}, ['identity-lacks-pull-role', undefined, 'token', 'certain']],
	[
		'a role that the role mode ignores',
		{ registries: { [host]: abac() } },
		['identity-lacks-pull-role', 'abac-registry-needs-repository-reader', 'token', 'certain'],
	],
	[
		'the role on the control plane',
		withRoles({ controlPlane: [role()] }),
		['role-on-wrong-identity', 'role-on-control-plane-identity', 'token', 'certain'],
	],
	[
		'the role on another registry',
		withRoles({ elsewhere: [role({ scope: '/x/registries/other' })] }),
		['identity-lacks-pull-role', 'role-at-other-scope', 'token', 'certain'],
	],
	[
		'the role given two minutes ago',
		withRoles({ here: [role({ createdAt: '2026-01-05T14:00:12.000Z' })] }),
		['role-propagation-delay', undefined, 'token', 'likely'],
	],
	[
		'a role with a condition',
		withRoles({ here: [role({ hasCondition: true })] }),
		['identity-lacks-pull-role', 'condition-excludes-repository', 'token', 'possible'],
	],
	[
		'a role whose condition leaves the repository out',
		inAbac([conditionedOn('backend')]),
		['identity-lacks-pull-role', 'condition-excludes-repository', 'token', 'certain'],
	],
	[
		'a role whose condition leaves the repository out, seen as a token that covers nothing',
		{ ...inAbac([conditionedOn('backend')]), pods: [failingPod(`${resolving}${deniedByScope}`)] },
		['identity-lacks-pull-role', 'condition-excludes-repository', 'token', 'certain'],
	],
	[
		'a role whose condition lets the repository through',
		inAbac([conditionedOn('nginx')]),
		['credential-provider-failed', undefined, 'token', 'possible'],
	],
	[
		'a role whose condition leaves the repository out, and one that does not',
		inAbac([conditionedOn('backend'), role()]),
		['credential-provider-failed', undefined, 'token', 'possible'],
	],
	[
		'a role whose condition asks what is not known',
		inAbac([role({ hasCondition: true, condition: '@Environment[isPrivateLink] BoolEquals true' })]),
		['identity-lacks-pull-role', 'condition-excludes-repository', 'token', 'possible'],
	],
	[
		'a role whose condition nobody can read',
		inAbac([role({ hasCondition: true, condition: 'x' })]),
		['identity-lacks-pull-role', 'condition-excludes-repository', 'token', 'possible'],
	],
	[
		'a good role and still no credential',
		withRoles({ here: [role()] }),
		['credential-provider-failed', undefined, 'token', 'possible'],
	],
	[
		'a good role and one node that fails',
		{
			...withRoles({ here: [role()] }),
			pods: [failingPod(anonymous401), runningPod({ name: 'web-2', node: 'node-1' })],
		},
		['node-identity-missing', undefined, 'token', 'possible'],
	],
	[
		'a registry of another tenant',
		{ registries: { [host]: otherTenant() } },
		['cross-tenant', undefined, 'token', 'certain'],
	],
	[
		'roles that cannot be read',
		{ registries: { [host]: { ...registryFacts(), roles: unknown('you may not read role assignments') } } },
		['identity-lacks-pull-role', undefined, 'token', 'possible'],
	],
	[
		'a tag that is not there, asked with a good role',
		{ ...withRoles({ here: [role()] }), ...withManifest({ found: false, missing: 'tag' }) },
		['image-tag-not-found', undefined, 'token', 'certain'],
	],
	[
		'a tag that is not there',
		{ ...saying(notFound), ...withManifest({ found: false, missing: 'tag' }, ['v2']) },
		['image-tag-not-found', undefined, 'manifest', 'certain'],
	],
	[
		'a repository that is not there',
		{ ...saying(notFound), ...withManifest({ found: false, missing: 'repository' }) },
		['repository-not-found-or-typo', undefined, 'manifest', 'certain'],
	],
	['a tag that was pushed since', saying(notFound), ['image-tag-not-found', undefined, 'manifest', 'likely']],
	['a registry that does not exist', noRegistry(), ['wrong-registry-name', undefined, 'dns', 'certain']],
	['text that is no reference', badReference(), ['image-ref-invalid', undefined, 'image', 'certain']],
	[
		'no credential on a cluster that has no identity',
		plain,
		['no-credentials-configured', undefined, 'token', 'likely'],
	],
	[
		'a pull secret that is not there',
		withSecret('web', null),
		['secret-missing-in-namespace', undefined, 'token', 'certain'],
	],
	[
		'a pull secret for another host',
		withSecret('web', pullSecret('web', 'other.azurecr.io')),
		['secret-wrong-server-host', undefined, 'token', 'certain'],
	],
	[
		'a pull secret of the wrong type',
		withSecret('web', skipped()),
		['secret-malformed', 'secret-wrong-type-or-key', 'token', 'certain'],
	],
	[
		'a pull secret that breaks the keyring',
		withSecret('web', malformed()),
		['secret-malformed', 'secret-breaks-whole-keyring', 'token', 'certain'],
	],
	[
		'a token that has ended',
		withSecret('web', pullSecret('web', host, '2026-01-05T12:00:00.000Z'), oauth401),
		['token-expired', undefined, 'token', 'certain'],
	],
	[
		'a password that is refused',
		withSecret('web', pullSecret('web', host), oauth401),
		['secret-wrong-credentials', undefined, 'token', 'likely'],
	],
	[
		'a pull secret nobody names',
		{ ...plain, namespaceSecrets: known([pullSecret('web', host)]) },
		['secret-not-referenced', undefined, 'token', 'certain'],
	],
	[
		'a pull secret the account got later',
		{
			...plain,
			namespaceSecrets: known([pullSecret('web', host)]),
			serviceAccounts: { default: known({ pullSecrets: ['web'] }) },
		},
		['secret-not-referenced', 'service-account-changed-after-admission', 'token', 'certain'],
	],
	[
		'an unknown authority',
		saying(
			`${resolving}failed to do request: Head "https://${host}/v2/nginx/manifests/v1": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
		),
		['tls-unknown-ca', undefined, 'network', 'certain'],
	],
	[
		'a firewall that names the address',
		saying(
			`${resolving}unexpected status from HEAD request to https://${host}/v2/nginx/manifests/v1: 403 Forbidden\ndenied: client with IP '1.2.3.4' is not allowed access.`,
		),
		['registry-firewall-denied', undefined, 'manifest', 'certain'],
	],
	[
		'throttling',
		saying(
			`${resolving}unexpected status from HEAD request to https://${host}/v2/nginx/manifests/v1: 429 Too Many Requests`,
		),
		['rate-limited', undefined, 'manifest', 'certain'],
	],
	[
		'a registry that fails',
		saying(
			`${resolving}unexpected status from HEAD request to https://${host}/v2/nginx/manifests/v1: 503 Service Unavailable`,
		),
		['registry-down', undefined, 'manifest', 'likely'],
	],
	[
		'a name that does not resolve',
		saying(
			`${resolving}failed to do request: Head "https://${host}/v2/nginx/manifests/v1": dial tcp: lookup ${host}: server misbehaving`,
		),
		['dns-failure', undefined, 'dns', 'certain'],
	],
	[
		'a platform that the image lacks',
		{
			...saying(
				`rpc error: code = NotFound desc = failed to pull and unpack image "${image}": no match for platform in manifest: not found`,
			),
			...withManifest({ found: true, digest: 'sha256:9c1e', platforms: ['linux/arm64'], layers: 0, bytes: 0 }),
		},
		['wrong-architecture', undefined, 'manifest', 'certain'],
	],
	[
		'an image that was to be there',
		saying(`Container image "${image}" is not present with pull policy of Never`),
		['local-image-not-on-node', 'image-pull-policy-never', 'presence', 'certain'],
	],
];

describe('explain', () => {
	it.each(cases)('names %s', (_name, edits, [code, fine, shownAt, confidence]) => {
		const [finding] = explain(storyFacts(edits)).findings;
		expect([finding?.code, finding?.fine, finding?.shownAt, finding?.confidence]).toEqual([
			code,
			fine,
			shownAt,
			confidence,
		]);
	});

	it('tells the story of the missing role', () => {
		const { failing, findings, ...explanation } = explain(storyFacts());
		expect(failing).toEqual([
			{
				pods: 2,
				of: 2,
				pod: 'web-1',
				since: '2026-01-05T13:59:12.000Z',
				image,
				says: '401 Unauthorized, asked without credentials',
			},
		]);
		expect(findings).toEqual([
			{
				code: 'identity-lacks-pull-role',
				link: 'grant',
				shownAt: 'token',
				confidence: 'certain',
				sentence: "the nodes' identity has no pull role on this registry",
				evidence: [
					{ says: 'mycluster-agentpool: no role that pulls from myregistry, there or above', source: 'Azure' },
				],
				candidates: [],
				decides: null,
				fix: { sentence: 'Grant AcrPull on the registry to this identity.', ...attach },
			},
		]);
		expect(explanation.schema).toBe('lanyard.dev/explanation/v1');
	});

	it('finds nothing wrong with pods that run', () => {
		const { failing, findings } = explain(storyFacts({ pods: [runningPod()] }));
		expect([failing, findings]).toEqual([[], []]);
	});

	it('says what stands in the way of pods that were never made', () => {
		const message =
			'Error creating: admission webhook "validation.gatekeeper.sh" denied the request: image not allowed';
		const { findings } = explain(
			storyFacts({ pods: [], ownerEvents: [{ reason: 'FailedCreate', message, count: 3 }] }),
		);
		expect(findings.map(({ code, shownAt }) => [code, shownAt])).toEqual([['image-policy-rejected', 'admission']]);
	});

	it('names the missing tag after the missing role: it fails next', () => {
		const { findings } = explain(storyFacts(withManifest({ found: false, missing: 'tag' })));
		expect(findings.map(({ code }) => code)).toEqual(['identity-lacks-pull-role', 'image-tag-not-found']);
	});

	it('reads the event where the back-off no longer says why', () => {
		const event = {
			reason: 'Failed',
			message: `Failed to pull image "${image}": ${anonymous401}`,
			count: 2,
			lastAt: '2026-01-05T14:01:00Z',
		};
		const pod = failingPod(`Back-off pulling image "${image}"`, { events: [event] });
		expect(explain(storyFacts({ pods: [pod] })).findings[0]?.shownAt).toBe('token');
	});
});

/** A role that counts in ABAC mode, for one repository. */
function conditionedOn(name: string): AssignmentFact {
	const actions = [neededAction('ABAC', 'pull').action];
	const condition = buildRepositoryCondition({ actions, rules: [{ match: 'exact', name }] });
	return role({ role: 'Container Registry Repository Reader', hasCondition: true, condition });
}

function inAbac(here: AssignmentFact[]): Partial<Facts> {
	return { registries: { [host]: abac(here) } };
}

function abac(here = [ofOtherMode]): Facts['registries'][string] {
	const registry = registryFacts(here);
	const { resource } = registry;
	return resource.known && resource.value !== null
		? { ...registry, resource: known({ ...resource.value, roleMode: 'ABAC' as const }) }
		: registry;
}

function otherTenant(): Facts['registries'][string] {
	const registry = registryFacts();
	const { resource } = registry;
	return resource.known && resource.value !== null
		? { ...registry, resource: known({ ...resource.value, tenantId: 'elsewhere' }) }
		: registry;
}

function noRegistry(): Partial<Facts> {
	const message = `${resolving}failed to do request: Head "https://${host}/v2/nginx/manifests/v1": dial tcp: lookup ${host} on 10.0.0.10:53: no such host`;
	const registry = { host, near: ['myregistri.azurecr.io'], resource: known(null) };
	return { pods: [failingPod(message)], registries: { [host]: registry } };
}

function badReference(): Partial<Facts> {
	const text = 'https://myregistry.azurecr.io/nginx:v1';
	const pod = failingPod('');
	const containers = pod.containers.map((container) => ({ ...container, image: text, reason: 'InvalidImageName' }));
	return {
		pods: [{ ...pod, containers }],
		images: { [text]: { image: text, invalid: 'invalid reference format', near: [] } },
	};
}

function skipped(): SecretFact {
	return { name: 'web', type: 'Opaque', dataKeys: ['auth'], content: { as: 'skipped', why: 'type Opaque' } };
}

function malformed(): SecretFact {
	const type = 'kubernetes.io/dockerconfigjson';
	return {
		name: 'web',
		type,
		dataKeys: ['.dockerconfigjson'],
		content: { as: 'malformed', why: 'the content is not JSON' },
	};
}
