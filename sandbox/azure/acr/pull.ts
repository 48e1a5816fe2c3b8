import { signBlobLink } from './blob-link.ts';
import { type ContentAnswer, type ContentCall, placeOf } from './content-call.ts';
import { lockOnRead, repositoryOf } from './lock.ts';
import type { Manifest } from './model.ts';
import { contentRefusals } from './refusal.ts';

/** A manifest by tag or digest, in the one form it was pushed in. */
export async function answerManifest(call: ContentCall, { reference = '' }: Record<string, string>): Promise<Response> {
	const { content } = call.state;
	const place = placeOf(call);
	const isDigest = reference.includes(':');
	const tag = isDigest ? undefined : content.tag(place, reference);
	const digest = isDigest ? reference : tag?.digest;
	const manifest = digest === undefined ? undefined : content.manifest(place, digest);
	if (!manifest) return unknown(call, reference);
	const locked = lockOnRead(call, [
		repositoryOf(call),
		{ what: `the tag "${reference}"`, attributes: tag?.attributes },
		{ what: `the manifest ${manifest.digest}`, attributes: manifest.attributes },
	]);
	if (locked) return locked;
	const refused = unacceptable(call, manifest);
	if (refused) return refused;
	const headers = headersOf(manifest);
	if (call.request.method === 'HEAD') return new Response(null, { headers });
	const bytes = await call.blobs.get(manifest.digest);
	return bytes ? new Response(bytes, { headers }) : unknown(call, reference);
}

/** 404; the log learns what is there instead. */
function unknown(call: ContentCall, reference: string): Response {
	const { visit, repository, registry, state } = call;
	const place = placeOf(call);
	const tags = state.content.tags(place).map(({ name }) => name);
	const exists = state.content.repository(place) !== undefined;
	const there = tags.length === 0 ? 'no tag' : `the tags ${tags.slice(0, 5).join(', ')}${tags.length > 5 ? ' …' : ''}`;
	const reason = exists
		? `"${repository}" has no "${reference}"; it has ${there}`
		: `there is no repository "${repository}"`;
	visit.decided({ allowed: false, action: `repository:${repository}:pull`, scope: registry.loginServer, reason });
	return reference.includes(':') ? contentRefusals.manifestUnknown(reference) : contentRefusals.tagUnknown(reference);
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
function unacceptable(call: ContentCall, { mediaType }: Manifest): Response | undefined {
	const { request, visit, registry, repository } = call;
	const accepted = (request.headers.get('accept') ?? '').split(',').map((type) => type.split(';')[0]?.trim());
	if (!mediaType.startsWith('application/vnd.oci.') || accepted.includes(mediaType)) return undefined;
	const reason = `the client does not accept ${mediaType}`;
	visit.decided({ allowed: false, action: `repository:${repository}:pull`, scope: registry.loginServer, reason });
	const isIndex = mediaType.includes('.index.');
	return contentRefusals.manifestUnacceptable(isIndex ? 'index' : 'manifest', isIndex ? 'indexes' : 'manifests');
}

/** A layer: HEAD tells of it, GET leads to the storage host, which asks for no token (AZURE_CONTRACTS, 5). */
export const answerBlob: ContentAnswer = (call, { digest = '' }) => {
	const { state, registry, request, visit, repository } = call;
	const linked = state.content.blob(placeOf(call), digest);
	if (!linked) {
		const reason = `"${repository}" has no blob ${digest}`;
		visit.decided({ allowed: false, action: `repository:${repository}:pull`, scope: registry.loginServer, reason });
		return contentRefusals.blobUnknown(digest);
	}
	const locked = lockOnRead(call, [repositoryOf(call)]);
	if (locked) return locked;
	if (request.method === 'HEAD') {
		const headers = {
			'content-length': String(linked.size),
			'content-type': 'application/octet-stream',
			'accept-ranges': 'bytes',
		};
		return new Response(null, { headers: { ...headers, 'docker-content-digest': digest, etag: `"${digest}"` } });
	}
	const location = signBlobLink(state, registry, digest);
	return new Response(null, {
		status: 307,
		headers: { location, 'docker-content-digest': digest, 'content-length': '0' },
	});
};
