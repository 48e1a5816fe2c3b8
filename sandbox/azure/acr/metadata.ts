import { readAttributes } from './manifest.ts';
import { type Attributes, type Manifest, type Tag, unlocked } from './model.ts';
import { pageOf } from './page.ts';
import { type ContentAnswer, type ContentCall, placeOf } from './content-call.ts';
import { contentRefusals, errorResponse } from './refusal.ts';
import { receiveWhole } from './storage/receive.ts';

/** `/acr/v1/{repository}/_tags[/{tag}]`: what the SDKs and az read about tags. */
export const answerTagDetails: ContentAnswer = (call, { tag: wanted }) => {
	const { state, request, repository } = call;
	const place = placeOf(call);
	if (wanted !== undefined) {
		const tag = state.content.tag(place, wanted);
		return tag ? Response.json({ ...namesOf(call), tag: tagBody(tag) }) : contentRefusals.tagUnknown(wanted);
	}
	if (!state.content.repository(place)) return contentRefusals.nameUnknown(repository);
	const digest = new URL(request.url).searchParams.get('digest');
	const listed = state.content
		.tags(place)
		.filter((tag) => tag.attributes?.listEnabled !== false && (digest === null || tag.digest === digest));
	const all = ordered(request, listed, ({ updatedAt }) => updatedAt);
	const { page, headers } = pageOf(request, { path: `/acr/v1/${repository}/_tags`, all }, ({ name }) => name);
	return Response.json({ ...namesOf(call), tags: page.map(tagBody) }, { headers });
};

/** `/acr/v1/{repository}/_manifests[/{digest}]`. */
export const answerManifests: ContentAnswer = (call, { digest: wanted }) => {
	const { state, request, repository } = call;
	const place = placeOf(call);
	const tags = state.content.tags(place);
	if (wanted !== undefined) {
		const manifest = state.content.manifest(place, wanted);
		if (!manifest) return contentRefusals.manifestUnknown(wanted);
		return Response.json({ ...namesOf(call), manifest: manifestBody(tags, manifest) });
	}
	if (!state.content.repository(place)) return contentRefusals.nameUnknown(repository);
	const listed = state.content.manifests(place).filter(({ attributes }) => attributes?.listEnabled !== false);
	const all = ordered(request, listed, ({ createdAt }) => createdAt);
	const { page, headers } = pageOf(request, { path: `/acr/v1/${repository}/_manifests`, all }, ({ digest }) => digest);
	return Response.json({ ...namesOf(call), manifests: page.map((one) => manifestBody(tags, one)) }, { headers });
};

/** `/acr/v1/{repository}`. */
export const answerRepository: ContentAnswer = (call) => {
	const { content } = call.state;
	const place = placeOf(call);
	const repository = content.repository(place);
	if (!repository) return contentRefusals.nameUnknown(call.repository);
	return Response.json({
		...namesOf(call),
		createdTime: repository.createdAt,
		lastUpdateTime: repository.updatedAt,
		manifestCount: content.manifests(place).length,
		tagCount: content.tags(place).length,
		changeableAttributes: repository.attributes ?? unlocked,
	});
};

/** `PATCH` of a repository, a tag or a manifest: locks and unlocks it, and tells of it as `GET` does. */
export const answerLock: ContentAnswer = async (call, params) => {
	const wish = readAttributes(new TextDecoder().decode(await receiveWhole(call.request, 64 * 1024)));
	if (!wish) return errorResponse(400, { code: 'BAD_REQUEST', message: 'invalid attributes' });
	const { content } = call.state;
	const place = placeOf(call);
	const changed = (before: Attributes = unlocked): Attributes => ({ ...before, ...wish });
	if (params['tag'] !== undefined) {
		const tag = content.tag(place, params['tag']);
		if (tag) content.putTag(place, { ...tag, attributes: changed(tag.attributes) });
		return answerTagDetails(call, params);
	}
	if (params['digest'] !== undefined) {
		const manifest = content.manifest(place, params['digest']);
		if (manifest) content.putManifest(place, { ...manifest, attributes: changed(manifest.attributes) });
		return answerManifests(call, params);
	}
	const repository = content.repository(place);
	if (repository) content.putRepository(place.registry, { ...repository, attributes: changed(repository.attributes) });
	return answerRepository(call, params);
};

/** `orderby`: `timedesc` is the newest first. */
function ordered<T>(request: Request, all: T[], at: (one: T) => string): T[] {
	const order = new URL(request.url).searchParams.get('orderby');
	if (order === 'timedesc') return all.toSorted((one, other) => at(other).localeCompare(at(one)));
	return order === 'timeasc' ? all.toSorted((one, other) => at(one).localeCompare(at(other))) : all;
}

function namesOf({ registry, repository }: ContentCall) {
	return { registry: registry.loginServer, imageName: repository };
}

function tagBody({ name, digest, createdAt, updatedAt, attributes }: Tag) {
	const times = { createdTime: createdAt, lastUpdateTime: updatedAt };
	return { name, digest, ...times, signed: false, changeableAttributes: attributes ?? unlocked };
}

function manifestBody(tags: Tag[], manifest: Manifest) {
	const { digest, size, mediaType, createdAt, imageSize, attributes, architecture, os, configMediaType } = manifest;
	const names = tags.filter((tag) => tag.digest === digest).map(({ name }) => name);
	return {
		digest,
		imageSize: imageSize ?? size,
		createdTime: createdAt,
		lastUpdateTime: createdAt,
		...(architecture !== undefined && { architecture }),
		...(os !== undefined && { os }),
		mediaType,
		...(configMediaType !== undefined && { configMediaType }),
		...(names.length > 0 && { tags: names }),
		changeableAttributes: attributes ?? unlocked,
	};
}
