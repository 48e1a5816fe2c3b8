import type { Kube } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import { optionalArray, optionalString, stringField, stringList } from '@lanyard/wire';

/** Somebody who can read a secret, and by which binding. */
export interface Reader {
	/** `User`, `Group`, `ServiceAccount`. */
	kind: string;
	name: string;
	/** The role that allows it. */
	via: string;
}

/** A role of either kind, as far as it is about secrets. */
export interface SecretRole {
	kind: 'Role' | 'ClusterRole';
	namespace: string;
	name: string;
	rules: { verbs: string[]; apiGroups: string[]; resources: string[]; resourceNames: string[] }[];
}

/** A binding of either kind; `namespace` is empty for those of the whole cluster. */
export interface RoleBinding {
	namespace: string;
	role: { kind: string; name: string };
	subjects: { kind: string; name: string; namespace: string }[];
}

/** Who can read this secret: whoever may get, list or watch it, by a binding of its namespace or of the whole cluster. */
export function readersOf(
	{ roles, bindings }: { roles: readonly SecretRole[]; bindings: readonly RoleBinding[] },
	secret: { namespace: string; name: string },
): Reader[] {
	const readers = bindings
		.filter(({ namespace }) => namespace === '' || namespace === secret.namespace)
		.flatMap(({ namespace, role, subjects }) => {
			const found = roles.find(
				(one) =>
					one.kind === role.kind &&
					one.name === role.name &&
					(one.kind === 'ClusterRole' || one.namespace === namespace),
			);
			if (!found?.rules.some((rule) => reads(rule, secret.name))) return [];
			return subjects.map((one) => ({
				kind: one.kind,
				name: one.namespace === '' ? one.name : `${one.namespace}/${one.name}`,
				via: role.name,
			}));
		});
	return readers.filter(
		(one, at) => readers.findIndex(({ kind, name }) => kind === one.kind && name === one.name) === at,
	);
}

/** `list` and `watch` tell whole objects too (kubernetes.io/docs/reference/access-authn-authz/rbac, "Privilege escalation"). */
function reads(rule: SecretRole['rules'][number], name: string): boolean {
	const has = (list: string[], ...wanted: string[]) => list.includes('*') || wanted.some((one) => list.includes(one));
	const isAbout = has(rule.apiGroups, '') && has(rule.resources, 'secrets');
	if (!isAbout) return false;
	if (rule.resourceNames.length === 0) return has(rule.verbs, 'get', 'list', 'watch');
	return rule.resourceNames.includes(name) && has(rule.verbs, 'get', 'list', 'watch');
}

/** Reads the cluster's roles, and who can read this secret by them; none where the cluster tells no roles. */
export async function gatherReaders(kube: Kube, secret: { namespace: string; name: string }): Promise<Reader[]> {
	const rbac = '/apis/rbac.authorization.k8s.io/v1';
	try {
		const [clusterRoles, roles, clusterBindings, bindings] = await Promise.all([
			kube.list(`${rbac}/clusterroles`, parseRole('ClusterRole')),
			kube.list(`${rbac}/namespaces/${secret.namespace}/roles`, parseRole('Role')),
			kube.list(`${rbac}/clusterrolebindings`, parseBinding),
			kube.list(`${rbac}/namespaces/${secret.namespace}/rolebindings`, parseBinding),
		]);
		return readersOf({ roles: [...clusterRoles, ...roles], bindings: [...clusterBindings, ...bindings] }, secret);
	} catch (problem) {
		if (problem instanceof Problem && problem.code === 'caller-lacks-right') return [];
		throw problem;
	}
}

function parseRole(kind: SecretRole['kind']): (json: unknown) => SecretRole {
	return (json) => ({
		kind,
		namespace: optionalString(json, 'metadata.namespace') ?? '',
		name: stringField(json, 'metadata.name'),
		rules: optionalArray(json, 'rules', (rule) => ({
			verbs: stringList(rule, 'verbs'),
			apiGroups: stringList(rule, 'apiGroups'),
			resources: stringList(rule, 'resources'),
			resourceNames: stringList(rule, 'resourceNames'),
		})),
	});
}

function parseBinding(json: unknown): RoleBinding {
	return {
		namespace: optionalString(json, 'metadata.namespace') ?? '',
		role: { kind: stringField(json, 'roleRef.kind'), name: stringField(json, 'roleRef.name') },
		subjects: optionalArray(json, 'subjects', (subject) => ({
			kind: stringField(subject, 'kind'),
			name: stringField(subject, 'name'),
			namespace: optionalString(subject, 'namespace') ?? '',
		})),
	};
}
