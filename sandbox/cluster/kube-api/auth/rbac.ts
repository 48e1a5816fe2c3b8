import { listAt, textAt } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import { findResource, storagePrefix } from '../resource.ts';
import type { Storage } from '../storage.ts';
import { type Attributes, isPath, type User, type Verdict } from './attributes.ts';
import { readRules, type Rule, ruleAllows } from './rules.ts';

const group = 'rbac.authorization.k8s.io';

/** A binding that is about a user, with the rules of its role. */
interface Grant {
	binding: KubeObject;
	subject: unknown;
	role: KubeObject | undefined;
}

/** What RBAC says: it only ever allows. The reason of a refusal names bindings whose role is not there. */
export function authorizeByRoles(storage: Storage, user: User, attributes: Attributes): Verdict {
	const namespace = isPath(attributes) ? undefined : attributes.namespace;
	const broken: string[] = [];
	for (const grant of grantsOf(storage, user, namespace)) {
		if (!grant.role) broken.push(missingRole(grant.binding));
		else if (readRules(grant.role).some((rule) => ruleAllows(rule, attributes)))
			return { allowed: true, reason: reasonOf(grant) };
	}
	return { allowed: false, reason: broken.length > 0 ? `RBAC: ${renderErrors(broken)}` : '' };
}

// utilerrors.NewAggregate
function renderErrors(errors: string[]): string {
	const unique = [...new Set(errors)];
	return unique.length === 1 ? String(unique[0]) : `[${unique.join(', ')}]`;
}

/** The rules that a user has in a namespace, cluster-wide ones first. */
export function rulesOf(storage: Storage, user: User, namespace: string | undefined): Rule[] {
	if (user.groups.includes('system:masters')) return [everything, everyPath];
	return grantsOf(storage, user, namespace).flatMap(({ role }) => (role ? readRules(role) : []));
}

const everything: Rule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] };
const everyPath: Rule = { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] };

/** The role that a binding refers to. */
export function roleOf(storage: Storage, binding: KubeObject): KubeObject | undefined {
	const [kind, name] = [textAt(binding, 'roleRef', 'kind'), textAt(binding, 'roleRef', 'name')];
	if (kind === 'ClusterRole') return storage.get(storagePrefix(findResource(group, 'clusterroles')) + name);
	return storage.get(storagePrefix(findResource(group, 'roles'), binding.metadata.namespace) + name);
}

function grantsOf(storage: Storage, user: User, namespace: string | undefined): Grant[] {
	const wide = storage.list(storagePrefix(findResource(group, 'clusterrolebindings')));
	const local =
		namespace === undefined ? [] : storage.list(storagePrefix(findResource(group, 'rolebindings'), namespace));
	return [...wide, ...local].flatMap(([, binding]) => {
		const subject = listAt(binding, 'subjects').find((one) => isAbout(one, user, binding.metadata.namespace));
		return subject === undefined ? [] : [{ binding, subject, role: roleOf(storage, binding) }];
	});
}

function isAbout(subject: unknown, user: User, namespace: string | undefined): boolean {
	const [kind, name] = [textAt(subject, 'kind'), textAt(subject, 'name')];
	if (kind === 'User') return user.name === name;
	if (kind === 'Group') return user.groups.includes(name);
	const where = textAt(subject, 'namespace') || (namespace ?? '');
	return kind === 'ServiceAccount' && user.name === `system:serviceaccount:${where}:${name}`;
}

function missingRole(binding: KubeObject): string {
	const isWide = textAt(binding, 'roleRef', 'kind') === 'ClusterRole';
	return `${isWide ? 'clusterrole' : 'role'}.${group} ${JSON.stringify(textAt(binding, 'roleRef', 'name'))} not found`;
}

function reasonOf({ binding, subject }: Grant): string {
	const { name, namespace } = binding.metadata;
	const where = namespace === undefined ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`;
	const role = `${textAt(binding, 'roleRef', 'kind')} "${textAt(binding, 'roleRef', 'name')}"`;
	const account = textAt(subject, 'namespace');
	const who = `${textAt(subject, 'kind')} "${textAt(subject, 'name')}${account === '' ? '' : `/${account}`}"`;
	return `RBAC: allowed by ${where} of ${role} to ${who}`;
}
