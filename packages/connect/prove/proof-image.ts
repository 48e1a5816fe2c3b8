import type { Kube, RegistryClient } from '@lanyard/clients';
import { parseImageReference, Problem } from '@lanyard/core';
import { parsePod } from '@lanyard/wire';

/**
 * Finds an image of this registry to prove a pull with: one that a pod of the cluster names and the registry has, else the
 * newest tag that the caller may list, else what a pod names. Undefined when neither can be found or read; then access is granted, but not proved.
 */
export async function findProofImage(kube: Kube, registry: RegistryClient): Promise<string | undefined> {
	const named = await imagesOfPods(kube, registry.loginServer);
	return (await firstThatExists(registry, named)) ?? (await findListedImage(registry)) ?? named[0];
}

/** A pod may name what was never pushed: proving with that would prove nothing. */
async function firstThatExists(registry: RegistryClient, images: string[]): Promise<string | undefined> {
	for (const image of images.slice(0, 10)) {
		if (await unlessRefused(registry.manifest(parseImageReference(image)))) return image;
	}
	return undefined;
}

async function imagesOfPods(kube: Kube, loginServer: string): Promise<string[]> {
	const pods = await unlessRefused(kube.list('/api/v1/pods', parsePod));
	const images = (pods ?? []).flatMap((pod) => pod.spec.containers.map(({ image }) => image));
	return [...new Set(images)].filter((image) => hostOf(image) === loginServer.toLowerCase());
}

/** The newest tag of a repository that the caller may list; undefined when there is none. */
export async function findListedImage(registry: RegistryClient): Promise<string | undefined> {
	// A repository whose tags were all taken away is still listed.
	for (const repository of ((await unlessRefused(registry.repositories())) ?? []).slice(0, 10)) {
		const tag = (await unlessRefused(registry.tags(repository)))?.at(-1);
		if (tag !== undefined) return `${registry.loginServer}/${repository}:${tag}`;
	}
	return undefined;
}

function hostOf(image: string): string | undefined {
	try {
		return parseImageReference(image).host;
	} catch (problem) {
		// Somebody else's pod may name anything; it is not this image we were asked about.
		if (problem instanceof Problem) return undefined;
		throw problem;
	}
}

/** Not being allowed to look is no failure here: there is another way to find an image, or none. */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
	try {
		return await asked;
	} catch (problem) {
		if (problem instanceof Problem) return undefined;
		throw problem;
	}
}
