import { expect, it } from 'vitest';

import { authorize } from './authorize.ts';
import { openContoso } from './contoso.ts';
import type { Caller } from './entra/token.ts';
import { openState } from './state.ts';

const pull = { action: 'Microsoft.ContainerRegistry/registries/pull/read', kind: 'action' } as const;
const roles = { AcrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d', AcrDelete: 'c2f4ef07-c644-48eb-af81-4b1b4947fb11' };

/** The world of the tests, somebody who is called ci, and a way to give it roles. */
async function open() {
	const world = await openContoso();
	const { clock, store } = world;
	const state = openState({
		seed: 'lanyard',
		clock,
		store,
		settings: { replicationDelayMs: 30_000, permissionsInRefreshToken: true },
		clusterHost: { create: async () => {}, delete: async () => {}, credentials: () => '' },
	});
	const registry = state.resources.registries.under('').find(({ name }) => name === 'myregistry');
	const principal = state.directory.principals().find(({ name }) => name === 'ci');
	if (!registry || principal?.kind !== 'ServicePrincipal') throw new Error('the world is not as declared');
	const { objectId, tenantId, name, appId } = principal;
	const caller: Caller = { objectId, tenantId, name, appId, groups: [] };
	const give = (role: keyof typeof roles, scope: string, principalId = objectId) => {
		const now = clock.now().toISOString();
		const stamps = { createdAt: now, updatedAt: now, createdBy: 'test', updatedBy: 'test', effectiveAt: now };
		state.resources.assignments.put({
			...stamps,
			name: `${role}-${principalId}`,
			scope,
			principalId,
			principalType: 'ServicePrincipal',
			roleId: roles[role],
		});
	};
	return { world, state, registry, caller, give, ask: () => authorize(state, caller, { scope: registry.id, ...pull }) };
}

it('lists the assignment that gives it, and what of the role covers it', async () => {
	const { registry, give, ask } = await open();
	give('AcrPull', registry.id);
	expect(ask().considered).toMatchObject([
		{ title: 'AcrPull on …/myregistry', gives: true, because: `it gives ${pull.action}` },
	]);
});

it('lists roles that say nothing about it, and those that lie elsewhere, and names the role to give', async () => {
	const { registry, give, ask, caller } = await open();
	give('AcrDelete', registry.id);
	give('AcrPull', registry.id.replace('myregistry', 'sibling'));
	const { considered, remedy } = ask();
	expect(considered?.map(({ title, because }) => `${title}: ${because}`)).toEqual([
		`AcrDelete on …/myregistry: it gives no action ${pull.action}`,
		'AcrPull on …/sibling: …/sibling is not at or above …/myregistry',
	]);
	expect(remedy).toEqual({
		says: 'give "ci" the role AcrPull on …/myregistry',
		command: `az role assignment create --assignee-object-id ${caller.objectId} --assignee-principal-type ServicePrincipal --role "AcrPull" --scope ${registry.id}`,
	});
});

it('knows the group that the token is too old for, and says to sign in again', async () => {
	const { state, registry, give, ask } = await open();
	const group = state.directory.principals().find(({ name }) => name === 'pullers');
	give('AcrPull', registry.id, group?.objectId);
	const { reason, considered, remedy } = ask();
	expect(considered).toMatchObject([
		{
			title: 'AcrPull on …/myregistry, through group "pullers"',
			gives: false,
			because: 'the token was issued before the group was joined, and does not name it',
		},
	]);
	expect(reason).toContain('its token is older than its place in "pullers", which has AcrPull');
	expect(remedy?.says).toBe('sign in again: a new token names the group "pullers", which has AcrPull');
});

it('decides with 10,000 assignments at the same scopes as with few', async () => {
	const { state, registry, give, ask } = await open();
	const assignments = { read: 0 };
	for (let at = 0; at < 10_000; at += 1) give('AcrDelete', registry.id, `somebody-${at}`);
	give('AcrPull', registry.id);
	const counting = state.resources.assignments.counting;
	state.resources.assignments.counting = (...asked) => {
		const found = counting(...asked);
		assignments.read += found.length;
		return found;
	};
	expect(ask().allowed).toBe(true);
	// Not a time, which a busy machine stretches: what is looked at does not grow with what others have.
	expect(assignments.read).toBe(1);
});
