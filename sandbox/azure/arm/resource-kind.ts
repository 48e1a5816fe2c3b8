import { type Ask, refuse, resourceIdOf, scopeTo } from './ask.ts';
import { identityBody } from './body.ts';
import { clusterBody } from './cluster-body.ts';
import type { Answered, Arm } from './handler.ts';
import type { Json } from './json-body.ts';
import type { Identity, ManagedCluster, Network, Registry, Resource, Resources, Shelf } from './model.ts';
import { networkBody } from './network.ts';
import { listResponse } from './page.ts';
import { answerReadable } from './readable-list.ts';
import { armRefusals } from './refusal.ts';
import { registryBody } from './registry-body.ts';

/** One type of resource: how ids and actions spell it, where it is kept, how it is told. */
export interface Kind<T extends Resource> {
	type: string;
	shelf: (resources: Resources) => Shelf<T>;
	body: (resource: T, ask: Ask) => Json;
}

export const registryKind: Kind<Registry> = {
	type: 'Microsoft.ContainerRegistry/registries',
	shelf: (all) => all.registries,
	body: registryBody,
};
export const clusterKind: Kind<ManagedCluster> = {
	type: 'Microsoft.ContainerService/managedClusters',
	shelf: (all) => all.clusters,
	body: clusterBody,
};
export const identityKind: Kind<Identity> = {
	type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
	shelf: (all) => all.identities,
	body: identityBody,
};
export const networkKind: Kind<Network> = {
	type: 'Microsoft.Network/virtualNetworks',
	shelf: (all) => all.networks,
	body: networkBody,
};

/** Every type of resource that is served. */
const kinds = [registryKind, clusterKind, identityKind, networkKind];

/** Every resource at a scope and below, with its type. */
export function resourcesUnder(resources: Resources, scope: string): { type: string; resource: Resource }[] {
	return kinds.flatMap(({ type, shelf }) => {
		const all: Resource[] = shelf(resources).under(`${scope}/`);
		return all.map((resource) => ({ type, resource }));
	});
}

/** Any resource by its id. */
export function findResource(resources: Resources, id: string): Resource | undefined {
	return kinds.map(({ shelf }) => shelf(resources).get(id)).find((found) => found !== undefined);
}

/** Where resources of a type are: in a subscription, in a group, one by one; all in lower case, as routes are. */
export function pathsOf(type: string): { subscription: string; group: string; one: string } {
	const provider = `providers/${type.toLowerCase()}`;
	const group = `/subscriptions/:subscription/resourcegroups/:group/${provider}`;
	return { subscription: `/subscriptions/:subscription/${provider}`, group, one: `${group}/:name` };
}

/** The reads that every type has: lists by subscription and group, and one by its name. */
export function addReads<T extends Resource>(app: Arm, answered: Answered, kind: Kind<T>): void {
	const paths = pathsOf(kind.type);
	app.get(
		paths.subscription,
		answered((ask) => list(ask, kind)),
	);
	app.get(
		paths.group,
		answered((ask) => list(ask, kind)),
	);
	app.get(
		paths.one,
		answered((ask) => show(ask, kind)),
	);
}

function list<T extends Resource>(ask: Ask, { type, shelf, body }: Kind<T>): Response {
	const scope = scopeTo(ask, -3);
	const action = `${type}/read`;
	const found = shelf(ask.state.resources).under(`${scope}/`);
	const isOfGroup = ask.segments.length > 5;
	if (!isOfGroup) {
		return answerReadable(ask, {
			action,
			scope,
			rows: found.map((resource) => ({ type, resource, body: body(resource, ask) })),
		});
	}
	const refused = refuse(ask, action, scope);
	if (refused) return refused;
	if (!ask.state.resources.groups.get(scope)) return armRefusals.groupNotFound(ask.segments[3] ?? '');
	return listResponse(ask, found, (one) => body(one, ask));
}

function show<T extends Resource>(ask: Ask, kind: Kind<T>): Response {
	const found = allowed(ask, kind, 'read');
	return found instanceof Response ? found : Response.json(kind.body(found, ask));
}

/** The resource that a path begins with, for whoever may do this to it; otherwise the 403 or 404 to answer with. */
export function allowed<T extends Resource>(ask: Ask, { type, shelf }: Kind<T>, verb: string): T | Response {
	const id = resourceIdOf(ask);
	return refuse(ask, `${type}/${verb}`, id) ?? shelf(ask.state.resources).get(id) ?? notFound(ask);
}

/** What ARM says where a path's resource, or its group, is not there. */
export function notFound(ask: Ask): Response {
	const [, , , group = '', , namespace = '', type = '', name = ''] = ask.segments;
	if (!ask.state.resources.groups.get(scopeTo(ask, 4))) return armRefusals.groupNotFound(group);
	return armRefusals.resourceNotFound(`${namespace}/${type}`, name, group);
}

/** Who did it and when, on something that a client changed. */
export function modified({ state, caller }: Ask): { modifiedAt: string; modifiedBy: string } {
	return { modifiedAt: state.clock.now().toISOString(), modifiedBy: caller.name };
}
