import { parseLoginServer, Problem } from '@lanyard/core';

import type { Access } from './access.ts';
import type { Facts, Reading, ClusterFact, RegistryFacts, ImageFact } from './facts.ts';
import { gatherCluster, gatherRegistries } from './gather/azure.ts';
import { gatherKubernetes } from './gather/kubernetes.ts';
import { type Notebook, openNotebook } from './gather/notebook.ts';
import { gatherChallenge, gatherImage, readReference } from './gather/registry.ts';
import type { Target } from './target.ts';

/** Reads each thing once, all that the checks need; throws only where nothing like the target exists. */
export async function gather(
	access: Access,
	target: Target,
	progress: (what: string) => void = () => {},
): Promise<Facts> {
	const notebook = openNotebook(access.clock);
	progress(`reading ${target.kind} ${target.name}`);
	const kubernetes = await gatherKubernetes(access.kube, target, notebook);
	const images = imagesOf(kubernetes);
	const hosts = images.flatMap((image) => readReference(image).reference?.host.toLowerCase() ?? []);
	progress('reading identities, registries and roles');
	const question = { ...(await questionOf(access, hosts, notebook)), notebook };
	const managedCluster = await gatherCluster(question);
	const cluster = managedCluster.known ? managedCluster.value : null;
	const registries = await gatherRegistries(question, hosts, cluster);
	progress('asking the registries');
	return {
		world: access.world,
		cluster: nameOf(managedCluster, access.kube.context),
		target,
		readAt: access.clock.now().toISOString(),
		...kubernetes,
		managedCluster,
		registries: await withChallenges(registries, access, notebook),
		images: await gatherImages(images, access, notebook),
		read: notebook.rows,
	};
}

async function questionOf({ arm, kube, subscriptions }: Access, hosts: string[], notebook: Notebook) {
	const mayBeOfAzure = isManagedServer(kube.server) || hosts.some((host) => parseLoginServer(host) !== undefined);
	try {
		return { arm, server: kube.server, subscriptions: await subscriptions() };
	} catch (error) {
		// Who is not of Azure needs nobody who is signed in there: what the cluster itself says is enough to go on.
		if (mayBeOfAzure || !(error instanceof Problem) || error.code !== 'not-signed-in') throw error;
		notebook.note('Azure', 'not asked: nobody is signed in, and neither cluster nor images are of Azure', 'Azure');
		return { arm, server: kube.server, subscriptions: [] };
	}
}

// AKS's API servers in its three clouds ("Outbound network and FQDN rules for AKS clusters", learn.microsoft.com).
function isManagedServer(server: string): boolean {
	return /\.(azmk8s\.io|azk8s\.cn|containerservice\.azure\.us)$/.test(
		URL.canParse(server) ? new URL(server).hostname : '',
	);
}

function nameOf(cluster: Reading<ClusterFact | null>, context: string): string {
	return cluster.known && cluster.value !== null ? cluster.value.name : context;
}

function imagesOf({ pods }: Pick<Facts, 'pods'>): string[] {
	return [...new Set(pods.flatMap(({ containers }) => containers.map(({ image }) => image)))];
}

async function withChallenges(
	registries: Record<string, RegistryFacts>,
	access: Access,
	notebook: Notebook,
): Promise<Record<string, RegistryFacts>> {
	const found: Record<string, RegistryFacts> = {};
	for (const [host, registry] of Object.entries(registries))
		found[host] = { ...registry, challenge: await gatherChallenge(host, access.registry, notebook) };
	return found;
}

async function gatherImages(images: string[], access: Access, notebook: Notebook): Promise<Record<string, ImageFact>> {
	const found: Record<string, ImageFact> = {};
	for (const image of images) found[image] = await gatherImage(image, access.registry, notebook);
	return found;
}
