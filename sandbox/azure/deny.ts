import { type Permission, rolePermits } from '@lanyard/core';
import { type DenyAssignment, everybody } from './arm/deny-assignment.ts';
import type { Need } from './authorize.ts';
import type { Caller } from './entra/token.ts';
import { scopesAbove } from './scope.ts';
import type { State } from './state.ts';

/**
 * The deny assignments that reach a caller at a scope: those at the scope, and those above it that apply to what is below; made for
 * everybody, the caller or one of its groups, without excluding any of these ("Understand Azure deny assignments").
 */
export function denialsAt({ resources }: State, { objectId, groups }: Caller, scope: string): DenyAssignment[] {
	const all = resources.denials.all();
	if (all.length === 0) return all;
	const lower = scope.toLowerCase();
	const above = scopesAbove(lower);
	const isMeant = ({ id }: { id: string }) => id === objectId || groups.includes(id);
	return all.filter(({ scope: at, stopsHere, principals, excluded }) => {
		const reaches = at.toLowerCase() === lower || (!stopsHere && above.includes(at.toLowerCase()));
		return reaches && principals.some((one) => one.id === everybody || isMeant(one)) && !excluded.some(isMeant);
	});
}

/** The one that forbids this. */
export function denialOf(denials: DenyAssignment[], { action, kind }: Need): DenyAssignment | undefined {
	return denials.find((denial) => rolePermits(denial, action, kind));
}

/** What is left of a role's permission; what a deny assignment leaves out cannot be told that way, and counts as denied. */
export function without(
	denials: DenyAssignment[],
	{ actions, notActions, dataActions, notDataActions }: Permission,
): Permission {
	return {
		actions,
		notActions: [...notActions, ...denials.flatMap((denial) => denial.actions)],
		dataActions,
		notDataActions: [...notDataActions, ...denials.flatMap((denial) => denial.dataActions)],
	};
}
