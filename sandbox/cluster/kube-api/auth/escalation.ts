/* Nobody gives away what they do not have (pkg/registry/rbac/{role,rolebinding}/policybased). */
import { textAt } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import { forbidden } from '../api-error.ts';
import type { Ask } from '../request-target.ts';
import type { Resource } from '../resource.ts';
import type { Storage } from '../storage.ts';
import { isSame, listAt } from '../../json.ts';
import type { User } from './attributes.ts';
import { authorizeByRoles, roleOf, rulesOf } from './rbac.ts';
import { missingRules, readRules, render, renderGroups, type Rule } from './rules.ts';

const group = 'rbac.authorization.k8s.io';

/** Refuses a role or a binding that would give more than its writer has. */
export function checkEscalation(
	storage: Storage,
	ask: Ask,
	{ object, before }: { object: KubeObject; before?: KubeObject },
): void {
	const { resource } = ask.target;
	if (resource.group !== group || ask.user.groups.includes('system:masters')) return;
	const isRole = resource.kind.endsWith('Role');
	if (before && isSame(before[isRole ? 'rules' : 'subjects'], object[isRole ? 'rules' : 'subjects'])) return;
	const { namespace } = object.metadata;
	if (isRole) checkRole({ storage, ask, namespace }, object);
	else checkBinding({ storage, ask, namespace }, object);
}

interface Place {
	storage: Storage;
	ask: Ask;
	namespace: string | undefined;
}

function checkRole(place: Place, role: KubeObject): void {
	if (mayDo(place, 'escalate', { plural: place.ask.target.resource.plural, name: role.metadata.name })) return;
	refuseMissing(place, role, readRules(role));
	if (listAt(role, 'aggregationRule', 'clusterRoleSelectors').length === 0) return;
	refuseMissing(place, role, [everything]);
}

const everything: Rule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] };

function checkBinding(place: Place, binding: KubeObject): void {
	const kind = textAt(binding, 'roleRef', 'kind');
	const plural = kind === 'ClusterRole' ? 'clusterroles' : 'roles';
	if (mayDo(place, 'bind', { plural, name: textAt(binding, 'roleRef', 'name') })) return;
	const role = roleOf(place.storage, binding);
	refuseMissing(place, binding, role ? readRules(role) : []);
}

function mayDo(
	{ storage, ask, namespace }: Place,
	verb: string,
	{ plural, name }: { plural: string; name: string },
): boolean {
	const attributes = {
		verb,
		group,
		version: 'v1',
		resource: plural,
		name,
		...(namespace !== undefined && { namespace }),
	};
	return authorizeByRoles(storage, ask.user, attributes).allowed;
}

function refuseMissing({ storage, ask, namespace }: Place, object: KubeObject, wanted: Rule[]): void {
	const missing = missingRules(rulesOf(storage, ask.user, namespace), wanted);
	if (missing.length > 0) throw attempt(ask.target.resource, object.metadata.name, { user: ask.user, missing });
}

function attempt(resource: Resource, name: string, { user, missing }: { user: User; missing: Rule[] }) {
	const who = `user ${JSON.stringify(user.name)} (groups=${renderGroups(user.groups)})`;
	const what = missing.map(render).join('\n');
	return forbidden(resource, name, `${who} is attempting to grant RBAC permissions not currently held:\n${what}`);
}
