/**
 * The one place that decides who may do what with a role:
 * - nothing is allowed unless an assignment at or above the scope, to the caller or to a group of its token, allows it;
 * - each role is asked by itself: what one leaves out, another may give;
 * - an assignment counts from its replication until its removal has been replicated;
 * - an assignment with a condition counts where the condition lets the request through (`core/azure/condition`).
 */
import { type ActionKind, type ConditionRequest, type Permission, type Role, rolePermits } from '@lanyard/core';
import type { Decision } from '@lanyard/sandbox-ground';
import type { Assignment } from './arm/assignment.ts';
import { findRole } from './arm/custom-role.ts';
import { judgeCondition } from './condition.ts';
import type { Caller } from './entra/token.ts';
import { scopesAbove, shortScope } from './scope.ts';
import type { State } from './state.ts';

/** What is asked for. */
export interface Need extends Pick<ConditionRequest, 'action' | 'attributes'> {
	kind: ActionKind;
}

/** An assignment that reaches the caller at a scope, with what it is worth now. */
interface Standing {
	assignment: Assignment;
	role: Role;
	/** The group it comes through. */
	group?: string;
	isReplicated: boolean;
}

/** Whether the caller may do this at this scope, now or at another moment, and which assignment decided. */
export function authorize(
	state: State,
	caller: Caller,
	{ scope, at, ...need }: Need & { scope: string; at?: Date },
): Decision {
	return decide(state, { caller, scope, need, standings: standingsAt(state, caller, { scope, at }) });
}

/** One decision per need at the same scope; assignments are read once. */
export function authorizeEach(
	state: State,
	caller: Caller,
	{ scope, needs }: { scope: string; needs: Need[] },
): Decision[] {
	const standings = standingsAt(state, caller, { scope });
	return needs.map((need) => decide(state, { caller, scope, need, standings }));
}

/** A role that allows something under a condition. */
export interface ConditionalGrant {
	/** The assignment in a few words. */
	title: string;
	by: string;
	condition: string;
}

/** For each need, the replicated assignments that allow it where their condition lets the request through. */
export function conditionsOn(
	state: State,
	caller: Caller,
	{ scope, needs }: { scope: string; needs: Need[] },
): ConditionalGrant[][] {
	const replicated = standingsAt(state, caller, { scope }).filter((standing) => standing.isReplicated);
	return needs.map(({ action, kind }) =>
		replicated.flatMap((standing): ConditionalGrant[] => {
			const { condition } = standing.assignment;
			if (condition === undefined || !rolePermits(standing.role, action, kind)) return [];
			return [{ title: titleOf(state, standing), by: idOf(standing.assignment), condition }];
		}),
	);
}

/** What the caller's roles at a scope allow now, role by role, conditions apart: the answer of ARM's permissions API. */
export function permissionsAt(state: State, caller: Caller, scope: string): Permission[] {
	const counting = standingsAt(state, caller, { scope }).filter(
		({ isReplicated: counts, assignment }) => counts && assignment.condition === undefined,
	);
	return counting.map(({ role: { actions, notActions, dataActions, notDataActions } }) => {
		return { actions, notActions, dataActions, notDataActions };
	});
}

/** Whether the caller has any role in a subscription or above it: only then does it exist for the caller. */
export function isVisible({ resources, clock }: State, caller: Caller, subscriptionId: string): boolean {
	const inside = `/subscriptions/${subscriptionId}/`.toLowerCase();
	const reaches = ({ scope }: Assignment) => scope === '/' || `${scope.toLowerCase()}/`.startsWith(inside);
	const now = clock.now();
	return [caller.objectId, ...caller.groups].some((id) =>
		resources.assignments.of(id).some((one) => reaches(one) && isReplicated(one, now)),
	);
}

