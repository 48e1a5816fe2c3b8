/**
 * The one place that decides who may do what with a role:
 * - nothing is allowed unless an assignment at or above the scope, to the caller or to a group of its token, allows it;
 * - each role is asked by itself: what one leaves out, another may give;
 * - what a deny assignment forbids no role gives (`deny.ts`);
 * - an assignment counts from its replication until its removal has been replicated;
 * - an assignment with a condition counts where the condition lets the request through (`core/azure/condition`).
 */
import { type ActionKind, type ConditionRequest, type Permission, rolePermits } from '@lanyard/core';
import type { Considered, Decision, Remedy } from '@lanyard/sandbox-ground';
import type { Assignment } from './arm/assignment.ts';
import { findRole } from './arm/custom-role.ts';
import { judgeCondition } from './condition.ts';
import {
	considerMissed,
	coverage,
	idOf,
	type Missed,
	missedBy,
	remedyByRole,
	replicationOf,
	type Standing,
	titleOf,
} from './considered.ts';
import type { Caller } from './entra/token.ts';
import { scopesAbove, shortScope } from './scope.ts';
import { denialOf, denialsAt, without } from './deny.ts';
import { denialId, type DenyAssignment } from './arm/deny-assignment.ts';
import type { State } from './state.ts';

/** What is asked for. */
export interface Need extends Pick<ConditionRequest, 'action' | 'attributes'> {
	kind: ActionKind;
}

/** A decision, and the deny assignment without which it would have been another one. */
export interface Judgement extends Decision {
	denial?: DenyAssignment;
}

/** Whether the caller may do this at this scope, now or at another moment, and which assignment decided. */
export function authorize(
	state: State,
	caller: Caller,
	{ scope, at, ...need }: Need & { scope: string; at?: Date },
): Judgement {
	const standings = standingsAt(state, caller, { scope, at });
	const denials = denialsAt(state, caller, scope);
	const missed = missing(state, caller, { scope, standings });
	return decide(state, { caller, scope, need, standings, denials, missed });
}

/** One decision per need at the same scope; assignments are read once. */
export function authorizeEach(
	state: State,
	caller: Caller,
	{ scope, needs }: { scope: string; needs: Need[] },
): Decision[] {
	const standings = standingsAt(state, caller, { scope });
	const denials = denialsAt(state, caller, scope);
	const missed = missing(state, caller, { scope, standings });
	return needs.map((need) => {
		const { denial: _denial, ...decision } = decide(state, { caller, scope, need, standings, denials, missed });
		return decision;
	});
}

