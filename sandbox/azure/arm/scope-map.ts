import type { State } from '../state.ts';
import type { Ask } from './ask.ts';
import { systemData } from './body.ts';
import type { Answered, Arm } from './handler.ts';
import { type Json, readBody, recordIn, textIn, textsIn } from './json-body.ts';
import { openShelf, type Registry, type Resource, type Shelf } from './model.ts';
import { listResponse } from './page.ts';
import { offset } from './registry-body.ts';
import { type Child, childIn, childIdOf, childPaths, nameOf } from './registry-child.ts';
import { registryRefusals } from './registry-refusal.ts';
import { modified } from './resource-kind.ts';

/** Which actions on which repositories the tokens that use it may do. */
export interface ScopeMap extends Stamped {
	id: string;
	name: string;
	description?: string;
	/** `repositories/samples/hello/content/read` */
	actions: string[];
	isSystem?: boolean;
}

type Stamped = Pick<Resource, 'createdAt' | 'createdBy' | 'modifiedAt' | 'modifiedBy'>;

const everywhere = (...what: string[]) => what.map((action) => `repositories/*/${action}`);

/** The scope maps that every registry has ("Create a token with repository-scoped permissions"). */
const systemMaps: Record<string, string[]> = {
	_repositories_admin: everywhere('content/read', 'content/write', 'content/delete', 'metadata/read', 'metadata/write'),
	_repositories_pull: everywhere('content/read'),
	_repositories_pull_metadata_read: everywhere('content/read', 'metadata/read'),
	_repositories_push: everywhere('content/read', 'content/write'),
	_repositories_push_metadata_write: everywhere('content/read', 'content/write', 'metadata/read', 'metadata/write'),
};

/** The scope maps that people made. */
export function scopeMapShelf({ store }: State): Shelf<ScopeMap> {
	return openShelf(store, 'arm/scope-maps');
}

/** A scope map of a registry by its id, the system's own included. */
export function findScopeMap(state: State, registry: Registry, id: string): ScopeMap | undefined {
	const own = `${registry.id}/scopeMaps/`.toLowerCase();
	if (!id.toLowerCase().startsWith(own)) return undefined;
	const made = scopeMapShelf(state).get(id);
	return made ?? systemMapsOf(registry).find((one) => one.id.toLowerCase() === id.toLowerCase());
}

function systemMapsOf({ id, createdAt, createdBy }: Registry): ScopeMap[] {
	return Object.entries(systemMaps).map(([name, actions]) => {
		return { id: `${id}/scopeMaps/${name}`, name, actions, createdAt, createdBy, isSystem: true };
	});
}

const child: Child<ScopeMap> = { type: 'scopeMaps', find: findScopeMap };

/** Scope maps: what repository tokens may do. */
export function addScopeMaps(app: Arm, answered: Answered, isUsed: (state: State, map: ScopeMap) => boolean): void {
	const { all, one } = childPaths('scopeMaps');
	app.get(all, answered(list));
	app.get(one, answered(show));
	app.put(one, answered(write));
	app.patch(one, answered(write));
	app.delete(
		one,
		answered((ask) => remove(ask, isUsed)),
	);
}

function list(ask: Ask): Response {
	const found = childIn(ask, child, 'read');
	if (found instanceof Response) return found;
	const made = scopeMapShelf(ask.state).under(`${found.registry.id}/scopeMaps/`);
	return listResponse(ask, [...systemMapsOf(found.registry), ...made], scopeMapBody);
}

function show(ask: Ask): Response {
	const found = childIn(ask, child, 'read');
	if (found instanceof Response) return found;
	return found.child ? Response.json(scopeMapBody(found.child)) : registryRefusals.notFound(nameOf(ask));
}

async function write(ask: Ask): Promise<Response> {
	const found = childIn(ask, child, 'write');
	if (found instanceof Response) return found;
	const { registry, child: before } = found;
	if (before?.isSystem) return registryRefusals.systemScopeMap(before.name);
	if (!before && ask.request.method === 'PATCH') return registryRefusals.notFound(nameOf(ask));
	const properties = recordIn((await readBody(ask.request)) ?? {}, 'properties');
	const actions = 'actions' in properties ? textsIn(properties, 'actions') : (before?.actions ?? []);
	const bad = actions.find(
		(action) => !/^repositories\/.+\/(content\/(read|write|delete)|metadata\/(read|write))$/.test(action),
	);
	if (bad !== undefined) return registryRefusals.badActions(bad);
	const map = { ...changed(before ?? newMap(ask, registry), properties, actions), ...(before && modified(ask)) };
	scopeMapShelf(ask.state).put(map);
	return Response.json(scopeMapBody(map));
}

function changed(map: ScopeMap, properties: Json, actions: string[]): ScopeMap {
	const description = textIn(properties, 'description');
	return { ...map, actions, ...(description !== undefined && { description }) };
}

function newMap(ask: Ask, registry: Registry): ScopeMap {
	const stamp = { createdAt: ask.state.clock.now().toISOString(), createdBy: ask.caller.name };
	return { id: childIdOf(ask, registry, 'scopeMaps'), name: nameOf(ask), actions: [], ...stamp };
}

function remove(ask: Ask, isUsed: (state: State, map: ScopeMap) => boolean): Response {
	const found = childIn(ask, child, 'delete');
	if (found instanceof Response) return found;
	if (!found.child) return new Response(null, { status: 204 });
	if (found.child.isSystem) return registryRefusals.systemScopeMap(found.child.name);
	if (isUsed(ask.state, found.child)) return registryRefusals.scopeMapInUse(found.child.name);
	scopeMapShelf(ask.state).remove(found.child.id);
	return new Response(null, { status: 200 });
}

function scopeMapBody(map: ScopeMap): Json {
	const { id, name, description, actions, isSystem = false, createdAt } = map;
	return {
		type: 'Microsoft.ContainerRegistry/registries/scopeMaps',
		id,
		name,
		...(!isSystem && { systemData: systemData(map, offset) }),
		properties: {
			...(description !== undefined && { description }),
			type: isSystem ? 'SystemDefined' : 'UserDefined',
			creationDate: offset(createdAt),
			provisioningState: 'Succeeded',
			actions,
		},
	};
}
