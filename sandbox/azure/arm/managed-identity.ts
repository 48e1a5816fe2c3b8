import { uuidOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import { endGeneration, generationOf } from './generation.ts';
import type { Resource } from './model.ts';

/** A service principal in the directory for a resource: a managed identity has no password. */
export function addManagedIdentity(
	state: State,
	{ id, tenantId }: Pick<Resource, 'id' | 'tenantId'>,
	name: string,
): { clientId: string; objectId: string } {
	const path = [id.toLowerCase(), ...generationOf(state, id)];
	const clientId = uuidOf(state.seed, ...path, 'client');
	const objectId = uuidOf(state.seed, ...path, 'principal');
	state.directory.add({ kind: 'ServicePrincipal', objectId, tenantId, name, appId: clientId, managedBy: id });
	return { clientId, objectId };
}

/** Takes the service principal away; role assignments to it stay behind, and nobody is who they name. */
export function removeManagedIdentity(state: State, { id, objectId }: { id: string; objectId: string }): void {
	state.directory.remove(objectId);
	endGeneration(state, id);
}
