import { mediaTypes } from './manifest.ts';
import type { Manifest } from './model.ts';
import { type ContentAnswer, placeOf } from './content-call.ts';
import { contentRefusals } from './refusal.ts';
import { isDigest } from './storage/blobs.ts';

/** Everything in a repository that is about one manifest, whether that is there or not (OCI distribution, "Listing Referrers"). */
export const answerReferrers: ContentAnswer = (call, { digest = '' }) => {
	if (!isDigest(digest)) return contentRefusals.digestInvalid();
	const wanted = new URL(call.request.url).searchParams.get('artifactType');
	const about = call.state.content.manifests(placeOf(call)).filter(({ subject }) => subject === digest);
	const shown = wanted === null ? about : about.filter(({ artifactType }) => artifactType === wanted);
	const headers = new Headers({ 'content-type': mediaTypes.ociIndex });
	if (wanted !== null) headers.set('oci-filters-applied', 'artifactType');
	const body = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: shown.map(descriptorOf) };
	return new Response(JSON.stringify(body), { headers });
};

function descriptorOf({ digest, mediaType, size, artifactType, annotations }: Manifest) {
	return {
		mediaType,
		digest,
		size,
		...(artifactType !== undefined && { artifactType }),
		...(annotations && { annotations }),
	};
}
