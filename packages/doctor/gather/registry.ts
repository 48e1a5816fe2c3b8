import type { RegistryClient } from '@lanyard/clients';
import { type ImageReference, parseImageReference, parseLoginServer, Problem } from '@lanyard/core';
import type { ChallengeFact, ImageFact, ManifestFact, Reading } from '../facts.ts';
import { nearestTo } from '../near.ts';
import type { Notebook } from './notebook.ts';

/** How a registry is asked as the caller; only Azure registries are: the caller has no credential for others. */
type OpenRegistry = (loginServer: string) => RegistryClient;

/** Reads what the text of an image names, before any registry is asked. */
export function readReference(image: string): Pick<ImageFact, 'image' | 'reference' | 'invalid'> {
	try {
		return { image, reference: parseImageReference(image) };
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		return { image, invalid: error.found ?? error.message };
	}
}

/** Asks the registry for the image, as the caller. */
export async function gatherImage(image: string, open: OpenRegistry, notebook: Notebook): Promise<ImageFact> {
	const read = readReference(image);
	const { reference } = read;
	if (reference === undefined || parseLoginServer(reference.host) === undefined) return { ...read, near: [] };
	const client = open(reference.host.toLowerCase());
	const manifest = await notebook.read(() => readManifest(client, reference));
	noteManifest(reference, manifest, notebook);
	const isMissing = manifest.known && !manifest.value.found;
	const near = isMissing ? await notebook.read(() => nearNames(client, reference, manifest.value)) : undefined;
	return { ...read, manifest, near: near?.known === true ? near.value : [] };
}

/** Asks the registry what it wants from somebody without credentials. */
export function gatherChallenge(host: string, open: OpenRegistry, notebook: Notebook): Promise<Reading<ChallengeFact>> {
	return notebook.read(async () => ({ asks: 'bearer', ...(await open(host).challenge()) }));
}

async function readManifest(client: RegistryClient, reference: ImageReference): Promise<ManifestFact> {
	try {
		const { digest, platforms, layers } = await client.manifest(reference);
		const named = platforms
			.map(({ os, architecture }) => `${os}/${architecture}`)
			.filter((one) => one !== 'unknown/unknown');
		const bytes = layers.reduce((sum, { size }) => sum + size, 0);
		const [first] = layers;
		const isReachable = first === undefined ? undefined : await client.blobExists(reference.repository, first);
		const reach = isReachable === undefined ? {} : { layersReachable: isReachable };
		return { found: true, digest, platforms: [...new Set(named)], layers: layers.length, bytes, ...reach };
	} catch (error) {
		const missing = error instanceof Problem ? missingBy(error) : undefined;
		if (missing === undefined) throw error;
		return { found: false, missing: missing === 'tag' ? await tagOrRepository(client, reference) : missing };
	}
}

function missingBy({ code }: Problem): 'tag' | 'repository' | undefined {
	if (code === 'repository-not-found-or-typo') return 'repository';
	return code === 'image-tag-not-found' ? 'tag' : undefined;
}

// A registry says "not found" for both; only the list of tags tells whether the repository is there.
async function tagOrRepository(client: RegistryClient, { repository }: ImageReference): Promise<'tag' | 'repository'> {
	try {
		return (await client.tags(repository)).length === 0 ? 'repository' : 'tag';
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		return missingBy(error) === undefined ? 'tag' : 'repository';
	}
}

async function nearNames(client: RegistryClient, reference: ImageReference, manifest: ManifestFact): Promise<string[]> {
	if (manifest.found) return [];
	if (manifest.missing === 'repository') return nearestTo(reference.repository, await client.repositories());
	const tags = await client.tags(reference.repository);
	const near = nearestTo(reference.tag ?? '', tags);
	return near.length > 0 ? near : tags.slice(-3);
}

function noteManifest(reference: ImageReference, manifest: Reading<ManifestFact>, notebook: Notebook): void {
	if (!manifest.known) return notebook.noteUnknown('image', manifest, 'registry');
	if (manifest.value.found)
		return notebook.note('image', `as you: ${reference.familiar} is ${manifest.value.digest}`, 'registry');
	const what =
		manifest.value.missing === 'tag' ? `no such tag or digest in ${reference.repository}` : 'no such repository';
	return notebook.note('image', `as you: ${what} (${reference.familiar})`, 'registry');
}
