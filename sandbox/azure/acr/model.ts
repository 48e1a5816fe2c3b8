import type { Store } from '@lanyard/sandbox-ground';

/** A manifest, without its bytes: they lie in the blob map under its digest. */
export interface Manifest {
	digest: string;
	mediaType: string;
	size: number;
	/** RFC 3339. */
	createdAt: string;
}

export interface Tag {
	name: string;
	digest: string;
	/** RFC 3339. */
	createdAt: string;
	updatedAt: string;
}

/** A repository of one registry; `registry` is the registry's own id (`rid`). */
export interface Place {
	registry: string;
	repository: string;
}

/** What the registries hold, but for the bytes. */
export interface Content {
	repositories(registry: string): string[];
	/** Bytes of a registry's layers, each counted once. */
	registrySize(registry: string): number;
	blobSize(place: Place, digest: string): number | undefined;
	putBlob(place: Place, digest: string, size: number): void;
	manifest(place: Place, digest: string): Manifest | undefined;
	manifests(place: Place): Manifest[];
	putManifest(place: Place, manifest: Manifest): void;
	tag(place: Place, name: string): Tag | undefined;
	/** In the order of their names. */
	tags(place: Place): Tag[];
	putTag(place: Place, tag: Tag): void;
}

/** What a store keeps of the registries. Repository names never hold a `|` (OCI distribution, "Pulling manifests"). */
export function openContent(store: Store): Content {
	const repositories = store.table<string>('acr/repositories');
	const blobs = store.table<number>('acr/blobs');
	const manifests = store.table<Manifest>('acr/manifests');
	const tags = store.table<Tag>('acr/tags');
	return {
		registrySize(registry) {
			const sizes = new Map(blobs.entries(`${registry}|`).map(([key, size]) => [key.split('|').at(-1), size]));
			return [...sizes.values()].reduce((sum, size) => sum + size, 0);
		},
		// The rows' own order is another: they end in a sign that sorts after letters.
		repositories: (registry) =>
			repositories
				.entries(`${registry}|`)
				.map(([, name]) => name)
				.toSorted(),
		blobSize: (place, digest) => blobs.get(rowOf(place, digest)),
		putBlob: (place, digest, size) => blobs.set(rowOf(place, digest), size),
		manifest: (place, digest) => manifests.get(rowOf(place, digest)),
		manifests: (place) => manifests.entries(rowOf(place)).map(([, manifest]) => manifest),
		putManifest(place, manifest) {
			repositories.set(rowOf(place), place.repository);
			manifests.set(rowOf(place, manifest.digest), manifest);
		},
		tag: (place, name) => tags.get(rowOf(place, name)),
		tags: (place) => tags.entries(rowOf(place)).map(([, tag]) => tag),
		putTag: (place, tag) => tags.set(rowOf(place, tag.name), tag),
	};
}

function rowOf({ registry, repository }: Place, key = ''): string {
	return `${registry}|${repository}|${key}`;
}
