import { builtInRoles, rolePermits } from '@lanyard/core';
import fc from 'fast-check';
import { createMemoryStore, WorldClock } from '@lanyard/sandbox-ground';
import { expect, it } from 'vitest';
import type { Assignment } from './arm/assignment.ts';
import { authorize } from './authorize.ts';
import { scopesAbove } from './scope.ts';
import { openState, type State } from './state.ts';

const now = '2026-11-22T10:00:00.000Z';
const group = '/subscriptions/s/resourceGroups/g';
const target = `${group}/providers/Microsoft.ContainerRegistry/registries/r`;
const caller = { objectId: 'me', tenantId: 't', name: 'me', groups: ['mine'], appId: 'me' };

function open(assignments: Assignment[]): State {
	const clock = new WorldClock({ wall: () => Date.parse(now) });
	const settings = { replicationDelayMs: 30_000, permissionsInRefreshToken: true };
	const clusterHost = { create: async () => {}, delete: async () => {}, credentials: () => '' };
	const state = openState({ seed: 'x', clock, store: createMemoryStore(), settings, clusterHost });
	for (const assignment of assignments) state.resources.assignments.put(assignment);
	return state;
}

const scopes = [
	'/',
	'/subscriptions/s',
	'/subscriptions/other',
	group,
	`${group}2`,
	target.toUpperCase(),
	`${target}2`,
	`${target}/x/y`,
];
const anyAssignment = fc.record({
	name: fc.uuid(),
	scope: fc.constantFrom(...scopes),
	principalId: fc.constantFrom('me', 'mine', 'somebody'),
	principalType: fc.constant('User'),
	roleId: fc.constantFrom(...Object.values(builtInRoles).map(({ id }) => id)),
	effectiveAt: fc.constantFrom(now, '2026-11-22T10:00:00.001Z'),
	createdAt: fc.constant(now),
	updatedAt: fc.constant(now),
	createdBy: fc.constant('x'),
	updatedBy: fc.constant('x'),
});
const anyNeed = fc.constantFrom(
	{ action: 'Microsoft.ContainerRegistry/registries/pull/read', kind: 'action' as const },
	{ action: 'Microsoft.Authorization/roleAssignments/write', kind: 'action' as const },
	{ action: 'Microsoft.ContainerRegistry/registries/repositories/content/read', kind: 'data-action' as const },
);

it('allows exactly what one replicated assignment at or above the scope allows, to the caller or a group of its token', () => {
	const reaching = ['/', '/subscriptions/s', group, target.toUpperCase()];
	fc.assert(
		fc.property(fc.array(anyAssignment, { maxLength: 6 }), anyNeed, (assignments, need) => {
			const expected = assignments.some(({ scope, principalId, roleId, effectiveAt }) => {
				const role = Object.values(builtInRoles).find(({ id }) => id === roleId);
				const isMine = principalId !== 'somebody' && reaching.includes(scope) && effectiveAt === now;
				return isMine && role !== undefined && rolePermits(role, need.action, need.kind);
			});
			const decision = authorize(open(assignments), caller, { ...need, scope: target });
			expect(decision.allowed).toBe(expected);
			expect(decision.reason).not.toBe('');
		}),
	);
});

const conditions = [
	"ActionMatches{'Microsoft.ContainerRegistry/*'}",
	"@Request[name] StringEquals 'a'",
	"NOT @Request[name] StringEquals 'a'",
	"NOT (@Request[name] StringEquals 'a' AND ActionMatches{'x/*'})",
	'not a condition',
];

it('a condition takes rights away and never gives any, and the reason is told', () => {
	const anyConditional = fc.record({ assignment: anyAssignment, condition: fc.constantFrom(...conditions) });
	const anyAttributes = fc.constantFrom({}, { Request: { name: 'a' } }, { Request: { name: 'b' } });
	fc.assert(
		fc.property(fc.array(anyConditional, { maxLength: 4 }), anyNeed, anyAttributes, (held, need, attributes) => {
			const [bare, narrowed] = [
				held.map(({ assignment }) => assignment),
				held.map(({ assignment, condition }) => ({ ...assignment, condition })),
			].map((assignments) => authorize(open(assignments), caller, { ...need, attributes, scope: target }));
			expect(bare?.allowed === true || narrowed?.allowed === false).toBe(true);
			expect(narrowed?.reason).not.toBe('');
		}),
	);
});

it('one more assignment never takes a right away', () => {
	fc.assert(
		fc.property(fc.array(anyAssignment, { maxLength: 4 }), anyAssignment, anyNeed, (assignments, more, need) => {
			const [before, after] = [assignments, [...assignments, more]].map((held) => {
				return authorize(open(held), caller, { ...need, scope: target }).allowed;
			});
			expect(after || !before).toBe(true);
		}),
	);
});

it('inherits along the id, outermost first', () => {
	expect(scopesAbove(`${target}/providers/Microsoft.Authorization/roleAssignments/n`)).toEqual([
		'/',
		'/subscriptions/s',
		group,
		target,
		`${target}/providers/Microsoft.Authorization/roleAssignments/n`,
	]);
});
