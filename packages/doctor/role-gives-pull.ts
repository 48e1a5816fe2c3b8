import type { RoleDefinition } from '@lanyard/clients';
import { rolePermits } from '@lanyard/core';

// AZURE_CONTRACTS 2, "Which role gives what": RBAC mode looks at the registry's control-plane action, ABAC mode at the repository's data action.
const pullAction = 'Microsoft.ContainerRegistry/registries/pull/read';
const readContent = 'Microsoft.ContainerRegistry/registries/repositories/content/read';

/** Whether this role lets somebody pull from a registry in this role mode; conditions are not looked at. */
export function pullsInMode(role: RoleDefinition, mode: 'RBAC' | 'ABAC'): boolean {
	return mode === 'RBAC' ? rolePermits(role, pullAction, 'action') : rolePermits(role, readContent, 'dataAction');
}