function standingsAt(
	state: State,
	caller: Caller,
	{ scope, at }: { scope: string; at?: Date | undefined },
): Standing[] {
	const { resources, directory, clock } = state;
	const now = at ?? clock.now();
	const counting = scopesAbove(scope).flatMap((above) => resources.assignments.counting(above, now));
	return counting.flatMap((assignment): Standing[] => {
		const role = findRole(state, assignment.roleId);
		const isOwn = assignment.principalId === caller.objectId;
		if (!role || !(isOwn || caller.groups.includes(assignment.principalId))) return [];
		const group = isOwn ? {} : { group: directory.principal(assignment.principalId)?.name ?? assignment.principalId };
		return [{ assignment, role, ...group, isReplicated: isReplicated(assignment, now) }];
	});
}

function isReplicated({ effectiveAt }: Assignment, now: Date): boolean {
	return new Date(effectiveAt) <= now;
}

interface Question {
	caller: Caller;
	scope: string;
	need: Need;
	standings: Standing[];
}

function decide(state: State, { caller, scope, need, standings }: Question): Decision {
	const permitting = standings.filter(({ role }) => rolePermits(role, need.action, need.kind));
	const judged = permitting.map((standing) => ({ standing, ...judge(standing, need) }));
	const winner = judged.find(({ allowed }) => allowed);
	const about = { action: need.action, scope };
	if (winner) {
		const reason = `${titleOf(state, winner.standing)} allows it${winner.because && `: ${winner.because}`}`;
		return { ...about, allowed: true, reason, by: idOf(winner.standing.assignment) };
	}
	const miss = judged.map(({ standing, because }) => missOf(state, standing, because)).join('; ');
	return { ...about, allowed: false, reason: miss || emptyHanded(state, { caller, scope, need, standings }) };
}

/** Whether an assignment whose role allows it counts for this request, and what its condition has to do with that. */
function judge({ assignment, isReplicated: counts }: Standing, need: Need): { allowed: boolean; because: string } {
	if (!counts || assignment.condition === undefined) return { allowed: counts, because: '' };
	const { allowed, reason } = judgeCondition(assignment.condition, need);
	return { allowed, because: reason };
}

/** `AcrPull on …/myregistry, through group "pullers"`, and that it is on its way out where it is. */
function titleOf({ clock }: State, { assignment, role, group }: Standing): string {
	const through = group === undefined ? '' : `, through group "${group}"`;
	const secondsLeft =
		assignment.endsAt === undefined ? 0 : (Date.parse(assignment.endsAt) - clock.now().getTime()) / 1000;
	const leaving =
		assignment.endsAt === undefined ? '' : `, removed, which is replicated in ${Math.ceil(secondsLeft)} s,`;
	return `${role.name} on ${shortScope(assignment.scope)}${through}${leaving}`;
}

/** Why an assignment that would allow it does not. */
function missOf(state: State, standing: Standing, because: string): string {
	const { assignment } = standing;
	if (standing.isReplicated) return `${titleOf(state, standing)} does not allow it: ${because}`;
	const agoSeconds = Math.round((state.clock.now().getTime() - Date.parse(assignment.updatedAt)) / 1000);
	const delaySeconds = Math.round(state.clock.lasting(state.settings.replicationDelayMs) / 1000);
	return `${titleOf(state, standing)}, assigned ${agoSeconds} s ago, not yet replicated (${delaySeconds} s)`;
}

/** No assignment allows it: says what the caller holds instead, here or elsewhere. */
function emptyHanded(state: State, { caller, scope, need, standings }: Question): string {
	const verb = need.kind === 'data-action' ? 'data action' : 'action';
	const here = standings.map((standing) => titleOf(state, standing));
	const elsewhere = state.resources.assignments
		.of(caller.objectId)
		.filter((one) => !standings.some(({ assignment }) => assignment.name === one.name))
		.slice(0, 3)
		.map((one) => `${findRole(state, one.roleId)?.name ?? one.roleId} on ${shortScope(one.scope)}`);
	const holds = here.length > 0 ? `; it has ${here.join(', ')}` : '';
	const misplaced = elsewhere.length > 0 ? `; elsewhere it has ${elsewhere.join(', ')}` : '';
	return `no role of "${caller.name}" at or above ${shortScope(scope)} allows the ${verb} ${need.action}${holds}${misplaced}`;
}

function idOf({ scope, name }: Assignment): string {
	return `${scope.replace(/\/$/, '')}/providers/Microsoft.Authorization/roleAssignments/${name}`;
}
