import { lockOnDelete, repositoryOf } from './lock.ts';
import type { Manifest, Tag } from './model.ts';
import { type ContentAnswer, type ContentCall, placeOf } from './content-call.ts';
import { contentRefusals } from './refusal.ts';

/** `DELETE …/manifests/{digest}` takes a manifest with its tags and its referrers; by a tag, the tag alone. */
export const answerDeleteManifest: ContentAnswer = (call, { reference = '' }) => {
	if (!reference.includes(':')) return deleteTag(call, reference);
	const { content } = call.state;
	const manifest = content.manifest(placeOf(call), reference);
	if (!manifest) return contentRefusals.manifestUnknown(reference);
	const gone = withReferrers(call, manifest);
	const digests = new Set(gone.map(({ digest }) => digest));
	const tags = content.tags(placeOf(call)).filter(({ digest }) => digests.has(digest));
	const locked = lockOnDelete(call, [repositoryOf(call), ...gone.map(asLockable), ...tags.map(tagLockable)]);
	return locked ?? remove(call, { manifests: gone, tags });
};

/** `DELETE /acr/v1/{name}/_tags/{tag}`: the manifest stays. */
export const answerDeleteTag: ContentAnswer = (call, { tag = '' }) => deleteTag(call, tag);

function deleteTag(call: ContentCall, name: string): Response {
	const tag = call.state.content.tag(placeOf(call), name);
	if (!tag) return contentRefusals.tagUnknown(name);
	return lockOnDelete(call, [repositoryOf(call), tagLockable(tag)]) ?? remove(call, { manifests: [], tags: [tag] });
}

/** A blob leaves its repository unless a manifest there needs it; its bytes wait for the sweep. */
export const answerDeleteBlob: ContentAnswer = (call, { digest = '' }) => {
	const { content } = call.state;
	const place = placeOf(call);
	if (!content.blob(place, digest)) return contentRefusals.blobUnknown(digest);
	const locked = lockOnDelete(call, [repositoryOf(call)]);
	if (locked) return locked;
	if (content.manifests(place).some(({ names = [] }) => names.includes(digest)))
		return contentRefusals.blobInUse(digest);
	content.removeBlob(place, digest);
	return accepted();
};

/** `DELETE /acr/v1/{name}`: everything of a repository. */
export const answerDeleteRepository: ContentAnswer = (call) => {
	const { content } = call.state;
	const place = placeOf(call);
	if (!content.repository(place)) return contentRefusals.nameUnknown(call.repository);
	const [manifests, tags] = [content.manifests(place), content.tags(place)];
	const locked = lockOnDelete(call, [repositoryOf(call), ...manifests.map(asLockable), ...tags.map(tagLockable)]);
	if (locked) return locked;
	call.state.store.transaction(() => content.removeRepository(place));
	const body = {
		manifestsDeleted: manifests.map(({ digest }) => digest),
		tagsDeleted: tags.map(({ name }) => name),
	};
	return Response.json(body, { status: 202 });
};

/** "Deleting the root artifact will also delete all related artifacts" (manage OCI artifacts and supply chain artifacts). */
function withReferrers(call: ContentCall, first: Manifest): Manifest[] {
	const all = call.state.content.manifests(placeOf(call));
	const found = new Map([[first.digest, first]]);
	for (const { digest } of found.values())
		for (const one of all) if (one.subject === digest) found.set(one.digest, one);
	return [...found.values()];
}

function remove(call: ContentCall, { manifests, tags }: { manifests: Manifest[]; tags: Tag[] }): Response {
	const { content, store, clock } = call.state;
	const place = placeOf(call);
	store.transaction(() => {
		for (const { name } of tags) content.removeTag(place, name);
		for (const { digest } of manifests) content.removeManifest(place, digest);
		const repository = content.repository(place);
		// A repository is there as long as something is in it.
		if (content.manifests(place).length === 0) content.removeRepository(place);
		else if (repository) content.putRepository(place.registry, { ...repository, updatedAt: clock.now().toISOString() });
	});
	return accepted();
}

function accepted(): Response {
	return new Response(null, { status: 202, headers: { 'content-length': '0' } });
}

function asLockable({ digest, attributes }: Manifest) {
	return { what: `the manifest ${digest}`, attributes };
}

function tagLockable({ name, attributes }: Tag) {
	return { what: `the tag "${name}"`, attributes };
}
