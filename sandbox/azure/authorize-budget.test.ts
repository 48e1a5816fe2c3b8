import { builtInRoles } from '@lanyard/core';
import { expect, it } from 'vitest';
import { openResources } from './arm/model.ts';
import { authorize } from './authorize.ts';
import { openContoso } from './contoso.ts';
import { openDirectory } from './entra/model.ts';
import { openState } from './state.ts';

/** The median times of two decisions, in microseconds. They are taken in turn, so that a busy moment of the machine falls on both. */
function decisionsUs(...decisions: [() => unknown, () => unknown]): number[] {
	const times = Array.from({ length: 301 }, () => decisions.map(timeUs));
	return decisions.map((_, at) => times.map((pair) => pair[at] ?? 0).toSorted((one, other) => one - other)[150] ?? 0);
}

function timeUs(decide: () => unknown): number {
	const startedAt = performance.now();
	for (let turn = 0; turn < 20; turn += 1) decide();
	return ((performance.now() - startedAt) / 20) * 1_000;
}

/** A world with so many role assignments more than it begins with, and a decision in it. */
async function openDecision(more: number) {
	const { clock, store } = await openContoso();
	const clusterHost = { create: async () => {}, delete: async () => {}, credentials: () => '' };
	const settings = { replicationDelayMs: 0, permissionsInRefreshToken: true };
	const state = openState({ seed: 'lanyard', clock, store, settings, clusterHost });
	const { registries, assignments } = openResources(store);
	const registry = registries.under('').find(({ name }) => name === 'myregistry')?.id ?? '';
	const ana = openDirectory(store).user('ana@contoso.onmicrosoft.com')?.objectId ?? '';
	const caller = { objectId: ana, tenantId: '', name: 'ana', groups: [], appId: '' };
	const at = clock.now().toISOString();
	const [, , subscription, , group] = registry.split('/');
	const scopes = [`/subscriptions/${subscription}`, `/subscriptions/${subscription}/resourceGroups/${group}`, registry];
	for (let number = 0; number < more; number += 1) {
		const id = `${number}`.padStart(8, '0');
		assignments.put({
			name: `${id}-0000-4000-8000-000000000000`,
			scope: scopes[number % 3] ?? registry,
			principalId: `${id}-1111-4111-8111-000000000000`,
			principalType: 'ServicePrincipal',
			roleId: builtInRoles.acrPull.id,
			...{ createdAt: at, updatedAt: at, effectiveAt: at, createdBy: 'test', updatedBy: 'test' },
		});
	}
	return () =>
		authorize(state, caller, {
			action: 'Microsoft.ContainerRegistry/registries/read',
			kind: 'action',
			scope: registry,
		});
}

it('ten thousand role assignments slow one decision by at most twice', async () => {
	const [few, many] = [await openDecision(0), await openDecision(10_000)];
	expect([few().allowed, many().allowed]).toEqual([true, true]);
	decisionsUs(few, many);
	const [before = 0, after = 0] = decisionsUs(few, many);
	console.info(
		`authorize: ${before.toFixed(1)} µs a decision with 2 role assignments, ${after.toFixed(1)} µs with 10,000 more (${(after / before).toFixed(2)} times)`,
	);
	expect(after / before).toBeLessThanOrEqual(2);
});
