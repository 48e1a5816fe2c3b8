import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Problem } from '../problem.ts';
import { buildResourceId, isAtOrAbove, isSameResource, parseResourceId, type ResourceId } from './resource-id.ts';

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001';
const group = `${subscription}/resourceGroups/myResourceGroup`;
const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/myregistry`;
const ids = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'myResourceGroup' };

const readable: [name: string, text: string, expected: ResourceId][] = [
	['the root', '/', { id: '/', scope: '/' }],
	['a subscription', subscription, { id: subscription, subscriptionId: ids.subscriptionId, scope: subscription }],
	['a group', group, { id: group, ...ids, scope: group }],
	[
		'a group as AKS writes it',
		group.replace('resourceGroups', 'resourcegroups'),
		{
			id: group.replace('resourceGroups', 'resourcegroups'),
			...ids,
			scope: group.replace('resourceGroups', 'resourcegroups'),
		},
	],
	[
		'a resource, without the first slash and with one behind',
		`${registry.slice(1)}/`,
		{ id: registry, ...ids, type: 'Microsoft.ContainerRegistry/registries', name: 'myregistry', scope: group },
	],
	[
		'a resource in a resource',
		`${registry}/tokens/ci`,
		{
			id: `${registry}/tokens/ci`,
			...ids,
			type: 'Microsoft.ContainerRegistry/registries/tokens',
			name: 'myregistry/ci',
			scope: group,
		},
	],
	[
		'a role assignment on a resource',
		`${registry}/providers/Microsoft.Authorization/roleAssignments/r1`,
		{
			id: `${registry}/providers/Microsoft.Authorization/roleAssignments/r1`,
			...ids,
			type: 'Microsoft.Authorization/roleAssignments',
			name: 'r1',
			scope: registry,
		},
	],
	[
		'a management group',
		'/providers/Microsoft.Management/managementGroups/mg',
		{
			id: '/providers/Microsoft.Management/managementGroups/mg',
			type: 'Microsoft.Management/managementGroups',
			name: 'mg',
			scope: '/',
		},
	],
];

describe('reading', () => {
	it.each(readable)('%s', (_name, text, expected) => expect(parseResourceId(text)).toEqual(expected));

	it.each([
		'',
		'myregistry',
		'/subscriptions',
		'/subscriptions/',
		'//subscriptions/s',
		`${subscription}/resourceGroups`,
		`${subscription}/groups/g`,
		`${group}/Microsoft.ContainerRegistry/registries`,
		`${group}/providers`,
		`${group}/providers/Microsoft.ContainerRegistry`,
		`${group}/providers/Microsoft.ContainerRegistry/registries`,
		`${registry}/tokens`,
		`${registry}?api-version=2025-11-01`,
		`${registry} `,
		'myregistry.azurecr.io',
		'https://portal.azure.com/subscriptions/s',
	])('refuses "%s"', (text) => expect(() => parseResourceId(text)).toThrow(Problem));
});

describe('building', () => {
	it.each(readable)('gives back %s', (_name, _text, { id, scope, type, name }) => {
		expect(buildResourceId({ scope, type, name })).toBe(id);
	});

	test('from subscription and group', () => {
		const parts = { ...ids, type: 'Microsoft.ContainerRegistry/registries', name: 'myregistry' };
		expect([buildResourceId(parts), buildResourceId(ids), buildResourceId({})]).toEqual([registry, group, '/']);
	});
});

// "Understand scope for Azure RBAC": what is granted at a scope holds below it.
const scopes: [scope: string, target: string, expected: boolean][] = [
	['/', registry, true],
	[subscription, registry, true],
	[group, registry, true],
	[registry, registry, true],
	[registry.toUpperCase(), registry.toLowerCase(), true],
	[registry, group, false],
	[registry, `${registry}2`, false],
	[`${subscription}/resourceGroups/myResource`, registry, false],
	[`${subscription}/resourceGroups/other`, registry, false],
	['/subscriptions/other', registry, false],
	['/providers/Microsoft.Management/managementGroups/mg', registry, false],
	['/', '/', true],
	[subscription, '/', false],
];

test.each(scopes)('%s at or above %s: %s', (scope, target, expected) => {
	expect(isAtOrAbove(scope, target)).toBe(expected);
});

test('letter case makes no other resource', () => {
	expect(isSameResource(registry, registry.toLowerCase())).toBe(true);
	expect(isSameResource(registry, group)).toBe(false);
});

const name = fc.stringMatching(/^[a-zA-Z0-9_.-]{1,12}$/).filter((text) => !/^providers$/i.test(text));

test('what is built is read back, and lies under its scopes', () => {
	fc.assert(
		fc.property(name, name, name, (subscriptionId, resourceGroup, last) => {
			const type = 'Microsoft.ContainerRegistry/registries';
			const id = buildResourceId({ subscriptionId, resourceGroup, type, name: last });
			const read = parseResourceId(id);
			expect(read).toEqual({ id, subscriptionId, resourceGroup, type, name: last, scope: read.scope });
			expect([read.scope, buildResourceId({ subscriptionId }), '/', id].every((scope) => isAtOrAbove(scope, id))).toBe(
				true,
			);
		}),
	);
});
