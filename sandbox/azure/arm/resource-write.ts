import { type Ask, refuse, resourceIdOf } from './ask.ts';
import { type Json, readBody, textIn } from './json-body.ts';
import { readLocation } from './location.ts';
import type { Resource } from './model.ts';
import { refuseUnregistered } from './provider.ts';
import { armRefusals } from './refusal.ts';
import { type Kind, notFound } from './resource-kind.ts';

/** A PUT that got past what Resource Manager itself checks. */
export interface Put<T> {
	body: Json;
	/** What is there already. */
	before?: T;
	/** Where the resource is, or will be. */
	place: Resource;
}

/** Reads a PUT of a resource in a group; otherwise the refusal to answer with, in the order in which ARM looks. */
export async function readPut<T extends Resource>(ask: Ask, kind: Kind<T>): Promise<Put<T> | Response> {
	const id = resourceIdOf(ask);
	const refused =
		refuse(ask, `${kind.type}/write`, id) ?? refuseGroup(ask) ?? refuseUnregistered(ask, namespaceOf(kind));
	if (refused) return refused;
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const location = readLocation(textIn(body, 'location'), kind.type);
	if (location instanceof Response) return location;
	const before = kind.shelf(ask.state.resources).get(id);
	if (before && before.location !== location) return armRefusals.otherLocation(before, location);
	return before ? { body, before, place: before } : { body, place: newPlace(ask, kind, location) };
}

function namespaceOf({ type }: { type: string }): string {
	return type.split('/')[0] ?? '';
}

function refuseGroup(ask: Ask): Response | undefined {
	const group = ask.state.resources.groups.get(`/${ask.segments.slice(0, 4).join('/')}`);
	if (!group) return notFound(ask);
	return group.busy ? armRefusals.groupBeingDeleted(group.name) : undefined;
}

/** The id is written as Azure spells it, whatever the client sent; names keep the client's spelling. */
function newPlace<T extends Resource>(ask: Ask, { type }: Kind<T>, location: string): Resource {
	const { state, caller, segments } = ask;
	const group = state.resources.groups.get(`/${segments.slice(0, 4).join('/')}`);
	const name = segments[7] ?? '';
	return {
		id: `${group?.id ?? ''}/providers/${type}/${name}`,
		name,
		group: group?.name ?? '',
		subscriptionId: group?.subscriptionId ?? '',
		tenantId: caller.tenantId,
		location,
		createdAt: state.clock.now().toISOString(),
		createdBy: caller.name,
	};
}
