import { uuidOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import { endGeneration, generationOf } from './generation.ts';
import { type Resource, worldCreator } from './model.ts';

/** A service principal in the directory for a resource: a managed identity has no password. */
export function addManagedIdentity(
	state: State,
	{ id, tenantId, createdBy }: Pick<Resource, 'id' | 'tenantId' | 'createdBy'>,
	name: string,
): { clientId: string; objectId: string } {
	const path = [id.toLowerCase(), ...generationOf(state, id)];
	const clientId = uuidOf(state.seed, ...path, 'client');
	const objectId = uuidOf(state.seed, ...path, 'principal');
	const principal = { kind: 'ServicePrincipal', objectId, tenantId, name, appId: clientId, managedBy: id } as const;
	state.directory.add({ ...principal, ...(createdBy !== worldCreator && appearance(state)) });
	return { clientId, objectId };
}

/** A new principal takes a while until all of Entra knows it; what the world declares has long been there. */
function appearance({ clock, settings: { directoryDelayMs = 0 } }: State): { createdAt: string; appearsAt: string } {
	return { createdAt: clock.now().toISOString(), appearsAt: clock.after(directoryDelayMs).toISOString() };
}

/** Takes the service principal away; role assignments to it stay behind, and nobody is who they name. */
export function removeManagedIdentity(state: State, { id, objectId }: { id: string; objectId: string }): void {
	const principal = state.directory.principal(objectId);
	if (principal) state.directory.remove(principal);
	endGeneration(state, id);
}
