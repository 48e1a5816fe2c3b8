import { expect, test } from 'vitest';

import { parseFieldSet } from './field-set.ts';
import { idOf, type Manager, writeManagers } from './managers.ts';

const at = (manager: string, second: number, operation: 'Apply' | 'Update' = 'Apply'): Manager => ({
	manager,
	operation,
	apiVersion: 'v1',
	time: `2026-01-01T00:00:0${second}Z`,
	set: parseFieldSet({ 'f:data': { [`f:${manager}`]: {} } }),
});

// apimachinery: util/managedfields/internal/managers.go, sortEncodedManagedFields
test.each([
	['those of one second by name', [at('ben', 1), at('ana', 1)], ['ana', 'ben']],
	['the earlier one first', [at('ana', 2), at('ben', 1)], ['ben', 'ana']],
	['appliers first, whenever they wrote', [at('ana', 1, 'Update'), at('ben', 2)], ['ben', 'ana']],
])('managers are listed in a real server’s order: %s', (_, managers, expected) => {
	const metadata = { name: 'one', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
	const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
	const written = writeManagers(object, new Map(managers.map((manager) => [idOf(manager), manager])));
	expect(written.metadata['managedFields']).toMatchObject(expected.map((manager) => ({ manager })));
});
