import type { State } from '../state.ts';
import { type Ask, refuse, resourceIdOf, scopeTo } from './ask.ts';
import type { Registry } from './model.ts';
import { notFound, pathsOf, registryKind } from './resource-kind.ts';

/** A type of thing that hangs on a registry. */
export interface Child<T> {
	type: 'scopeMaps' | 'tokens';
	find: (state: State, registry: Registry, id: string) => T | undefined;
}

/** Where children of a type are, in lower case as routes are. */
export function childPaths(type: Child<unknown>['type']): { all: string; one: string } {
	const all = `${pathsOf(registryKind.type).one}/${type.toLowerCase()}`;
	return { all, one: `${all}/:child` };
}

/** The registry of a path and the child named there, for whoever may do this to it. */
export function childIn<T>(
	ask: Ask,
	{ type, find }: Child<T>,
	verb: 'read' | 'write' | 'delete',
): { registry: Registry; child: T | undefined } | Response {
	const refused = refuse(ask, `${registryKind.type}/${type}/${verb}`, scopeTo(ask));
	if (refused) return refused;
	const registry = ask.state.resources.registries.get(resourceIdOf(ask));
	if (!registry) return notFound(ask);
	return { registry, child: find(ask.state, registry, childIdOf(ask, registry, type)) };
}

/** A child's id, spelled as its registry is. */
export function childIdOf(ask: Ask, registry: Registry, type: Child<unknown>['type']): string {
	return `${registry.id}/${type}/${nameOf(ask)}`;
}

/** The child's name as the path has it. */
export function nameOf({ segments }: Ask): string {
	return segments[9] ?? '';
}
