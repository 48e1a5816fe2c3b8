import { digestOf } from './blobs.ts';
import type { Manifest } from './model.ts';
import { type ContentCall, placeOf } from './pull.ts';
import { contentRefusals } from './refusal.ts';

/** What ACR takes at most (container registry limits, "manifest size"). */
const mostBytes = 4 * 1024 * 1024;

/** Tags (OCI distribution, "Pulling manifests"). */
const tagName = /^\w[\w.-]{0,127}$/;

/** Keeps a manifest under its digest, and under a tag where one is named; everything it points to must be there. */
export async function answerPutManifest(
	call: ContentCall,
	{ reference = '' }: Record<string, string>,
): Promise<Response> {
	const bytes = new Uint8Array(await call.request.arrayBuffer());
	const digest = digestOf(bytes);
	if (bytes.length > mostBytes) return contentRefusals.manifestInvalid('manifest is too large');
	if (reference.includes(':') && reference !== digest) return contentRefusals.digestInvalid();
	if (!reference.includes(':') && !tagName.test(reference)) return contentRefusals.manifestInvalid('invalid tag name');
	const named = parseManifest(bytes);
	if (!named) return contentRefusals.manifestInvalid('manifest invalid');
	const missing = findMissing(call, named);
	if (missing !== undefined) return contentRefusals.manifestBlobUnknown(missing);
	const mediaType = call.request.headers.get('content-type')?.split(';')[0] ?? named.mediaType;
	await call.blobs.put(bytes);
	keepManifest(call, reference, {
		digest,
		mediaType,
		size: bytes.length,
		createdAt: call.state.clock.now().toISOString(),
	});
	const headers = { location: `/v2/${call.repository}/manifests/${digest}`, 'docker-content-digest': digest };
	return new Response(null, { status: 201, headers: { ...headers, 'content-length': '0' } });
}

function keepManifest(call: ContentCall, reference: string, manifest: Manifest): void {
	const { store, content } = call.state;
	const { digest, createdAt } = manifest;
	const place = placeOf(call);
	store.transaction(() => {
		if (!content.manifest(place, digest)) content.putManifest(place, manifest);
		if (reference.includes(':')) return;
		const before = content.tag(place, reference)?.createdAt;
		content.putTag(place, { name: reference, digest, createdAt: before ?? createdAt, updatedAt: createdAt });
	});
}

interface Named {
	mediaType: string;
	blobs: string[];
	manifests: string[];
}

/** What a manifest points to; undefined for what is none. Layers that live elsewhere (`urls`) need not be here. */
export function parseManifest(bytes: Uint8Array): Named | undefined {
	const json = parseJson(new TextDecoder().decode(bytes));
	if (!isRecord(json) || json['schemaVersion'] !== 2) return undefined;
	const layers = Array.isArray(json['layers']) ? json['layers'] : [];
	const owned = [json['config'], ...layers].filter((entry) => isRecord(entry) && !Array.isArray(entry['urls']));
	const manifests = Array.isArray(json['manifests']) ? json['manifests'] : [];
	const mediaType =
		typeof json['mediaType'] === 'string' ? json['mediaType'] : 'application/vnd.oci.image.manifest.v1+json';
	return { mediaType, blobs: owned.flatMap(digestIn), manifests: manifests.flatMap(digestIn) };
}

function findMissing(call: ContentCall, { blobs, manifests }: Named): string | undefined {
	const { content } = call.state;
	const place = placeOf(call);
	return (
		blobs.find((digest) => content.blobSize(place, digest) === undefined) ??
		manifests.find((digest) => content.manifest(place, digest) === undefined)
	);
}

function digestIn(entry: unknown): string[] {
	return isRecord(entry) && typeof entry['digest'] === 'string' ? [entry['digest']] : [];
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
