import { lockOnWrite, repositoryOf } from './lock.ts';
import { mediaTypes, type ParsedManifest, parseManifest, readPlatform } from './manifest.ts';
import type { Manifest, Place } from './model.ts';
import { type ContentCall, placeOf } from './content-call.ts';
import { contentRefusals } from './refusal.ts';
import { digestOf } from './storage/blobs.ts';
import { BodyTooLarge, BrokenBody, receiveWhole } from './storage/receive.ts';

/** "Maximum manifest size: 4 MiB" (container registry service tiers, limits). */
const mostBytes = 4 * 1024 * 1024;

/** Configs larger than this are not read for the platform that they name. */
const mostConfigBytes = 1024 * 1024;

/** Tags (OCI distribution, "Pulling manifests"). */
const tagName = /^\w[\w.-]{0,127}$/;

/** Keeps a manifest under its digest, and under a tag where one is named; everything it points to must be there. */
export async function answerPutManifest(
	call: ContentCall,
	{ reference = '' }: Record<string, string>,
): Promise<Response> {
	if (!reference.includes(':') && !tagName.test(reference)) return contentRefusals.manifestInvalid('invalid tag name');
	const locked = lockOnWrite(call, written(call, reference));
	if (locked) return locked;
	const bytes = await receiveManifest(call.request);
	if (bytes instanceof Response) return bytes;
	const digest = digestOf(bytes);
	if (reference.includes(':') && reference !== digest) return contentRefusals.digestInvalid();
	const told = call.request.headers.get('content-type')?.split(';')[0]?.trim();
	const parsed = parseManifest(bytes, told);
	if (typeof parsed === 'string') return contentRefusals.manifestInvalid(parsed);
	const release = call.blobs.hold(digest);
	try {
		await call.blobs.put(bytes);
		const manifest = await describe(call, { digest, size: bytes.length, parsed });
		return keepManifest(call, { reference, manifest, parsed });
	} finally {
		release();
	}
}

/** What a push changes: the repository, and the tag that it moves. */
function written(call: ContentCall, reference: string) {
	const tag = call.state.content.tag(placeOf(call), reference);
	return [repositoryOf(call), ...(tag ? [{ what: `the tag "${reference}"`, attributes: tag.attributes }] : [])];
}

async function receiveManifest(request: Request): Promise<Uint8Array<ArrayBuffer> | Response> {
	try {
		return await receiveWhole(request, mostBytes);
	} catch (error) {
		if (error instanceof BodyTooLarge) return contentRefusals.tooLarge('manifest is too large');
		if (error instanceof BrokenBody) return contentRefusals.sizeInvalid('the content broke off');
		throw error;
	}
}

interface Described {
	digest: string;
	size: number;
	parsed: ParsedManifest;
}

/** A manifest's row, with what listings tell of it. */
async function describe(call: ContentCall, { digest, size, parsed }: Described): Promise<Manifest> {
	const { blobs, manifests, imageSize, subject, artifactType, annotations, config } = parsed;
	return {
		digest,
		mediaType: parsed.mediaType ?? mediaTypes.ociManifest,
		size,
		createdAt: call.state.clock.now().toISOString(),
		imageSize,
		names: [...blobs, ...manifests],
		...(subject !== undefined && { subject }),
		...(artifactType !== undefined && { artifactType }),
		...(annotations && { annotations }),
		...(config && { configMediaType: config.mediaType, ...(await platformOf(call, config.digest)) }),
	};
}

async function platformOf(call: ContentCall, config: string): Promise<{ architecture?: string; os?: string }> {
	const size = call.state.content.blob(placeOf(call), config)?.size ?? 0;
	const bytes = size > 0 && size <= mostConfigBytes ? await call.blobs.get(config) : undefined;
	return bytes ? readPlatform(bytes) : {};
}

interface Keep {
	reference: string;
	manifest: Manifest;
	parsed: ParsedManifest;
}

/** Looks whether all is there and writes in one go, so that no deletion comes in between. */
function keepManifest(call: ContentCall, { reference, manifest, parsed }: Keep): Response {
	const { store } = call.state;
	const place = placeOf(call);
	const missing = findMissing(call, parsed);
	if (missing !== undefined) return contentRefusals.manifestBlobUnknown(missing);
	store.transaction(() => putManifest(call, { place, manifest, reference }));
	const { digest, subject } = manifest;
	const headers = new Headers({
		location: `/v2/${call.repository}/manifests/${digest}`,
		'docker-content-digest': digest,
		'content-length': '0',
	});
	// Tells the client that it need not keep a list of referrers itself (OCI distribution, "Pushing Manifests with Subject").
	if (subject !== undefined) headers.set('oci-subject', subject);
	return new Response(null, { status: 201, headers });
}

/** Writes a manifest's rows, under a tag where `reference` is one. */
export function putManifest(
	{ state }: Pick<ContentCall, 'state'>,
	{ place, manifest, reference }: { place: Place; manifest: Manifest; reference: string },
): void {
	const { content } = state;
	const { createdAt: now, digest } = manifest;
	const before = content.repository(place);
	content.putRepository(place.registry, {
		...(before ?? { name: place.repository, createdAt: now }),
		updatedAt: now,
	});
	const kept = content.manifest(place, digest);
	// The same bytes again: its age and its locks stay, the media type is what it was pushed with last.
	content.putManifest(place, kept ? { ...kept, mediaType: manifest.mediaType } : manifest);
	if (reference.includes(':')) return;
	const tag = content.tag(place, reference);
	content.putTag(place, { ...(tag ?? { name: reference, createdAt: now }), digest, updatedAt: now });
}

function findMissing(call: ContentCall, { blobs, manifests }: ParsedManifest): string | undefined {
	const { content } = call.state;
	const place = placeOf(call);
	return (
		blobs.find((digest) => !content.blob(place, digest)) ?? manifests.find((digest) => !content.manifest(place, digest))
	);
}
