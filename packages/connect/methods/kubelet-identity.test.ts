import { type Permission, Problem } from '@lanyard/core';
import { describe, expect, it } from 'vitest';

import { type HeldRole, otherPullRoles, planAttach, planDetach, type Seen } from './kubelet-identity.ts';

const group = '/subscriptions/s1/resourceGroups/myResourceGroup';
const registryId = `${group}/providers/Microsoft.ContainerRegistry/registries/myregistry`;
const names = { world: 'sandbox:test', planId: 'bcdf-2345', assignmentName: '11111111-1111-4111-8111-111111111111' };
const objectId = '6f1c0000-0000-4000-8000-000000000001';
const nothing: Permission = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
const owner: Permission = { ...nothing, actions: ['*'] };
// Contributor, as ARM's permissions API gives it.
const contributor: Permission = {
	...owner,
	notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write'],
};
const acrPull = {
	id: '/subscriptions/s1/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d',
	name: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
	roleName: 'AcrPull',
	isBuiltIn: true,
	permissions: [{ ...nothing, actions: ['Microsoft.ContainerRegistry/registries/pull/read'] }],
};
const seen: Seen = {
	cluster: {
		id: `${group}/providers/Microsoft.ContainerService/managedClusters/mycluster`,
		name: 'mycluster',
		location: 'westeurope',
		fqdn: 'mycluster-dns-1.hcp.westeurope.azmk8s.io',
		kubernetesVersion: '1.35.4',
		nodePools: [{ name: 'nodepool1', count: 2, os: 'Linux' }],
		kubeletIdentity: {
			resourceId: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mycluster-agentpool`,
			clientId: '0b7e0000-0000-4000-8000-000000000002',
			objectId,
		},
	},
	registry: {
		id: registryId,
		name: 'myregistry',
		loginServer: 'myregistry.azurecr.io',
		location: 'westeurope',
		sku: 'Premium',
		roleMode: 'RBAC',
		adminUser: false,
		anonymousPull: false,
		armAudience: true,
		publicNetworkAccess: true,
	},
	held: [],
	pullRole: acrPull,
	callerMay: [owner],
};
const held = (change: Partial<HeldRole['assignment']> = {}): HeldRole => ({
	assignment: {
		id: `${registryId}/providers/Microsoft.Authorization/roleAssignments/a1`,
		name: 'a1',
		scope: registryId,
		principalId: objectId,
		principalType: 'ServicePrincipal',
		roleDefinitionId: acrPull.id,
		...change,
	},
	roleName: 'AcrPull',
	givesPull: true,
});
const change = {
	scope: registryId,
	name: names.assignmentName,
	roleDefinitionId: acrPull.id,
	role: 'AcrPull',
	principalId: objectId,
	principalType: 'ServicePrincipal',
};

/** The problem that this throws, or what it returns if it throws none. */
function problemOf(work: () => unknown): unknown {
	try {
		return work();
	} catch (thrown) {
		return thrown instanceof Problem ? { code: thrown.code, found: thrown.found, fix: thrown.fix } : thrown;
	}
}

describe('planAttach', () => {
	it('gives exactly the pull role, to exactly the kubelet identity, on exactly the registry', () => {
		expect(planAttach(seen, names)).toEqual({
			schema: 'lanyard.dev/plan/v1',
			id: 'bcdf-2345',
			world: 'sandbox:test',
			goal: { method: 'kubelet-identity', target: { cluster: 'mycluster', registry: 'myregistry' } },
			seen: { cluster: seen.cluster.id, registry: registryId, roleMode: 'RBAC', kubeletIdentity: objectId },
			steps: [
				{
					id: '1',
					do: 'assign-role',
					target: registryId,
					says: 'give  AcrPull  to  mycluster-agentpool  on  myregistry',
					change,
					inverse: {
						do: 'remove-role',
						says: 'remove it',
						change: { id: `${registryId}/providers/Microsoft.Authorization/roleAssignments/${names.assignmentName}` },
					},
					before: null,
					state: 'planned',
				},
			],
			proof: { by: 'pull-pod', says: 'a short-lived pod on each node pool pulls from the registry' },
		});
	});

	it.each<[string, HeldRole[], number]>([
		['has nothing to do where the identity has the role', [held()], 0],
		['has nothing to do where the role is held at a wider scope', [held({ scope: '/subscriptions/s1' })], 0],
		['has nothing to do where a group of the identity has the role', [held({ principalId: 'a-group' })], 0],
		['is not content with a role that gives no pull', [{ ...held(), roleName: 'AcrDelete', givesPull: false }], 1],
	])('%s', (_name, roles, steps) => expect(planAttach({ ...seen, held: roles }, names).steps).toHaveLength(steps));

	it('does not need the right to assign where nothing is to be assigned', () => {
		expect(planAttach({ ...seen, held: [held()], callerMay: [] }, names).steps).toEqual([]);
	});

	it('says which right a Contributor lacks, and what to send to someone who has it', () => {
		expect(problemOf(() => planAttach({ ...seen, callerMay: [contributor] }, names))).toEqual({
			code: 'caller-lacks-right',
			found: 'a role of yours that leaves exactly that out',
			fix: [
				'Ask an Owner or Role Based Access Control Administrator to run:',
				`az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal \\`,
				`  --role ${acrPull.name} --scope ${registryId}`,
			].join('\n'),
		});
	});

	it('does not take "msi" for a principal, and says what a service-principal cluster pulls with', () => {
		const { kubeletIdentity: _, ...cluster } = { ...seen.cluster, servicePrincipalClientId: 'sp-client' };
		expect(problemOf(() => planAttach({ ...seen, cluster }, names))).toMatchObject({
			code: 'method-not-possible',
			found: 'a cluster that pulls with service principal sp-client',
		});
	});
});

describe('planDetach', () => {
	it('removes the role that the identity holds on the registry, and can give it back', () => {
		const [step] = planDetach({ ...seen, held: [held()] }, names).steps;
		expect(step).toMatchObject({
			do: 'remove-role',
			change: { id: `${registryId}/providers/Microsoft.Authorization/roleAssignments/a1` },
			inverse: { do: 'assign-role', change: { ...change, name: 'a1' } },
		});
	});

	it('gives a role back with the condition it had', () => {
		const narrowed = { condition: "@Resource[…] StringEquals 'nginx'", conditionVersion: '2.0' };
		const [step] = planDetach({ ...seen, held: [held(narrowed)] }, names).steps;
		expect([step?.inverse.change, step?.before]).toEqual([
			{ ...change, name: 'a1', ...narrowed },
			{ ...change, name: 'a1', ...narrowed },
		]);
	});

	it('finds the role whatever the case of the scope', () => {
		expect(planDetach({ ...seen, held: [held({ scope: registryId.toUpperCase() })] }, names).steps).toHaveLength(1);
	});

	it.each<[string, HeldRole]>([
		['a wider scope', held({ scope: group })],
		['a group', held({ principalId: 'a-group' })],
	])('leaves %s alone, and names it as what still gives pull', (_name, role) => {
		const both = { ...seen, held: [role] };
		expect([planDetach(both, names).steps, otherPullRoles(both)]).toEqual([[], [role]]);
	});
});
