import type { Call } from './gate.ts';
import type { Place } from './model.ts';
import { pageOf } from './page.ts';
import { type ContentAnswer, placeOf } from './content-call.ts';
import { contentRefusals } from './refusal.ts';

/** The repositories of a registry, by name, paged as the tags are. */
export function answerCatalog({ state, registry, request }: Call, path: string): Response {
	const all = state.content
		.repositories(registry.registryId)
		.filter(({ attributes }) => attributes?.listEnabled !== false);
	const { page, headers } = pageOf(request, { path, all }, ({ name }) => name);
	return Response.json({ repositories: page.map(({ name }) => name) }, { headers });
}

/** The tags of a repository by name (OCI distribution, "Listing Tags"). */
export const answerTags: ContentAnswer = (call) => {
	const { state, request, repository } = call;
	const place: Place = placeOf(call);
	if (!state.content.repository(place)) return contentRefusals.nameUnknown(repository);
	const all = state.content.tags(place).filter(({ attributes }) => attributes?.listEnabled !== false);
	const { page, headers } = pageOf(request, { path: `/v2/${repository}/tags/list`, all }, ({ name }) => name);
	return Response.json({ name: repository, tags: page.map(({ name }) => name) }, { headers });
};
