import type { Store } from '@lanyard/sandbox-ground';

/** What may be done to a repository, a tag or a manifest; whatever is false is locked ("Lock a container image"). */
export interface Attributes {
	deleteEnabled: boolean;
	writeEnabled: boolean;
	listEnabled: boolean;
	readEnabled: boolean;
}

export const unlocked: Attributes = { deleteEnabled: true, writeEnabled: true, listEnabled: true, readEnabled: true };

export interface Repository {
	name: string;
	/** RFC 3339. */
	createdAt: string;
	updatedAt: string;
	/** Absent while nobody has locked anything. */
	attributes?: Attributes;
}

/** A manifest, without its bytes: they lie among the blobs under its digest. */
export interface Manifest {
	digest: string;
	mediaType: string;
	size: number;
	/** RFC 3339. */
	createdAt: string;
	/** Of everything that it names itself. */
	imageSize?: number;
	/** The digests of blobs and manifests that it names. */
	names?: string[];
	/** The digest of the manifest that it is about (OCI image specification, "subject"). */
	subject?: string;
	artifactType?: string;
	annotations?: Record<string, string>;
	configMediaType?: string;
	architecture?: string;
	os?: string;
	attributes?: Attributes;
}

export interface Tag {
	name: string;
	digest: string;
	/** RFC 3339. */
	createdAt: string;
	updatedAt: string;
	attributes?: Attributes;
}

/** A blob that a repository has. */
export interface Linked {
	size: number;
	/** RFC 3339. */
	at: string;
}

/** An upload that is under way. */
export interface Upload {
	place: Place;
	/** RFC 3339. */
	startedAt: string;
}

/** A repository of one registry; `registry` is the registry's own id (`rid`). */
export interface Place {
	registry: string;
	repository: string;
}

/** What the registries hold, but for the bytes. */
export interface Content {
	repository(place: Place): Repository | undefined;
	/** In the order of their names. */
	repositories(registry: string): Repository[];
	putRepository(registry: string, repository: Repository): void;
	/** Takes a repository away with its tags and manifests; its blobs wait for the sweep. */
	removeRepository(place: Place): void;
	/** Bytes of a registry's layers, each counted once. */
	registrySize(registry: string): number;
	blob(place: Place, digest: string): Linked | undefined;
	putBlob(place: Place, digest: string, linked: Linked): void;
	removeBlob(place: Place, digest: string): void;
	/** Every blob of every repository. */
	blobs(): { place: Place; digest: string; linked: Linked }[];
	manifest(place: Place, digest: string): Manifest | undefined;
	manifests(place: Place): Manifest[];
	/** Every manifest of every repository. */
	allManifests(): { place: Place; manifest: Manifest }[];
	putManifest(place: Place, manifest: Manifest): void;
	removeManifest(place: Place, digest: string): void;
	tag(place: Place, name: string): Tag | undefined;
	/** In the order of their names. */
	tags(place: Place): Tag[];
	putTag(place: Place, tag: Tag): void;
	removeTag(place: Place, name: string): void;
	upload(id: string): Upload | undefined;
	uploads(): [id: string, upload: Upload][];
	putUpload(id: string, upload: Upload): void;
	removeUpload(id: string): void;
}

/** What a store keeps of the registries. Repository names never hold a `|` (OCI distribution, "Pulling manifests"). */
export function openContent(store: Store): Content {
	const repositories = store.table<Repository>('acr/repositories');
	const blobs = store.table<Linked>('acr/blobs');
	const manifests = store.table<Manifest>('acr/manifests');
	const tags = store.table<Tag>('acr/tags');
	return {
		...openUploads(store),
		repository: (place) => repositories.get(rowOf(place)),
		// The rows' own order is another: they end in a sign that sorts after letters.
		repositories: (registry) =>
			valuesIn(repositories.entries(`${registry}|`)).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
		putRepository: (registry, one) => repositories.set(rowOf({ registry, repository: one.name }), one),
		removeRepository(place) {
			for (const table of [manifests, tags]) for (const [key] of table.entries(rowOf(place))) table.delete(key);
			repositories.delete(rowOf(place));
		},
		registrySize(registry) {
			const sizes = new Map(blobs.entries(`${registry}|`).map(([key, { size }]) => [key.split('|').at(-1), size]));
			return [...sizes.values()].reduce((sum, size) => sum + size, 0);
		},
		blob: (place, digest) => blobs.get(rowOf(place, digest)),
		putBlob: (place, digest, linked) => blobs.set(rowOf(place, digest), linked),
		removeBlob: (place, digest) => void blobs.delete(rowOf(place, digest)),
		blobs: () => blobs.entries().map(([key, linked]) => ({ ...placeIn(key), linked })),
		manifest: (place, digest) => manifests.get(rowOf(place, digest)),
		manifests: (place) => valuesIn(manifests.entries(rowOf(place))),
		allManifests: () => manifests.entries().map(([key, manifest]) => ({ place: placeIn(key).place, manifest })),
		putManifest: (place, manifest) => manifests.set(rowOf(place, manifest.digest), manifest),
		removeManifest: (place, digest) => void manifests.delete(rowOf(place, digest)),
		tag: (place, name) => tags.get(rowOf(place, name)),
		tags: (place) => valuesIn(tags.entries(rowOf(place))),
		putTag: (place, tag) => tags.set(rowOf(place, tag.name), tag),
		removeTag: (place, name) => void tags.delete(rowOf(place, name)),
	};
}

function openUploads(store: Store): Pick<Content, 'upload' | 'uploads' | 'putUpload' | 'removeUpload'> {
	const uploads = store.table<Upload>('acr/uploads');
	return {
		upload: (id) => uploads.get(id),
		uploads: () => uploads.entries(),
		putUpload: (id, upload) => uploads.set(id, upload),
		removeUpload: (id) => void uploads.delete(id),
	};
}

function valuesIn<T>(entries: [string, T][]): T[] {
	return entries.map(([, value]) => value);
}

function rowOf({ registry, repository }: Place, key = ''): string {
	return `${registry}|${repository}|${key}`;
}

function placeIn(row: string): { place: Place; digest: string } {
	const [registry = '', repository = '', digest = ''] = row.split('|');
	return { place: { registry, repository }, digest };
}
