import { signBlobLink } from './blob-link.ts';
import type { Blobs } from './blobs.ts';
import type { Answer, Call } from './gate.ts';
import type { Manifest, Place } from './model.ts';
import { contentRefusals } from './refusal.ts';

/** A call about the content of one repository. */
export interface ContentCall extends Call {
	blobs: Blobs;
	repository: string;
}

/** The key of a repository's rows. */
export function placeOf({ registry, repository }: Pick<ContentCall, 'registry' | 'repository'>): Place {
	return { registry: registry.registryId, repository };
}

/** A manifest by tag or digest, in the one form it was pushed in. */
export async function answerManifest(call: ContentCall, { reference = '' }: Record<string, string>): Promise<Response> {
	const { content } = call.state;
	const place = placeOf(call);
	const isDigest = reference.includes(':');
	const digest = isDigest ? reference : content.tag(place, reference)?.digest;
	const manifest = digest === undefined ? undefined : content.manifest(place, digest);
	const bytes = manifest && (await call.blobs.get(manifest.digest));
	if (!manifest || !bytes)
		return isDigest ? contentRefusals.manifestUnknown(reference) : contentRefusals.tagUnknown(reference);
	return unacceptable(manifest, call.request) ?? new Response(bytes.slice(), { headers: headersOf(manifest) });
}

function headersOf({ digest, mediaType, size }: Manifest): Record<string, string> {
	return {
		'content-type': mediaType,
		'content-length': String(size),
		'docker-content-digest': digest,
		etag: `"${digest}"`,
	};
}

/**
 * OCI manifests go only to clients that name their media type, wildcards do not count (distribution
 * `registry/handlers/manifests.go`, which ACR's texts come from); Docker's go to everybody.
 */
function unacceptable({ mediaType }: Manifest, { headers }: Request): Response | undefined {
	const accepted = (headers.get('accept') ?? '').split(',').map((type) => type.split(';')[0]?.trim());
	if (!mediaType.startsWith('application/vnd.oci.') || accepted.includes(mediaType)) return undefined;
	const isIndex = mediaType.includes('.index.');
	return contentRefusals.manifestUnacceptable(isIndex ? 'index' : 'manifest', isIndex ? 'indexes' : 'manifests');
}

/** A layer: HEAD tells of it, GET leads to the storage host, which asks for no token (AZURE_CONTRACTS, 5). */
export const answerBlob: Answer = async ({ state, registry, request }, repository, { digest = '' }) => {
	const size = state.content.blobSize({ registry: registry.registryId, repository }, digest);
	if (size === undefined) return contentRefusals.blobUnknown(digest);
	if (request.method === 'HEAD') {
		const headers = {
			'content-length': String(size),
			'content-type': 'application/octet-stream',
			'accept-ranges': 'bytes',
		};
		return new Response(null, { headers: { ...headers, 'docker-content-digest': digest, etag: `"${digest}"` } });
	}
	const location = signBlobLink(state, registry, digest);
	return new Response(null, { status: 307, headers: { location, 'docker-content-digest': digest } });
};
