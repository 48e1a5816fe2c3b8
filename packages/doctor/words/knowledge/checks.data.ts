// The one question that tells the candidates apart. Asked so that it can be done now, with what most people have at hand.
import { problemChecks, type TaxonomyCode } from '@lanyard/core';
import type { Reading } from '../read-text.ts';

/** For two causes that the same words leave open, in either order. */
const pairs: [one: TaxonomyCode, other: TaxonomyCode, check: string][] = [
	[
		'identity-lacks-pull-role',
		'role-on-wrong-identity',
		"which principals have AcrPull on the registry, and whether the kubelet identity's object id is one: az role assignment list --scope REGISTRY-ID; az aks show -n CLUSTER -g GROUP --query identityProfile.kubeletidentity.objectId",
	],
	[
		'identity-lacks-pull-role',
		'credential-provider-failed',
		"whether the nodes' identity has a pull role on the registry; if it has, the kubelet's log on that node names the provider's error: journalctl -u kubelet | grep -i credential",
	],
	[
		'identity-lacks-pull-role',
		'no-credentials-configured',
		"whether the pod names a pull secret, or the nodes' own identity is meant to pull and has the role: kubectl get pod POD -o jsonpath='{.spec.imagePullSecrets}'",
	],
	[
		'identity-lacks-pull-role',
		'role-propagation-delay',
		'when the role assignment of the kubelet identity was made: az role assignment list --scope REGISTRY-ID --query "[].{who:principalId,at:createdOn}"',
	],
	[
		'repository-not-found-or-typo',
		'no-credentials-configured',
		'whether the image can be seen by its owner, signed in: then it is private, else it does not exist',
	],
	[
		'repository-not-found-or-typo',
		'image-tag-not-found',
		"which tags the repository has: skopeo list-tags docker://HOST/REPOSITORY, or the registry's own page",
	],
	[
		'no-credentials-configured',
		'secret-not-referenced',
		"which pull secrets the pod really has: kubectl get pod POD -o jsonpath='{.spec.imagePullSecrets}'",
	],
	[
		'secret-wrong-credentials',
		'token-expired',
		'whether the user and password of the pull secret can sign in now, and when they were made: docker login HOST',
	],
	[
		'wrong-registry-name',
		'dns-failure',
		'whether the host resolves outside the cluster: nslookup HOST on your own machine',
	],
	[
		'network-blocked-or-timeout',
		'private-endpoint-dns',
		'which address the node gets for the host, and whether that is the private endpoint: nslookup HOST in a host-network pod',
	],
	[
		'network-blocked-or-timeout',
		'registry-data-endpoint-blocked',
		'which host did not answer: the registry itself, or the one it sends layers from; curl -v https://HOST/v2/ in a host-network pod',
	],
	[
		'registry-down',
		'proxy',
		'whether the registry fails for everybody: its status page, or a pull from a machine outside this network',
	],
	[
		'manifest-deleted-by-cleanup',
		'image-tag-not-found',
		'whether the tag is listed and what digest it points to: az acr manifest list-metadata, or skopeo inspect --raw',
	],
];

/** What to look at to tell the candidates apart, with the names that are known filled in. */
export function decidedBy(candidates: { code: TaxonomyCode }[], reading: Reading, pod?: string): string | null {
	const [first, second] = candidates;
	if (first === undefined) return null;
	const isPair = ([one, other]: (typeof pairs)[number]) =>
		(one === first.code && other === second?.code) || (other === first.code && one === second?.code);
	return fillIn(pairs.find(isPair)?.[2] ?? problemChecks[first.code], reading, pod);
}

function fillIn(check: string, { image, host, asked }: Reading, pod: string | undefined): string {
	const repository = image?.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
	const named = repository === undefined || host === undefined ? undefined : qualified(repository, host);
	const server = asked ?? (host === 'docker.io' ? 'registry-1.docker.io' : host);
	const known: [name: string, value: string | undefined][] = [
		['docker://HOST/REPOSITORY', named === undefined ? undefined : `docker://${named}`],
		['docker://IMAGE', named === undefined ? undefined : `docker://${named}`],
		['login HOST', host === 'docker.io' ? 'login' : host === undefined ? undefined : `login ${host}`],
		['HOST', server],
		['pod POD', podNamed(pod)],
	];
	return known.reduce((text, [name, value]) => (value === undefined ? text : text.replaceAll(name, value)), check);
}

// Reports are called `namespace/pod`, or `pod/name` where a table gave no namespace.
function podNamed(id = ''): string | undefined {
	const [, first, name] = /^([\w.-]{1,253})\/([\w.-]{1,253})$/.exec(id) ?? [];
	if (name === undefined) return undefined;
	return first === 'pod' ? `pod ${name}` : `pod ${name} -n ${first}`;
}

function qualified(repository: string, host: string): string {
	if (repository.startsWith(`${host}/`)) return repository;
	return repository.includes('/') ? `${host}/${repository}` : `${host}/library/${repository}`;
}
