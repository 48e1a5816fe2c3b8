import { expect, it } from 'vitest';

import { readersOf, type RoleBinding, type SecretRole } from './readers.ts';

const rule = (change: Partial<SecretRole['rules'][number]>) => ({
	verbs: ['get'],
	apiGroups: [''],
	resources: ['secrets'],
	resourceNames: [],
	...change,
});
const role = (
	kind: SecretRole['kind'],
	name: string,
	change: Partial<SecretRole['rules'][number]> = {},
): SecretRole => ({
	kind,
	namespace: kind === 'Role' ? 'shop' : '',
	name,
	rules: [rule(change)],
});
const binding = (namespace: string, kind: string, name: string, subject = 'jane'): RoleBinding => ({
	namespace,
	role: { kind, name },
	subjects: [{ kind: 'User', name: subject, namespace: '' }],
});
const jane = (via: string) => [{ kind: 'User', name: 'jane', via }];

it.each<[string, SecretRole, RoleBinding, unknown]>([
	['a role of its namespace', role('Role', 'r'), binding('shop', 'Role', 'r'), jane('r')],
	['a cluster role bound in its namespace', role('ClusterRole', 'c'), binding('shop', 'ClusterRole', 'c'), jane('c')],
	['a cluster role bound everywhere', role('ClusterRole', 'c'), binding('', 'ClusterRole', 'c'), jane('c')],
	[
		'a wildcard',
		role('ClusterRole', 'c', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
		binding('', 'ClusterRole', 'c'),
		jane('c'),
	],
	['listing, which tells values too', role('Role', 'r', { verbs: ['list'] }), binding('shop', 'Role', 'r'), jane('r')],
	[
		'a role for this secret by name',
		role('Role', 'r', { resourceNames: ['pull'] }),
		binding('shop', 'Role', 'r'),
		jane('r'),
	],
	[
		'nobody by a role for another secret',
		role('Role', 'r', { resourceNames: ['x'] }),
		binding('shop', 'Role', 'r'),
		[],
	],
	['nobody by a binding of another namespace', role('ClusterRole', 'c'), binding('web', 'ClusterRole', 'c'), []],
	['nobody by a right to write', role('Role', 'r', { verbs: ['create', 'delete'] }), binding('shop', 'Role', 'r'), []],
	['nobody by a right on pods', role('Role', 'r', { resources: ['pods'] }), binding('shop', 'Role', 'r'), []],
])('tells %s', (_name, one, bound, readers) => {
	expect(readersOf({ roles: [one], bindings: [bound] }, { namespace: 'shop', name: 'pull' })).toEqual(readers);
});
