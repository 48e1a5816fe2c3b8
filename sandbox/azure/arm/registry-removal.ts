import type { State } from '../state.ts';
import { removeAssignmentsUnder } from './assignment-removal.ts';
import { endGeneration } from './generation.ts';
import { removeManagedIdentity } from './managed-identity.ts';
import type { Registry } from './model.ts';
import { forgetTokens } from './registry-token.ts';
import { forgetAdminPasswords } from './registry-credential.ts';

/** Takes a registry away, with its tokens, its passwords and the rights on it; the next one of its name starts empty. */
export function removeRegistry(state: State, registry: Registry): void {
	const { id, identity } = registry;
	if (identity?.system !== undefined) removeManagedIdentity(state, { id, objectId: identity.system });
	else endGeneration(state, id);
	forgetTokens(state, id);
	forgetAdminPasswords(state, id);
	removeAssignmentsUnder(state, id);
	state.resources.registries.remove(id);
}