function missing(
	state: State,
	caller: Caller,
	{ scope, standings }: Pick<Question, 'scope' | 'standings'>,
): () => Missed {
	let found: Missed | undefined;
	return () => (found ??= missedBy(state, caller, { scope, known: standings }));
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
	const denials = denialsAt(state, caller, scope);
	return needs.map(({ action, kind }) =>
		replicated.flatMap((standing): ConditionalGrant[] => {
			if (denialOf(denials, { action, kind })) return [];
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
	const denials = denialsAt(state, caller, scope);
	return counting.map(({ role }) => without(denials, role));
}

/** Whether the caller has any role in a subscription or above it: only then does it exist for the caller. */
export function isVisible({ resources, clock }: State, caller: Caller, subscriptionId: string): boolean {
	const { assignments } = resources;
	const now = clock.now();
	const counts = (one: Assignment) => isReplicated(one, now);
	const isKnown = (id: string) => {
		for (const one of assignments.of(id, `/subscriptions/${subscriptionId}`)) if (counts(one)) return true;
		return assignments.counting(id, '/', now).some(counts);
	};
	return [caller.objectId, ...caller.groups].some(isKnown);
}

function standingsAt(
	state: State,
	caller: Caller,
	{ scope, at }: { scope: string; at?: Date | undefined },
): Standing[] {
	const { resources, directory, clock } = state;
	const now = at ?? clock.now();
	const holders = [...new Set([caller.objectId, ...caller.groups])];
	const counting = scopesAbove(scope).flatMap((above) =>
		holders.flatMap((id) => resources.assignments.counting(id, above, now)),
	);
	return counting.flatMap((assignment): Standing[] => {
		const role = findRole(state, assignment.roleId);
		if (!role) return [];
		const isOwn = assignment.principalId === caller.objectId;
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
	denials: DenyAssignment[];
	/** Looked for when a refusal is put into words, once for all needs. */
	missed: () => Missed;
}

/** A role whose actions allow it, and whether it counts for this request. */
interface Judged {
	standing: Standing;
	allowed: boolean;
	because: string;
}

function decide(state: State, question: Question): Judgement {
	const { scope, need, standings, denials } = question;
	const permitting = standings.filter(({ role }) => rolePermits(role, need.action, need.kind));
	const judged = permitting.map((standing): Judged => ({ standing, ...judge(standing, need) }));
	const winner = judged.find(({ allowed }) => allowed);
	const about = { action: need.action, scope };
	const denial = winner && denialOf(denials, need);
	if (winner && denial) return { ...about, ...forbidden(state, winner, denial) };
	if (winner) {
		const { standing, because } = winner;
		const reason = `${titleOf(state, standing)} allows it${because && `: ${because}`}`;
		const considered = [rowOf(state, standing, { gives: true, because: because || coverage(standing.role, need) })];
		return { ...about, allowed: true, reason, by: idOf(standing.assignment), considered };
	}
	const missed = question.missed();
	const miss = judged.map(({ standing, because }) => missOf(state, standing, because)).join('; ');
	return {
		...about,
		allowed: false,
		reason: miss || emptyHanded(state, question, missed),
		considered: [...looked(state, question, judged), ...considerMissed(state, missed, scope)],
		remedy: remedyFor(question, judged, missed),
	};
}

function forbidden(state: State, { standing }: Judged, denial: DenyAssignment): Omit<Judgement, 'action' | 'scope'> {
	const title = `the deny assignment "${denial.title}" on ${shortScope(denial.scope)}`;
	const forbids = { by: denialId(denial), title, gives: false, because: 'it forbids it, whatever roles say' };
	return {
		allowed: false,
		reason: `${titleOf(state, standing)} allows it, but ${title} forbids it`,
		by: denialId(denial),
		considered: [forbids, rowOf(state, standing, { gives: true, because: 'a deny assignment comes first' })],
		remedy: { says: `ask whoever made ${title} to exclude this caller from it, or to remove it` },
		denial,
	};
}

function rowOf(state: State, standing: Standing, rest: Pick<Considered, 'gives' | 'because'>): Considered {
	return { by: idOf(standing.assignment), title: titleOf(state, standing), ...rest };
}

/** Every assignment that reaches the caller here, those whose role would have done first. */
function looked(state: State, { standings, need }: Question, judged: Judged[]): Considered[] {
	const near = judged.map(({ standing, because }) => {
		const { left } = replicationOf(state, standing.assignment);
		const waits = `it is not replicated yet: it counts in ${left} s`;
		return rowOf(state, standing, { gives: false, because: standing.isReplicated ? because : waits });
	});
	const rest = standings.filter((standing) => !judged.some((one) => one.standing === standing));
	const far = rest.map((one) => rowOf(state, one, { gives: false, because: coverage(one.role, need) }));
	return [...near, ...far];
}

/** What is nearest: to wait, to sign in again, to widen a condition, and only then another role. */
function remedyFor({ caller, scope, need }: Question, judged: Judged[], { late }: Missed): Remedy {
	const waiting = judged.find(({ standing }) => !standing.isReplicated);
	if (waiting) return { says: `wait until ${waiting.standing.assignment.effectiveAt}: the role is being replicated` };
	const joined = late.find(({ role }) => rolePermits(role, need.action, need.kind));
	if (joined) {
		return {
			says: `sign in again: a new token names the group "${joined.group ?? ''}", which has ${joined.role.name}`,
		};
	}
	const conditional = judged.find(({ standing }) => standing.assignment.condition !== undefined);
	if (conditional)
		return { says: `change the condition of ${conditional.standing.role.name}, or give the role without one` };
	return remedyByRole(caller, need, scope);
}

/** Whether an assignment whose role allows it counts for this request, and what its condition has to do with that. */
function judge({ assignment, isReplicated: counts }: Standing, need: Need): { allowed: boolean; because: string } {
	if (!counts || assignment.condition === undefined) return { allowed: counts, because: '' };
	const { allowed, reason } = judgeCondition(assignment.condition, need);
	return { allowed, because: reason };
}

/** Why an assignment that would allow it does not. */
function missOf(state: State, standing: Standing, because: string): string {
	const { assignment } = standing;
	if (standing.isReplicated) return `${titleOf(state, standing)} does not allow it: ${because}`;
	const { ago } = replicationOf(state, assignment);
	const delaySeconds = Math.round(state.clock.lasting(state.settings.replicationDelayMs) / 1000);
	return `${titleOf(state, standing)}, assigned ${ago} s ago, not yet replicated (${delaySeconds} s)`;
}

/** No assignment allows it: says what the caller holds instead, here or elsewhere. */
function emptyHanded(state: State, { caller, scope, need, standings }: Question, { late, elsewhere }: Missed): string {
	const verb = need.kind === 'data-action' ? 'data action' : 'action';
	const here = standings.map((standing) => titleOf(state, standing));
	const there = elsewhere.slice(0, 3).map(({ role, assignment }) => `${role.name} on ${shortScope(assignment.scope)}`);
	const joined = late.filter(({ role }) => rolePermits(role, need.action, need.kind));
	const holds = here.length > 0 ? `; it has ${here.join(', ')}` : '';
	const misplaced = there.length > 0 ? `; elsewhere it has ${there.join(', ')}` : '';
	const newer = joined.map(
		({ role, group = '' }) => `; its token is older than its place in "${group}", which has ${role.name}`,
	);
	return `no role of "${caller.name}" at or above ${shortScope(scope)} allows the ${verb} ${need.action}${holds}${misplaced}${newer.join('')}`;
}
