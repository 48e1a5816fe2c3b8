import type { Store } from '@lanyard/sandbox-ground';

/** A role for a principal at a scope, and from when until when it counts. All times are RFC 3339. */
export interface Assignment {
	name: string;
	/** As it was written; compared in any case. */
	scope: string;
	principalId: string;
	principalType: string;
	/** The role definition's GUID. */
	roleId: string;
	condition?: string;
	conditionVersion?: string;
	description?: string;
	createdAt: string;
	updatedAt: string;
	createdBy: string;
	updatedBy: string;
	/** When it has been replicated. */
	effectiveAt: string;
	/** Set once it is removed: until then the removal has not been replicated. */
	endsAt?: string;
}

/** All role assignments; a removed one is not listed any more, but counts until its removal has been replicated. */
export interface Assignments {
	get(scope: string, name: string): Assignment | undefined;
	put(assignment: Assignment): void;
	remove(assignment: Assignment, endsAt: string): void;
	/** Those at exactly this scope. */
	at(scope: string): Assignment[];
	/** Those at this scope and below. */
	under(scope: string): Assignment[];
	/** Those of one principal at exactly this scope that may still count at `now`, removed ones included. */
	counting(principalId: string, scope: string, now: Date): Assignment[];
	/** Those of one principal at this scope and below, one by one; nothing may be written meanwhile. */
	of(principalId: string, scope?: string): Iterable<Assignment>;
}

/** The role assignments that a store holds, by scope. */
export function openAssignments(store: Store): Assignments {
	const kept = store.table<Assignment>('arm/assignments');
	const removed = store.table<Assignment>('arm/removed-assignments');
	const byPrincipal = store.table<string>('arm/assignments-by-principal');
	const at = (scope: string) => kept.entries(`${keyOf(scope)}|`).map(([, assignment]) => assignment);
	const ownerKey = ({ principalId, scope, name }: Assignment) => `${principalId}|${rowOf(scope, name)}`;
	const held = function* (prefix: string): Generator<Assignment> {
		for (const row of byPrincipal.each(prefix)) {
			const assignment = kept.get(row);
			if (assignment) yield assignment;
		}
	};
	return {
		get: (scope, name) => kept.get(rowOf(scope, name)),
		put(assignment) {
			kept.set(rowOf(assignment.scope, assignment.name), assignment);
			byPrincipal.set(ownerKey(assignment), rowOf(assignment.scope, assignment.name));
		},
		remove(assignment, endsAt) {
			const row = rowOf(assignment.scope, assignment.name);
			kept.delete(row);
			byPrincipal.delete(ownerKey(assignment));
			removed.set(`${ownerKey(assignment)}|${endsAt}`, { ...assignment, endsAt });
		},
		at,
		under: (scope) => kept.entries(keyOf(scope)).flatMap(([key, one]) => (isBelow(key, scope) ? [one] : [])),
		counting(principalId, scope, now) {
			const key = `${principalId}|${keyOf(scope)}|`;
			const leaving = [...removed.each(key)].filter(({ endsAt }) => endsAt !== undefined && new Date(endsAt) > now);
			return [...held(key), ...leaving];
		},
		*of(principalId, scope = '') {
			for (const one of held(`${principalId}|${keyOf(scope)}`)) if (isBelow(`${keyOf(one.scope)}|`, scope)) yield one;
		},
	};
}

/** `/` becomes the empty text, so that every scope starts with the ones above it. */
function keyOf(scope: string): string {
	return scope.toLowerCase().replace(/\/+$/, '');
}

function rowOf(scope: string, name: string): string {
	return `${keyOf(scope)}|${name.toLowerCase()}`;
}

/** `/…/rg1` must not take `/…/rg10` for a child. */
function isBelow(key: string, scope: string): boolean {
	return ['|', '/'].includes(key.charAt(keyOf(scope).length));
}
