import { neededAction, type RoleMode } from '@lanyard/core';
import type { Decision } from '@lanyard/sandbox-ground';
import type { Registry } from '../arm/model.ts';
import { authorizeEach, conditionsOn, type Need } from '../authorize.ts';
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

/** What someone holds of a registry: on all repositories, and on those that the condition of a role lets through. */
export interface HeldRights {
	granted: Right[];
	conditional: { rights: Right[]; condition: string }[];
}

/** What a caller may do with a registry's content, and why. */
export interface Rights extends HeldRights {
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

/** What a condition calls a right: only registries in ABAC mode ask conditions. */
export function actionBehind(right: Right): string {
	return needs.ABAC[right].action;
}

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
	const granted = rights.filter((right) => decisions.get(right)?.allowed);
	return { granted, decisions, conditional: conditionalRights(state, caller, registry) };
}

/** "RBAC Registry Permissions: Supports only standard RBAC assignments without ABAC conditions" ("ACR roles directory reference"). */
function conditionalRights(state: State, caller: Caller, { id, roleMode }: Registry): HeldRights['conditional'] {
	if (roleMode !== 'ABAC') return [];
	const wanted = rights.map((right) => needs.ABAC[right]);
	const byCondition = new Map<string, Right[]>();
	for (const [at, grants] of conditionsOn(state, caller, { scope: id, needs: wanted }).entries())
		for (const { condition } of grants)
			byCondition.set(condition, [...(byCondition.get(condition) ?? []), ...rights.slice(at, at + 1)]);
	return Array.from(byCondition, ([condition, held]) => ({ condition, rights: [...new Set(held)] }));
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
	const decide = (allowed: boolean, because: Omit<Decision, 'allowed' | 'action' | 'scope'>): Decision => {
		return { ...because, allowed, action, scope: registry.loginServer };
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
	const [partly] =
		registry.roleMode === 'ABAC' ? conditionsOn(state, caller, { scope: registry.id, needs: any }).flat() : [];
	if (partly) return decide(true, { reason: `${partly.title} allows it for some repositories`, by: partly.by });
	const pull = rightsOf(state, caller, registry).decisions.get('read');
	return decide(false, pull ?? { reason: 'no permission on the registry' });
}
