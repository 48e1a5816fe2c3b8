import { type Permission, Problem } from '@lanyard/core';
import { describe, expect, it } from 'vitest';

import { parseRepositoryRule } from '../repositories.ts';
import { type HeldRole, notesOnRoles, otherPullRoles, planAttach, planDetach, type Seen } from './role.ts';

const group = '/subscriptions/s1/resourceGroups/myResourceGroup';
const registryId = `${group}/providers/Microsoft.ContainerRegistry/registries/myregistry`;
const assignmentName = '11111111-1111-4111-8111-111111111111';
const names = { world: 'sandbox:test', planId: 'bcdf-2345', uuid: () => assignmentName };
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
	puller: { method: 'kubelet-identity', objectId, name: 'mycluster-agentpool' },
	held: [],
	misplaced: [],
	wanted: [],
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
	givesSomePull: true,
	givesMore: false,
});
const change = {
	scope: registryId,
	name: assignmentName,
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
			seen: { cluster: seen.cluster.id, registry: registryId, roleMode: 'RBAC', puller: objectId },
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
						change: { id: `${registryId}/providers/Microsoft.Authorization/roleAssignments/${assignmentName}` },
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
		[
			'is not content with a role that gives no pull',
			[{ ...held(), roleName: 'AcrDelete', givesPull: false, givesSomePull: false }],
			1,
		],
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
				'or use a pull secret instead:',
				'lanyard secret create pull --cluster mycluster --registry myregistry --from token',
			].join('\n'),
		});
	});

	it('narrows the role to the repositories that are asked for, a prefix with its slash', () => {
		const wanted = [parseRepositoryRule('nginx'), parseRepositoryRule('backend/')];
		const abac = { ...seen, registry: { ...seen.registry, roleMode: 'ABAC' as const }, wanted };
		const [step] = planAttach(abac, names).steps;
		expect(step).toMatchObject({
			says: 'give  AcrPull  to  mycluster-agentpool  on  myregistry, only nginx, backend/',
			change: { conditionVersion: '2.0', condition: expect.stringContaining("StringStartsWithIgnoreCase 'backend/'") },
		});
	});

	it('does not give a whole role where only some repositories were asked for and the registry cannot tell them apart', () => {
		const wanted = [parseRepositoryRule('nginx')];
		expect(problemOf(() => planAttach({ ...seen, wanted }, names))).toMatchObject({ code: 'method-not-possible' });
	});

	it('gives a group the role and puts the identity into it, and takes both back', () => {
		const asked = { group: { objectId: 'g1', displayName: 'pullers' }, isMember: false, held: [] };
		const { steps } = planAttach({ ...seen, group: asked }, names);
		expect(steps.map((step) => [step.do, step.says, step.inverse.do])).toEqual([
			['assign-role', 'give  AcrPull  to  group pullers  on  myregistry', 'remove-role'],
			['add-member', 'put  mycluster-agentpool  into group  pullers', 'remove-member'],
		]);
		expect(notesOnRoles({ ...seen, group: asked }).join()).toContain('for up to 24 hours');
	});

	it('has nothing to do where the group has the role and the identity is in it', () => {
		const asked = { group: { objectId: 'g1', displayName: 'pullers' }, isMember: true, held: [held()] };
		expect(planAttach({ ...seen, group: asked, callerMay: [] }, names).steps).toEqual([]);
	});
});

describe('notesOnRoles', () => {
	it.each<[string, Partial<Seen>, string[]]>([
		['says nothing of exactly the pull role on the registry', { held: [held()] }, []],
		[
			'says what is wider than needed',
			{ held: [{ ...held({ scope: '/subscriptions/s1' }), roleName: 'Contributor', givesMore: true }] },
			[
				'Contributor of mycluster-agentpool is given on /subscriptions/s1 and allows more than pulling: wider than needed',
			],
		],
		[
			'says that a condition leaves something out',
			{ held: [{ ...held(), givesPull: false }] },
			['AcrPull of mycluster-agentpool has a condition that leaves out some of what is wanted'],
		],
		[
			'says what lies on the wrong identity',
			{ misplaced: [held()] },
			["the cluster's control plane has AcrPull: it never pulls, so that role does nothing here"],
		],
	])('%s', (_name, other, notes) => expect(notesOnRoles({ ...seen, ...other })).toEqual(notes));
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
