/** What must hold for whatever roles there are: the properties that the table of single cases cannot show. */
import { builtInRoles, rolePermits } from '@lanyard/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { authorize } from './authorize.ts';
import { type Contoso, openContoso } from './contoso.ts';
import { accessToken, exchange, field, userToken } from './contoso-client.ts';
import type { Assignment } from './arm/assignment.ts';
import { openResources } from './arm/model.ts';
import { openDirectory } from './entra/model.ts';
import { claimOf, type Caller } from './entra/token.ts';
import { openState } from './state.ts';

const bob = 'bob@contoso.onmicrosoft.com';
const roles = Object.values(builtInRoles);
const host = 'myregistry.azurecr.io';

interface Places {
	registry: string;
	scopes: string[];
	bob: string;
	pullers: string;
}

function placesOf({ store }: Contoso): Places {
	const { registries } = openResources(store);
	const directory = openDirectory(store);
	const registry = registries.under('').find(({ name }) => name === 'myregistry')?.id ?? '';
	const [, , subscription, , group] = registry.split('/');
	const scopes = [
		'/',
		`/subscriptions/${subscription}`,
		`/subscriptions/${subscription}/resourceGroups/${group}`,
		registry,
	];
	const pullers = directory.principals().find(({ name }) => name === 'pullers')?.objectId ?? '';
	return { registry, scopes, bob: directory.user(bob)?.objectId ?? '', pullers };
}

const anyRole = fc.constantFrom(...roles);
const anyScope = fc.nat({ max: 3 });
const anyGrant = fc.record({ role: anyRole, scope: anyScope, isGroup: fc.boolean(), isPending: fc.boolean() });
type Grant = typeof anyGrant extends fc.Arbitrary<infer T> ? T : never;

let count = 0;

function assignmentOf({ role, scope, isGroup, isPending }: Grant, { scopes, bob: user, pullers }: Places): Assignment {
	const at = '2026-11-22T10:00:00.000Z';
	count += 1;
	return {
		name: `${count}`.padStart(8, '0') + '-0000-4000-8000-000000000000',
		scope: scopes[scope] ?? '/',
		principalId: isGroup ? pullers : user,
		principalType: isGroup ? 'Group' : 'User',
		roleId: role.id,
		...{ createdAt: at, updatedAt: at, createdBy: 'test', updatedBy: 'test' },
		effectiveAt: isPending ? '2026-11-22T23:00:00.000Z' : at,
	};
}

function stateOf({ clock, store }: Contoso) {
	const clusterHost = { create: async () => {}, delete: async () => {}, credentials: () => '' };
	const settings = { replicationDelayMs: 0, permissionsInRefreshToken: true };
	return openState({ seed: 'lanyard', clock, store, settings, clusterHost });
}

it('adding a role never takes a right away, and nothing is allowed that no role allows', async () => {
	const world = await openContoso();
	const places = placesOf(world);
	const state = stateOf(world);
	const caller: Caller = { objectId: places.bob, tenantId: '', name: bob, groups: [places.pullers], appId: '' };
	const actions = [...new Set(roles.flatMap((role) => [...role.actions, ...role.dataActions]))].map((one) =>
		one.replaceAll('*', 'registries'),
	);
	const may = () =>
		actions.flatMap((action) =>
			(['action', 'data-action'] as const)
				.filter((kind) => authorize(state, caller, { action, kind, scope: places.registry }).allowed)
				.map((kind) => `${kind} ${action}`),
		);
	await fc.assert(
		fc.asyncProperty(fc.array(anyGrant, { minLength: 1, maxLength: 5 }), async (grants) => {
			const made: Assignment[] = [];
			let before: string[] = [];
			for (const grant of grants) {
				made.push(assignmentOf(grant, places));
				state.resources.assignments.put(made.at(-1) ?? assignmentOf(grant, places));
				const now = may();
				expect(before.filter((one) => !now.includes(one))).toEqual([]);
				before = now;
			}
			const counting = grants.filter(({ isPending }) => !isPending).map(({ role }) => role);
			const given = (one: string) => {
				const [kind = '', action = ''] = one.split(' ');
				return counting.some((role) => rolePermits(role, action, kind === 'action' ? 'action' : 'data-action'));
			};
			expect(before.filter((one) => !given(one))).toEqual([]);
			const past = '2026-11-22T09:00:00.000Z';
			for (const one of made) state.resources.assignments.remove(one, past);
		}),
		{ numRuns: 30 },
	);
});

const anyStep = fc.oneof(
	fc.record({ do: fc.constant('give' as const), grant: anyGrant }),
	fc.record({ do: fc.constant('take' as const), which: fc.nat({ max: 9 }) }),
	fc.record({ do: fc.constant('join' as const) }),
	fc.record({ do: fc.constant('leave' as const) }),
	fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 20 }) }),
);
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

function take(world: Contoso, places: Places, step: Step, made: Assignment[]): void {
	const { assignments } = openResources(world.store);
	const directory = openDirectory(world.store);
	if (step.do === 'wait') world.clock.jump(step.minutes * 60_000);
	else if (step.do === 'join') directory.addMember(places.pullers, places.bob);
	else if (step.do === 'leave') directory.removeMember(places.pullers, places.bob);
	else if (step.do === 'give') {
		const one = assignmentOf({ ...step.grant, isPending: false }, places);
		made.push(one);
		assignments.put(one);
	} else {
		const one = made[step.which];
		if (one && assignments.get(one.scope, one.name)) assignments.remove(one, world.clock.now().toISOString());
	}
}

it('a refresh token of a registry never gives more than its holder had when it was made', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(anyStep, { maxLength: 6 }),
			fc.array(anyStep, { maxLength: 6 }),
			fc.boolean(),
			async (before, after, isAbac) => {
				const world = await openContoso({ settings: { replicationDelayMs: 0 } });
				const places = placesOf(world);
				const { registries } = openResources(world.store);
				const registry = registries.get(places.registry);
				if (registry && isAbac) registries.put({ ...registry, roleMode: 'ABAC' });
				const made: Assignment[] = [];
				for (const step of before) take(world, places, step, made);
				const entraToken = await userToken(world, bob);
				const groups = claimOf(entraToken, 'groups');
				const swapped = await exchange(world, host, entraToken);
				const caller = { objectId: places.bob, tenantId: registry?.tenantId ?? '', name: bob, appId: '' };
				const mode = isAbac ? 'data-action' : 'action';
				const action = `Microsoft.ContainerRegistry/registries/${isAbac ? 'repositories/content/read' : 'pull/read'}`;
				const inToken = Array.isArray(groups) ? groups.filter((id) => typeof id === 'string') : [];
				const had = authorize(
					stateOf(world),
					{ ...caller, groups: inToken },
					{ action, kind: mode, scope: places.registry },
				);
				expect(inToken).toEqual(openDirectory(world.store).groupsOf(places.bob));
				if (swapped.status === 401) {
					expect(had.allowed).toBe(false);
					return;
				}
				const refreshToken = await field(swapped, 'refresh_token');
				for (const step of after) take(world, places, step, made);
				const answer = await accessToken(world, host, { refreshToken, scope: 'repository:nginx:pull' });
				if (answer.status === 401) return;
				const access = claimOf(await field(answer, 'access_token'), 'access');
				const pulls = JSON.stringify(access ?? []).includes('pull');
				expect(pulls && !had.allowed).toBe(false);
				// And it keeps what it had: the rights are those of the moment it was made.
				expect(pulls).toBe(had.allowed);
			},
		),
		{ numRuns: 60 },
	);
});
