import type { ShelfImage } from '../image-shelf.ts';
import type { State } from '../state.ts';
import type { Blobs } from './blobs.ts';
import type { Place } from './model.ts';
import { parseManifest } from './push-manifest.ts';

interface Copy {
	from: Place;
	/** A tag or a digest. */
	reference: string;
	to: Place[];
}

/** Copies an image between repositories, all its platforms with it; its digest, or undefined where there is none. */
export async function copyImage(
	state: State,
	blobs: Blobs,
	{ from, reference, to }: Copy,
): Promise<string | undefined> {
	const digest = reference.includes(':') ? reference : state.content.tag(from, reference)?.digest;
	if (digest === undefined || !state.content.manifest(from, digest)) return undefined;
	for (const place of to) await copyManifest(state, blobs, { from, digest, to: place });
	return digest;
}

async function copyManifest(
	state: State,
	blobs: Blobs,
	one: { from: Place; digest: string; to: Place },
): Promise<void> {
	const { content, clock } = state;
	const { from, digest, to } = one;
	const manifest = content.manifest(from, digest);
	const bytes = await blobs.get(digest);
	const named = bytes && parseManifest(bytes);
	if (!manifest || !named) return;
	for (const child of named.manifests) await copyManifest(state, blobs, { from, digest: child, to });
	for (const blob of named.blobs) content.putBlob(to, blob, content.blobSize(from, blob) ?? 0);
	if (!content.manifest(to, digest)) content.putManifest(to, { ...manifest, createdAt: clock.now().toISOString() });
}

/** Keeps an image from outside in repositories, as a push would; its digest. */
export async function keepShelfImage(
	{ content, clock }: State,
	blobs: Blobs,
	{ image, to }: { image: ShelfImage; to: Place[] },
): Promise<string> {
	const createdAt = clock.now().toISOString();
	for (const blob of [...image.blobs, ...image.manifests, image.top]) await blobs.put(blob.bytes);
	for (const place of to) {
		for (const { digest, bytes } of image.blobs) content.putBlob(place, digest, bytes.length);
		for (const { digest, mediaType, bytes } of [...image.manifests, image.top]) {
			content.putManifest(place, { digest, mediaType, size: bytes.length, createdAt });
		}
	}
	return image.top.digest;
}
