import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { VectorFile } from '../vector-file.ts';
import { builtInRoles, findBuiltInRole } from './built-in-role.ts';
import { actionMatches, rolePermits } from './role.ts';

const { cases }: VectorFile<{ pattern: string; action: string }, boolean> = JSON.parse(
	readFileSync(new URL('../../../vectors/role-actions.json', import.meta.url), 'utf8'),
);

describe('wildcards', () => {
	it.each(cases)('$name', ({ given, expect: expected }) => {
		expect(actionMatches(given.pattern, given.action)).toBe(expected);
	});
});

const assign = 'Microsoft.Authorization/roleAssignments/write';

test.each([
	['owner', true],
	['userAccessAdministrator', true],
	['rbacAdministrator', true],
	['contributor', false],
	['reader', false],
	['acrPush', false],
] as const)('may %s assign roles: %s', (role, expected) => {
	expect(rolePermits(builtInRoles[role], assign)).toBe(expected);
});

test('an action does not count as a data action', () => {
	expect(rolePermits(builtInRoles.owner, 'Microsoft.ContainerRegistry/registries/catalog/read', 'data-action')).toBe(
		false,
	);
});

test('a role is found by name in any letter case, and by id', () => {
	expect(findBuiltInRole('acrpull')).toBe(builtInRoles.acrPull);
	expect(findBuiltInRole('7F951DDA-4ed3-4680-a7ca-43fe172d538d')).toBe(builtInRoles.acrPull);
	expect(findBuiltInRole('acrPul')).toBeUndefined();
});

test('ids and names are unique', () => {
	const all = Object.values(builtInRoles);
	expect(new Set(all.map((role) => role.id)).size).toBe(all.length);
	expect(new Set(all.map((role) => role.name)).size).toBe(all.length);
});

const reference = process.env['LANYARD_REFERENCE'] ?? resolve(import.meta.dirname, '../../../../shared');
const recording = resolve(reference, 'oracles/authorization.builtin_roles_subset.json');

interface Recorded {
	name: string;
	properties: {
		roleName: string;
		permissions: Record<'actions' | 'notActions' | 'dataActions' | 'notDataActions', string[]>[];
	};
}

/** What Contributor may not do in addition since the recording ("Azure built-in roles for Privileged", 1 July 2026). */
const grownSince = [
	'Microsoft.Resources/deploymentStacks/manageDenySetting/action',
	'Microsoft.Subscription/cancel/action',
	'Microsoft.Subscription/enable/action',
];

describe('recorded role definitions', () => {
	const isThere = existsSync(recording);
	const { value }: { value: Recorded[] } = isThere ? JSON.parse(readFileSync(recording, 'utf8')) : { value: [] };
	if (!isThere) process.stdout.write('not run: reference material absent\n');
	const known = value.filter(({ name }) => findBuiltInRole(name) !== undefined);

	test.runIf(isThere)('most of our roles are among them', () => expect(known.length).toBeGreaterThan(12));

	test.runIf(isThere)('they say what we say', () => {
		for (const { name, properties } of known) {
			const { id: _id, name: ours, ...lists } = findBuiltInRole(name) ?? builtInRoles.owner;
			const { notActions = [], ...recorded } = properties.permissions[0] ?? {};
			const grown = ours === 'Contributor' ? grownSince : [];
			expect({ ours, ...lists }).toEqual({
				ours: properties.roleName.replace(' (Preview)', ''),
				...recorded,
				notActions: [...notActions, ...grown],
			});
		}
	});
});
