import { builtInRoles } from '@lanyard/core';
import { expect, it } from 'vitest';
import { openResources } from './arm/model.ts';
import { authorize } from './authorize.ts';
import { openContoso } from './contoso.ts';
import { openDirectory } from './entra/model.ts';
import { openState } from './state.ts';

/** The median time of one decision, in microseconds. */
function decisionUs(decide: () => unknown): number {
	const times = Array.from({ length: 301 }, () => {
		const startedAt = performance.now();
		for (let turn = 0; turn < 20; turn += 1) decide();
		return ((performance.now() - startedAt) / 20) * 1_000;
	});
	return times.toSorted((one, other) => one - other)[150] ?? 0;
}

it('ten thousand role assignments slow one decision by at most twice', async () => {
	const { clock, store } = await openContoso();
	const clusterHost = { create: async () => {}, delete: async () => {}, credentials: () => '' };
	const settings = { replicationDelayMs: 0, permissionsInRefreshToken: true };
	const state = openState({ seed: 'lanyard', clock, store, settings, clusterHost });
	const { registries, assignments } = openResources(store);
	const registry = registries.under('').find(({ name }) => name === 'myregistry')?.id ?? '';
	const ana = openDirectory(store).user('ana@contoso.onmicrosoft.com')?.objectId ?? '';
	const caller = { objectId: ana, tenantId: '', name: 'ana', groups: [], appId: '' };
	const read = () =>
		authorize(state, caller, {
			action: 'Microsoft.ContainerRegistry/registries/read',
			kind: 'action',
			scope: registry,
		});
	expect(read().allowed).toBe(true);
	decisionUs(read);
	const before = decisionUs(read);
	const at = clock.now().toISOString();
	const [, , subscription, , group] = registry.split('/');
	const scopes = [`/subscriptions/${subscription}`, `/subscriptions/${subscription}/resourceGroups/${group}`, registry];
	for (let number = 0; number < 10_000; number += 1) {
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
	const after = decisionUs(read);
	console.info(
		`authorize: ${before.toFixed(1)} µs a decision with 2 role assignments, ${after.toFixed(1)} µs with 10,000 more (${(after / before).toFixed(2)} times)`,
	);
	expect(after / before).toBeLessThanOrEqual(2);
}, 60_000);
