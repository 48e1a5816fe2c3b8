import type { Manifest, Place, Tag } from './model.ts';
import type { Answer, Call } from './gate.ts';
import { contentRefusals } from './refusal.ts';

/** The repositories of a registry, by name, paged as the tags are. */
export function answerCatalog({ state, registry, request }: Call, path: string): Response {
	const { page, headers } = pageOf(request, path, state.content.repositories(registry.registryId));
	return Response.json({ repositories: page }, { headers });
}

/** The tags of a repository by name (OCI distribution, "Listing Tags"). */
export const answerTags: Answer = ({ state, registry, request }, repository) => {
	const place = { registry: registry.registryId, repository };
	const tags = state.content.tags(place).map(({ name }) => name);
	if (tags.length === 0 && state.content.manifests(place).length === 0) return contentRefusals.nameUnknown(repository);
	const { page, headers } = pageOf(request, `/v2/${repository}/tags/list`, tags);
	return Response.json({ name: repository, tags: page }, { headers });
};

/** `n` and `last` page through a sorted list; a `Link` leads to the rest. */
function pageOf(request: Request, path: string, sorted: string[]): { page: string[]; headers: Record<string, string> } {
	const query = new URL(request.url).searchParams;
	const last = query.get('last');
	const rest = last === null ? sorted : sorted.filter((name) => name > last);
	const wanted = Number(query.get('n') ?? rest.length);
	const page = rest.slice(0, Number.isInteger(wanted) && wanted >= 0 ? wanted : rest.length);
	const end = page.at(-1);
	if (end === undefined || page.length === rest.length) return { page, headers: {} };
	const next = new URLSearchParams({ last: end, n: String(wanted), orderby: '' });
	return { page, headers: { link: `<${path}?${next.toString()}>; rel="next"` } };
}

/** `/acr/v1/{repository}/_tags[/{tag}]`: what the SDKs read about tags. */
export const answerTagDetails: Answer = ({ state, registry }, repository, { tag: wanted }) => {
	const place = { registry: registry.registryId, repository };
	const names = { registry: registry.loginServer, imageName: repository };
	if (wanted !== undefined) {
		const tag = state.content.tag(place, wanted);
		return tag ? Response.json({ ...names, tag: tagBody(tag) }) : contentRefusals.tagUnknown(wanted);
	}
	if (state.content.manifests(place).length === 0) return contentRefusals.nameUnknown(repository);
	return Response.json({ ...names, tags: state.content.tags(place).map(tagBody) });
};

/** `/acr/v1/{repository}/_manifests[/{digest}]`. */
export const answerManifests: Answer = ({ state, registry }, repository, { digest: wanted }) => {
	const place = { registry: registry.registryId, repository };
	const names = { registry: registry.loginServer, imageName: repository };
	const body = (manifest: Manifest) => manifestBody(state.content.tags(place), manifest);
	if (wanted !== undefined) {
		const manifest = state.content.manifest(place, wanted);
		return manifest ? Response.json({ ...names, manifest: body(manifest) }) : contentRefusals.manifestUnknown(wanted);
	}
	const manifests = state.content.manifests(place);
	if (manifests.length === 0) return contentRefusals.nameUnknown(repository);
	return Response.json({ ...names, manifests: manifests.map(body) });
};

/** `/acr/v1/{repository}`. */
export const answerRepository: Answer = ({ state, registry }, repository) => {
	const place: Place = { registry: registry.registryId, repository };
	const manifests = state.content.manifests(place);
	const times = manifests.map(({ createdAt }) => createdAt).toSorted();
	if (manifests.length === 0) return contentRefusals.nameUnknown(repository);
	return Response.json({
		registry: registry.loginServer,
		imageName: repository,
		createdTime: times[0],
		lastUpdateTime: times.at(-1),
		manifestCount: manifests.length,
		tagCount: state.content.tags(place).length,
		changeableAttributes,
	});
};

const changeableAttributes = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true };

function tagBody({ name, digest, createdAt, updatedAt }: Tag) {
	return { name, digest, createdTime: createdAt, lastUpdateTime: updatedAt, signed: false, changeableAttributes };
}

function manifestBody(tags: Tag[], { digest, size, mediaType, createdAt }: Manifest) {
	return {
		digest,
		imageSize: size,
		createdTime: createdAt,
		lastUpdateTime: createdAt,
		mediaType,
		tags: tags.filter((tag) => tag.digest === digest).map(({ name }) => name),
		changeableAttributes,
	};
}
