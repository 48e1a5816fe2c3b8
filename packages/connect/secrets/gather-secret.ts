import type { Kube } from '@lanyard/clients';
import { parseImageReference, parseLoginServer, Problem } from '@lanyard/core';
import { parseNamespaceName, parsePod, parseSecret } from '@lanyard/wire';
import { namesIn, pathOfReferrer } from '../actions/reference.ts';
import { findPullRole } from '../gather.ts';
import { hostOfServerKey, serverKeyOf } from '../pull-secret.ts';
import type { Hands } from '../run.ts';
import { parseSecretNotes } from '../secret-note.ts';
import { findPrincipal } from './find-principal.ts';
import type { NamespaceSeen, Referrer, SecretSeen, SecretTarget, SecretWish, TargetSeen } from './wish.ts';

/** What gathering asks. */
export type SecretSources = Pick<Hands, 'arm' | 'graph' | 'kube' | 'registry' | 'registries'>;

/** Reads what the plan of a pull secret decides upon. Throws a `Problem` for every refusal. */
export async function gatherSecret(
	sources: SecretSources,
	wish: SecretWish,
	{ principal }: { principal?: string | undefined } = {},
): Promise<SecretSeen> {
	const kube = await sources.kube(wish.cluster);
	await mustExist(kube, wish.namespaces);
	const [targets, namespaces] = await Promise.all([
		Promise.all(wish.targets.map((target) => gatherTarget(sources, { wish, target, kube }))),
		Promise.all(wish.namespaces.map((name) => gatherNamespace(kube, wish, name))),
	]);
	const seen: SecretSeen = { wish, targets, namespaces };
	if (wish.source !== 'service-principal') return seen;
	return { ...seen, principal: await findPrincipal(sources, { targets, asked: principal }) };
}

async function mustExist(kube: Kube, wanted: string[]): Promise<void> {
	const known = await kube.list('/api/v1/namespaces', parseNamespaceName).catch((problem: unknown) => {
		// Whoever may not list namespaces can still work in the ones that they name.
		if (problem instanceof Problem && problem.code === 'caller-lacks-right') return wanted;
		throw problem;
	});
	const missing = wanted.filter((name) => !known.includes(name));
	if (missing.length === 0) return;
	throw new Problem('namespace-not-found', {
		sentence: `no namespace "${missing.join('", "')}"`,
		found: known.toSorted().join(', '),
	});
}

/** A repository of each server to ask a token for: the one that was named, one that a pod names, one that can be listed. */
export async function gatherProofs(
	sources: SecretSources,
	{ cluster, namespaces, repositories, servers }: ProofWish,
): Promise<Map<string, string>> {
	const kube = await sources.kube(cluster);
	const pairs = await Promise.all(
		servers.map(async (server) => {
			const host = hostOfServerKey(server);
			const isAzure = parseLoginServer(host) !== undefined;
			const wish = { repositories, namespaces };
			const found = await findProofRepository(sources, { wish, target: { host, isAzure }, kube });
			return found === undefined ? [] : [[server, found] as const];
		}),
	);
	return new Map(pairs.flat());
}

/** What is to be proved where. */
export interface ProofWish {
	cluster: string;
	namespaces: string[];
	repositories: string[];
	servers: string[];
}

async function gatherTarget(
	sources: SecretSources,
	{ wish, target, kube }: { wish: SecretWish; target: SecretTarget; kube: Kube },
): Promise<TargetSeen> {
	const { registry } = target;
	const [callerMay, pullRole, proofRepository, takenNames] = await Promise.all([
		registry ? sources.arm.permissions(registry.id) : [],
		registry ? findPullRole(sources.arm, registry) : undefined,
		findProofRepository(sources, { wish, target: { host: target.host, isAzure: registry !== undefined }, kube }),
		registry && wish.source === 'token' ? takenNamesIn(sources, registry.id) : [],
	]);
	return { target, callerMay, takenNames, ...(pullRole && { pullRole }), ...(proofRepository && { proofRepository }) };
}

/** A token and its scope map have the same name: neither may be anybody's already. */
async function takenNamesIn({ registries }: SecretSources, registryId: string): Promise<string[]> {
	const [tokens = [], scopeMaps = []] = await Promise.all([
		unlessRefused(registries.tokens(registryId)),
		unlessRefused(registries.scopeMaps(registryId)),
	]);
	return [...tokens, ...scopeMaps].map(({ name }) => name);
}

type Repositories = Pick<SecretWish, 'repositories' | 'namespaces'>;

/** The repository that was asked for, else one that a pod names, else one that the caller may list. */
async function findProofRepository(
	{ registry }: SecretSources,
	{ wish, target, kube }: { wish: Repositories; target: { host: string; isAzure: boolean }; kube: Kube },
): Promise<string | undefined> {
	const [exact] = wish.repositories.filter((name) => !name.endsWith('/'));
	if (exact !== undefined) return fullName(target.host, exact);
	const prefix = wish.repositories[0] ?? '';
	const named = await repositoryOfPods(kube, wish.namespaces, target.host);
	if (named?.startsWith(prefix)) return named;
	if (!target.isAzure) return undefined;
	const all = await unlessRefused(registry(target.host).repositories());
	return all?.find((name) => name.startsWith(prefix));
}

/** Docker Hub's own images are below `library/`, which people leave out. */
function fullName(host: string, repository: string): string {
	return host === 'registry-1.docker.io' && !repository.includes('/') ? `library/${repository}` : repository;
}

async function repositoryOfPods(kube: Kube, namespaces: string[], host: string): Promise<string | undefined> {
	for (const namespace of namespaces) {
		const pods = (await unlessRefused(kube.list(`/api/v1/namespaces/${namespace}/pods`, parsePod))) ?? [];
		for (const { image } of pods.flatMap(({ spec }) => spec.containers)) {
			const reference = readable(image);
			if (reference && hostOfServerKey(serverKeyOf(reference.host)) === host) return reference.repository;
		}
	}
	return undefined;
}

function readable(image: string) {
	try {
		return parseImageReference(image);
	} catch (problem) {
		if (problem instanceof Problem) return undefined;
		throw problem;
	}
}

/** Not being allowed to look is no failure here. */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
	try {
		return await asked;
	} catch (problem) {
		if (problem instanceof Problem) return undefined;
		throw problem;
	}
}

async function gatherNamespace(kube: Kube, wish: SecretWish, name: string): Promise<NamespaceSeen> {
	const secret = await kube.get(`/api/v1/namespaces/${name}/secrets/${wish.name}`, parseSecret);
	const notes = secret === undefined ? [] : parseSecretNotes(secret.annotations);
	const referrers = await Promise.all(wish.attachTo.map((one) => gatherReferrer(kube, { ...one, namespace: name })));
	const kind = notes.length > 0 ? 'lanyard' : 'other';
	return { name, secret: secret === undefined ? 'none' : kind, notes, referrers };
}

/** What an object names, and whether it is there. */
export async function gatherReferrer(
	kube: Kube,
	{ kind, name, namespace }: { kind: string; name: string; namespace: string },
): Promise<Referrer> {
	const found = await namesIn(kube, kind, pathOfReferrer(kind, { namespace, name }));
	return { kind, namespace, name, names: found?.names };
}
