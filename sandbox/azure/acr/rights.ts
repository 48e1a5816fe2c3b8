import { neededAction, type RoleMode } from '@lanyard/core';
import type { Decision } from '@lanyard/sandbox-ground';
import type { Registry } from '../arm/model.ts';
import { authorizeEach, type Need } from '../authorize.ts';
import type { Caller } from '../entra/token.ts';
import type { State } from '../state.ts';

/** What a registry's refresh token may say in `permissions.actions` (recorded), and the catalog, which ABAC mode keeps apart. */
export const rights = [
	'read',
	'write',
	'delete',
	'metadata/read',
	'metadata/write',
	'deleted/read',
	'deleted/restore/action',
	'catalog/read',
] as const;
export type Right = (typeof rights)[number];

/** What a caller may do with a registry's content, and why. */
export interface Rights {
	granted: Right[];
	/** What decided about one of them. */
	decisions: Map<Right, Decision>;
}

const acr = 'Microsoft.ContainerRegistry/registries';
const control = (action: string): Need => ({ kind: 'action', action: `${acr}/${action}` });
const data = (action: string): Need => ({ kind: 'data-action', action: `${acr}/repositories/${action}` });

/** In RBAC mode metadata goes with pull and push: AcrPull lists tags and catalog ("Azure Container Registry permissions"). */
const needs: Record<RoleMode, Record<Right, Need>> = {
	RBAC: {
		read: neededAction('RBAC', 'pull'),
		write: neededAction('RBAC', 'push'),
		delete: neededAction('RBAC', 'delete'),
		'metadata/read': neededAction('RBAC', 'pull'),
		'metadata/write': neededAction('RBAC', 'push'),
		'deleted/read': control('deleted/read'),
		'deleted/restore/action': control('deleted/restore/action'),
		'catalog/read': neededAction('RBAC', 'list-repositories'),
	},
	ABAC: {
		read: neededAction('ABAC', 'pull'),
		write: neededAction('ABAC', 'push'),
		delete: neededAction('ABAC', 'delete'),
		'metadata/read': data('metadata/read'),
		'metadata/write': data('metadata/write'),
		'deleted/read': data('deleted/read'),
		'deleted/restore/action': data('deleted/restore/action'),
		'catalog/read': neededAction('ABAC', 'list-repositories'),
	},
};

/** What the registry's role mode makes of the caller's assignments. */
export function rightsOf(state: State, caller: Caller, registry: Registry): Rights {
	const wanted = rights.map((right) => needs[registry.roleMode][right]);
	const decided = authorizeEach(state, caller, { scope: registry.id, needs: wanted });
	const decisions = new Map(
		rights.flatMap((right, at): [Right, Decision][] => {
			const decision = decided[at];
			return decision ? [[right, inMode(registry, decision)]] : [];
		}),
	);
	return { granted: rights.filter((right) => decisions.get(right)?.allowed), decisions };
}

/** A refusal in ABAC mode surprises those who hold AcrPull: say that it does not count there. */
function inMode({ roleMode }: Registry, decision: Decision): Decision {
	if (decision.allowed) return decision;
	const counts = roleMode === 'ABAC' ? 'only data actions on repositories count' : 'data actions do not count';
	return { ...decision, reason: `${decision.reason} (the registry is in ${roleMode} mode, where ${counts})` };
}

/**
 * Whether the registry swaps an Entra token for a refresh token: any permission on the registry will do, of either plane and for
 * either mode (az acr login works with control-plane roles alone; aks check-acr says yes wrongly in ABAC mode).
 */
export function authorizeExchange(state: State, caller: Caller, registry: Registry): Decision {
	const action = 'exchange an Entra token';
	const decide = (allowed: boolean, { reason, by }: Pick<Decision, 'reason' | 'by'>): Decision => {
		return { allowed, action, scope: registry.loginServer, reason, ...(by !== undefined && { by }) };
	};
	if (caller.tenantId !== registry.tenantId) {
		return decide(false, {
			reason: `"${caller.name}" is of the tenant ${caller.tenantId}, the registry of ${registry.tenantId}`,
		});
	}
	const any = [control('read'), ...Object.values(needs.RBAC), ...Object.values(needs.ABAC)];
	const decided = authorizeEach(state, caller, { scope: registry.id, needs: any });
	const granted = decided.find(({ allowed }) => allowed);
	if (granted) return decide(true, granted);
	const pull = rightsOf(state, caller, registry).decisions.get('read');
	return decide(false, { reason: pull?.reason ?? 'no permission on the registry' });
}
