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
	const managedCluster = await gatherCluster({ ...questionOf(access), notebook });
	const cluster = managedCluster.known ? managedCluster.value : null;
	const registries = await gatherRegistries({ ...questionOf(access), notebook }, hosts, cluster);
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

function questionOf({ arm, subscriptions, kube }: Access) {
	return { arm, subscriptions, server: kube.server };
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
