import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { arrayField, numberField, optionalField, stringField } from '../field.ts';
import { parseCluster } from './managed-cluster.ts';
import { parseRegistry } from './registry.ts';
import { parseRoleAssignment } from './role-assignment.ts';
import { parseRoleDefinition } from './role-definition.ts';

// Every answer of real Azure that Microsoft's own tests recorded goes through our readers.
const reference = process.env['LANYARD_REFERENCE'] ?? resolve(import.meta.dirname, '../../../../shared');
const folder = resolve(reference, 'oracles');
const isThere = existsSync(folder);
if (!isThere) process.stdout.write('not run: reference material absent\n');

describe.runIf(isThere)('recordings of Azure', () => {
	test('registries, old and new', () => {
		const files = ['acr.acr_create_with_managed_registry', 'acr.acr_with_anonymous_pull', 'acr.acr_identity'];
		const found = files.flatMap((file) => answers(file, /\/registries\/[^/?]+\?/)).map(parseRegistry);
		expect(found.length).toBeGreaterThan(10);
		expect(new Set(found.map((registry) => registry.roleMode))).toEqual(new Set(['RBAC']));
		expect(found.map((registry) => registry.anonymousPull)).toContain(true);
		expect(found.every(({ loginServer }) => loginServer.endsWith('.azurecr.io'))).toBe(true);
	});

	test('the newest registry body', () => {
		const file: unknown = JSON.parse(readFileSync(resolve(folder, 'acr.recent_excerpts.json'), 'utf8'));
		const [first] = arrayField(file, 'excerpts', (excerpt) => optionalField(excerpt, 'response.body'));
		expect(parseRegistry(first)).toMatchObject({
			name: 'clitestrbac000002',
			loginServer: 'clitestrbac000002.azurecr.io',
			sku: 'Basic',
			roleMode: 'RBAC',
			adminUser: false,
			armAudience: true,
			publicNetworkAccess: true,
		});
	});

	test('a cluster with managed identity has a kubelet identity and no principal', () => {
		const [cluster] = answers('acs.aks_create_default_service_msi', /\/managedClusters\/[^/?]+\?/)
			.map(parseCluster)
			.toReversed();
		expect(cluster).toMatchObject({
			fqdn: 'cliaksdns000002-zuynlpws.hcp.westus2.azmk8s.io',
			kubernetesVersion: '1.28.10',
			nodeResourceGroup: 'MC_clitest000001_cliakstest000001_westus2',
			nodePools: [{ name: 'nodepool1', count: 3, os: 'Linux' }],
			kubeletIdentity: { objectId: '00000000-0000-0000-0000-000000000001' },
		});
		expect(cluster).not.toHaveProperty('servicePrincipalClientId');
	});

	test('a cluster with a service principal names it', () => {
		const [cluster] = answers('acs.aks_create_default_service', /\/managedClusters\/[^/?]+\?/)
			.map(parseCluster)
			.toReversed();
		expect(cluster).toMatchObject({ servicePrincipalClientId: '00000000-0000-0000-0000-000000000001' });
		expect(cluster).not.toHaveProperty('kubeletIdentity');
	});

	test('role assignments, those of the root scope included', () => {
		const found = answers('role.role_assignment_handle_conflicted_assignments', /\/roleAssignments\?/).flatMap((page) =>
			arrayField(page, 'value', parseRoleAssignment),
		);
		expect(found.map(({ scope }) => scope)).toContain('/');
		expect(found[0]).toEqual({
			id: '/providers/Microsoft.Authorization/roleAssignments/9d0c9433-a2c8-403f-ba1c-6310772291a5',
			name: '9d0c9433-a2c8-403f-ba1c-6310772291a5',
			scope: '/',
			principalId: '0d504196-1423-4569-9a6e-15149656f0ee',
			principalType: 'User',
			roleDefinitionId:
				'/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
			createdAt: new Date('2019-09-04T08:09:42.083Z'),
		});
	});

	test('role definitions', () => {
		const [page] = answers('role.role_assignment_handle_conflicted_assignments', /\/roleDefinitions\?/);
		expect(arrayField(page, 'value', parseRoleDefinition)).toEqual([
			{
				id: '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7',
				name: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
				roleName: 'Reader',
				isBuiltIn: true,
				permissions: [{ actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] }],
			},
		]);
	});
});

/** The bodies of all 200 answers to a GET that matches. */
function answers(file: string, uri: RegExp): unknown[] {
	const recording: unknown = JSON.parse(readFileSync(resolve(folder, `${file}.json`), 'utf8'));
	return arrayField(recording, 'interactions', (one) => ({
		isAsked: stringField(one, 'method') === 'GET' && uri.test(stringField(one, 'uri')),
		status: numberField(one, 'status'),
		body: () => optionalField(one, 'responseBody'),
	}))
		.filter(({ isAsked, status }) => isAsked && status === 200)
		.map(({ body }) => body());
}
