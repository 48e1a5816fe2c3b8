/** What a decision looked at, in words: for `sandbox why`, and for the sentence in the request log. */
import { actionMatches, type Role, rolePermits } from '@lanyard/core';
import type { Considered, Remedy } from '@lanyard/sandbox-ground';
import type { Assignment } from './arm/assignment.ts';
import { findRole, knownRoles } from './arm/custom-role.ts';
import type { Need } from './authorize.ts';
import type { Caller } from './entra/token.ts';
import { scopesAbove, shortScope } from './scope.ts';
import type { State } from './state.ts';

/** An assignment that reaches the caller at a scope, with what it is worth now. */
export interface Standing {
	assignment: Assignment;
	role: Role;
	/** The group it comes through. */
	group?: string;
	isReplicated: boolean;
}

/** The resource id of a role assignment. */
export function idOf({ scope, name }: Assignment): string {
	return `${scope.replace(/\/$/, '')}/providers/Microsoft.Authorization/roleAssignments/${name}`;
}

/** `AcrPull on …/myregistry, through group "pullers"`, and that it is on its way out where it is. */
export function titleOf(state: State, { assignment, role, group }: Omit<Standing, 'isReplicated'>): string {
	const through = group === undefined ? '' : `, through group "${group}"`;
	const secondsLeft =
		assignment.endsAt === undefined ? 0 : (Date.parse(assignment.endsAt) - state.clock.now().getTime()) / 1000;
	const leaving =
		assignment.endsAt === undefined ? '' : `, removed, which is replicated in ${Math.ceil(secondsLeft)} s,`;
	return `${role.name} on ${placeOf(state, assignment.scope)}${through}${leaving}`;
}

/** A scope in a few words; subscriptions by their name. */
function placeOf({ resources }: State, scope: string): string {
	const [, id] = scope.match(/^\/subscriptions\/([^/]+)\/?$/i) ?? [];
	const name = id === undefined ? undefined : resources.subscriptions.get(id)?.name;
	return name === undefined ? shortScope(scope) : `subscription ${name}`;
}

/** Why a role says nothing about an action, or what of it covers that. */
export function coverage(role: Role, { action, kind }: Need): string {
	const isData = kind === 'data-action';
	const [given, leftOut] = isData ? [role.dataActions, role.notDataActions] : [role.actions, role.notActions];
	const covering = given.find((pattern) => actionMatches(pattern, action));
	const excluding = leftOut.find((pattern) => actionMatches(pattern, action));
	if (covering === undefined) return `it gives no ${isData ? 'data action' : 'action'} ${action}`;
	if (excluding !== undefined) return `it leaves ${excluding} out of ${covering}`;
	return covering === action ? `it gives ${action}` : `its ${covering} covers ${action}`;
}

/** How long ago an assignment was made, and how long until it counts. */
export function replicationOf(state: State, { updatedAt, effectiveAt }: Assignment): { ago: number; left: number } {
	const now = state.clock.now().getTime();
	return {
		ago: Math.round((now - Date.parse(updatedAt)) / 1000),
		left: Math.max(1, Math.ceil((Date.parse(effectiveAt) - now) / 1000)),
	};
}

/** Roles that would count if things were otherwise: given to a group that the token does not know yet, or somewhere else. */
export interface Missed {
	/** Through a group that the caller has joined since its token was issued. */
	late: Standing[];
	/** At a scope that is not at or above the one asked for. */
	elsewhere: Standing[];
}

const mostElsewhere = 5;

/** Looks beyond what counts; only for words about a refusal. */
export function missedBy(state: State, caller: Caller, { scope, known }: { scope: string; known: Standing[] }): Missed {
	const { resources, directory } = state;
	const standing = (assignment: Assignment, group?: string): Standing[] => {
		const role = findRole(state, assignment.roleId);
		return role ? [{ assignment, role, isReplicated: true, ...(group !== undefined && { group }) }] : [];
	};
	const now = state.clock.now();
	const lateGroups = directory.groupsOf(caller.objectId).filter((id) => !caller.groups.includes(id));
	const late = lateGroups.flatMap((id) =>
		scopesAbove(scope).flatMap((above) =>
			resources.assignments
				.counting(id, above, now)
				.flatMap((one) => standing(one, directory.principal(id)?.name ?? id)),
		),
	);
	const elsewhere: Standing[] = [];
	for (const assignment of resources.assignments.of(caller.objectId)) {
		if (elsewhere.length >= mostElsewhere) break;
		if (!known.some((one) => one.assignment.name === assignment.name)) elsewhere.push(...standing(assignment));
	}
	return { late, elsewhere };
}

/** The two things that a role may be missed by, as a decision lists them. */
export function considerMissed(state: State, { late, elsewhere }: Missed, scope: string): Considered[] {
	const row = (standing: Standing, because: string): Considered => {
		return { by: idOf(standing.assignment), title: titleOf(state, standing), gives: false, because };
	};
	return [
		...late.map((one) => row(one, 'the token was issued before the group was joined, and does not name it')),
		...elsewhere.map((one) => row(one, `${shortScope(one.assignment.scope)} is not at or above ${shortScope(scope)}`)),
	];
}

/** Gives the narrowest role that there is for it: the command is the Azure CLI's. */
export function remedyByRole(caller: Caller, need: Need, scope: string): Remedy {
	const role = narrowestRole(need);
	if (!role) return { says: `give "${caller.name}" a role with ${need.action} at or above ${shortScope(scope)}` };
	const kind = caller.isUser ? 'User' : 'ServicePrincipal';
	return {
		says: `give "${caller.name}" the role ${role.name} on ${shortScope(scope)}`,
		command: `az role assignment create --assignee-object-id ${caller.objectId} --assignee-principal-type ${kind} --role "${role.name}" --scope ${scope}`,
	};
}

/** Roles are many and needs are few, and every refusal asks. */
const narrowest = new Map<string, Role | undefined>();

function narrowestRole({ action, kind }: Need): Role | undefined {
	const key = `${kind}|${action.toLowerCase()}`;
	if (!narrowest.has(key)) {
		const covering = knownRoles.filter((role) => rolePermits(role, action, kind));
		narrowest.set(key, covering.toSorted((one, other) => breadthOf(one) - breadthOf(other))[0]);
	}
	return narrowest.get(key);
}

/** How much more than one action a role gives, roughly: enough to rank. */
function breadthOf({ actions, dataActions }: Role): number {
	const weigh = (pattern: string) =>
		pattern === '*' ? 1000 : pattern.startsWith('*') ? 100 : pattern.includes('*') ? 10 : 1;
	return [...actions, ...dataActions].reduce((sum, pattern) => sum + weigh(pattern), 0);
}
