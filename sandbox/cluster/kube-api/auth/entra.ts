/*
 * Users who sign in with Entra, and Azure's roles for Kubernetes, as AKS asks for them. Which action stands for which request:
 * kubeguard/guard, authz/providers/azure/rbac (getActionName, getResultCacheKey, checkaccessreqhelper.go); the sentences are its own.
 */
import type { Decision } from '@lanyard/sandbox-ground';
import type { Attributes, ResourceAttributes, User, Verdict } from './attributes.ts';
import { isPath } from './attributes.ts';
import type { TokenCheck } from './authentication.ts';
import type { OtherAuthorizer } from './authorizer.ts';

/** Somebody whom Entra knows. */
export interface EntraUser {
	name: string;
	objectId: string;
	groups: string[];
}

/** What Azure's roles say, and which assignment says so. */
export interface EntraVerdict extends Decision {
	assignment?: { name: string; roleId: string };
}

/** Entra and Azure's roles, as far as an API server asks them. */
export interface EntraUsers {
	userOf(token: string, tenantId: string): Promise<EntraUser | undefined>;
	isAllowed(user: EntraUser, asked: { action: string; scope: string; tenantId: string }): EntraVerdict;
}

/** What a cluster is told of Entra; it may change while the cluster runs. */
export interface EntraSettings {
	clusterId: string;
	tenantId: string;
	azureRbac: boolean;
}

/** Knows tokens of Entra. */
export function entraTokens(users: EntraUsers, settings: () => EntraSettings | undefined): TokenCheck {
	return async (token) => {
		const current = settings();
		const found = current && (await users.userOf(token, current.tenantId));
		if (!found) return undefined;
		return {
			name: found.name,
			groups: [...found.groups, 'system:authenticated'],
			extra: { oid: [found.objectId] },
		};
	};
}

const noAccess = 'User does not have access to the resource in Azure. Update role assignment to allow access.';

/** Asks Azure's roles about users of Entra's; of others it has no opinion. */
export function azureRoles(users: EntraUsers, settings: () => EntraSettings | undefined): OtherAuthorizer {
	return async (user, attributes): Promise<Verdict | undefined> => {
		const current = settings();
		const objectId = user.extra?.['oid']?.[0];
		if (!current?.azureRbac || objectId === undefined) return undefined;
		const namespace = isPath(attributes) ? undefined : attributes.namespace;
		const scope = namespace === undefined ? current.clusterId : `${current.clusterId}/namespaces/${namespace}`;
		const asked = { action: actionOf(attributes), scope, tenantId: current.tenantId };
		const { assignment, ...decision } = users.isAllowed(entraUserOf(user, objectId), asked);
		if (!decision.allowed) return { allowed: false, reason: noAccess, decision };
		return {
			allowed: true,
			reason: `Access allowed by Azure RBAC Role Assignment ${bare(assignment?.name)} of Role ${bare(assignment?.roleId)} to user ${objectId}`,
			decision,
		};
	};
}

/** Azure tells these ids without hyphens. */
function bare(id = ''): string {
	return id.replaceAll('-', '');
}

function entraUserOf({ name, groups }: User, objectId: string): EntraUser {
	return { name, objectId, groups: groups.filter((group) => !group.startsWith('system:')) };
}

const verbs: Record<string, string> = {
	...{ get: 'read', list: 'read', watch: 'read' },
	...{ create: 'write', update: 'write', patch: 'write', put: 'write', post: 'write' },
	...{ delete: 'delete', deletecollection: 'delete' },
	...{ bind: 'bind/action', escalate: 'escalate/action', impersonate: 'impersonate/action', use: 'use/action' },
};

/** The data action of Azure that stands for a request. */
function actionOf(attributes: Attributes): string {
	const provider = 'Microsoft.ContainerService/managedClusters';
	const action = verbs[attributes.verb] ?? `${attributes.verb}/action`;
	if (isPath(attributes)) {
		const [, first = ''] = attributes.path.split('/');
		return `${provider}/${first}/${action}`;
	}
	const { group, resource } = attributes;
	return [provider, ...(group === '' ? [] : [group]), resource, isRunning(attributes) ? 'exec/action' : action].join(
		'/',
	);
}

/** Guard knows one subresource by name. */
function isRunning({ resource, subresource }: ResourceAttributes): boolean {
	return resource === 'pods' && subresource === 'exec';
}
