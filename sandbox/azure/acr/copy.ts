import type { ShelfImage } from '../image-shelf.ts';
import type { State } from '../state.ts';
import { parseManifest, readPlatform } from './manifest.ts';
import type { Place } from './model.ts';
import { putManifest } from './push-manifest.ts';
import type { Blobs } from './storage/blobs.ts';

interface Copy {
	from: Place;
	/** A tag or a digest. */
	reference: string;
	to: Place[];
}

/** Copies an image between repositories, all its platforms with it; its digest, or undefined where there is none. */
export function copyImage(state: State, { from, reference, to }: Copy): string | undefined {
	const digest = reference.includes(':') ? reference : state.content.tag(from, reference)?.digest;
	if (digest === undefined || !state.content.manifest(from, digest)) return undefined;
	for (const place of to) copyManifest(state, { from, digest, to: place });
	return digest;
}

/** In one go: what is copied cannot be swept meanwhile, and nobody sees half of it. */
function copyManifest(state: State, one: { from: Place; digest: string; to: Place }): void {
	const { content, clock } = state;
	const { from, digest, to } = one;
	const manifest = content.manifest(from, digest);
	if (!manifest) return;
	const now = clock.now().toISOString();
	for (const named of manifest.names ?? []) {
		copyManifest(state, { from, digest: named, to });
		const linked = content.blob(from, named);
		if (linked) content.putBlob(to, named, { ...linked, at: now });
	}
	// Locks stay where they were set.
	const { attributes: _locks, ...unlocked } = manifest;
	putManifest({ state }, { place: to, manifest: { ...unlocked, createdAt: now }, reference: digest });
}

/** Keeps an image from outside in repositories, as a push would; its digest. */
export async function keepShelfImage(
	state: State,
	blobs: Blobs,
	{ image, to }: { image: ShelfImage; to: Place[] },
): Promise<string> {
	const everything = [...image.blobs, ...image.manifests, image.top];
	const releases = everything.map(({ digest }) => blobs.hold(digest));
	try {
		for (const { bytes } of everything) await blobs.put(Uint8Array.from(bytes));
		state.store.transaction(() => {
			for (const place of to) linkShelfImage(state, image, place);
		});
	} finally {
		for (const release of releases) release();
	}
	return image.top.digest;
}

function linkShelfImage(state: State, image: ShelfImage, place: Place): void {
	const createdAt = state.clock.now().toISOString();
	for (const { digest, bytes } of image.blobs)
		state.content.putBlob(place, digest, { size: bytes.length, at: createdAt });
	for (const { digest, mediaType, bytes } of [...image.manifests, image.top]) {
		const parsed = parseManifest(bytes, mediaType);
		if (typeof parsed === 'string') throw new Error(`an image of the shelf is none: ${parsed}`);
		const config = image.blobs.find((blob) => blob.digest === parsed.config?.digest);
		const manifest = {
			digest,
			mediaType,
			size: bytes.length,
			createdAt,
			imageSize: parsed.imageSize,
			names: [...parsed.blobs, ...parsed.manifests],
			...(config && { configMediaType: config.mediaType, ...readPlatform(config.bytes) }),
		};
		putManifest({ state }, { place, manifest, reference: digest });
	}
}
