import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { VectorFile } from '../vector-file.ts';
import { findBuiltInRole } from './built-in-role.ts';
import { givesPull, givesUse, parseRoleMode, pullRoleFor, type RegistryUse, type RoleMode } from './role-mode.ts';

const {
	cases,
}: VectorFile<{ role: string; mode: RoleMode }, Record<RegistryUse, boolean>> = JSON.parse(
	readFileSync(new URL('../../../vectors/role-modes.json', import.meta.url), 'utf8'),
);

const none = { actions: [], notActions: [], dataActions: [], notDataActions: [] };

describe('vectors', () => {
	it.each(cases)('$name', ({ given: { role: name, mode }, expect: expected }) => {
		const role = findBuiltInRole(name) ?? none;
		expect({
			pull: givesUse(role, mode, 'pull'),
			push: givesUse(role, mode, 'push'),
			delete: givesUse(role, mode, 'delete'),
			'list-repositories': givesUse(role, mode, 'list-repositories'),
		}).toEqual(expected);
		expect(findBuiltInRole(name)).toBeDefined();
	});
});

test.each(['RBAC', 'ABAC'] as const)(
	'the role that we give in %s mode gives pull there, and nothing in the other',
	(mode) => {
		expect(givesPull(pullRoleFor(mode), mode)).toBe(true);
		expect(givesUse(pullRoleFor(mode), mode, 'push')).toBe(false);
		expect(givesPull(pullRoleFor(mode), mode === 'RBAC' ? 'ABAC' : 'RBAC')).toBe(false);
	},
);

test("ARM's words for the mode", () => {
	expect(parseRoleMode('AbacRepositoryPermissions')).toBe('ABAC');
	expect(parseRoleMode('LegacyRegistryPermissions')).toBe('RBAC');
	expect(parseRoleMode(undefined)).toBe('RBAC');
});
