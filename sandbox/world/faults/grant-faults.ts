import { builtInRoles } from '@lanyard/core';
import type { FaultKind, Scene } from './fault.ts';
import {
	forHostOnNodes,
	inOrder,
	joinGroup,
	newGroup,
	onNodes,
	tryAgain,
	withoutRole,
	withRegistry,
	withRole,
} from './steps.ts';

const anonymous401 = 'failed to authorize: failed to fetch anonymous token: … 401 Unauthorized';
function needsIdentity({ cluster }: Scene): string | undefined {
	return cluster.kubeletObjectId === undefined ? 'the cluster has no kubelet identity' : undefined;
}

interface RoleChange {
	principalId?: string | undefined;
	principalType?: 'Group';
	scope?: string;
	condition?: string;
}

function roleOf(scene: Scene, role: { id: string }, o: RoleChange = {}) {
	const { principalId = scene.cluster.kubeletObjectId ?? '', scope = scene.registry.id, ...more } = o;
	return withRole(scene, { roleId: role.id, principalId, scope, ...more });
}

function abac(scene: Scene) {
	const abacMode = { roleAssignmentMode: 'AbacRepositoryPermissions' };
	return withRegistry(scene, abacMode, { roleAssignmentMode: 'LegacyRegistryPermissions' });
}

const elsewhere = [
	"((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'}))",
	" OR (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'another'))",
].join('');

/** Causes that lie in roles, and in the identity that they are given to. */
export const grantFaults = {
	'identity-lacks-pull-role': {
		does: "the nodes' identity loses its pull role",
		shows: anonymous401,
		heals: 'next-try',
		unless: needsIdentity,
		make: (scene) => inOrder(withoutRole(scene), tryAgain(scene)),
	},
	'role-on-wrong-identity': {
		does: "the cluster's control plane has the pull role in place of the nodes' identity",
		shows: anonymous401,
		heals: 'next-try',
		unless: (scene) =>
			needsIdentity(scene) ?? (scene.cluster.controlPlaneObjectId ? undefined : 'the cluster has no identity'),
		make: (scene) =>
			inOrder(
				withoutRole(scene),
				roleOf(scene, builtInRoles.acrPull, { principalId: scene.cluster.controlPlaneObjectId }),
				tryAgain(scene),
			),
	},
	'role-at-other-scope': {
		does: "the nodes' identity has the pull role on another registry",
		shows: anonymous401,
		heals: 'next-try',
		unless: (scene) => needsIdentity(scene) ?? (scene.registry.otherId ? undefined : 'there is no other registry'),
		make: (scene) =>
			inOrder(
				withoutRole(scene),
				roleOf(scene, builtInRoles.acrPull, { scope: scene.registry.otherId ?? '' }),
				tryAgain(scene),
			),
	},
	'role-propagation-delay': {
		does: 'the pull role is given anew, and Azure takes ten minutes to replicate it',
		shows: anonymous401,
		heals: 'next-try',
		unless: needsIdentity,
		make: (scene) =>
			inOrder(
				withoutRole(scene),
				{
					edits: [{ setting: { world: 'azure', key: 'replicationDelayMs', value: 600_000 } }],
					undo: [{ setting: { world: 'azure', key: 'replicationDelayMs', value: 0 } }],
				},
				roleOf(scene, builtInRoles.acrPull),
				tryAgain(scene),
			),
	},
	'abac-registry-needs-repository-reader': {
		does: "the registry goes to role mode ABAC, and the nodes' identity has AcrPull",
		shows: anonymous401,
		heals: 'next-token',
		unless: needsIdentity,
		make: (scene) => inOrder(abac(scene), tryAgain(scene)),
	},
	'rbac-registry-ignores-repository-reader': {
		does: "the nodes' identity has Container Registry Repository Reader, and the registry is in role mode RBAC",
		shows: anonymous401,
		heals: 'next-token',
		unless: needsIdentity,
		make: (scene) => inOrder(withoutRole(scene), roleOf(scene, builtInRoles.repositoryReader), tryAgain(scene)),
	},
	'condition-excludes-repository': {
		does: "the role of the nodes' identity has a condition that leaves the repository out",
		shows: '… 401 Unauthorized',
		heals: 'next-token',
		unless: needsIdentity,
		make: (scene) =>
			inOrder(
				withoutRole(scene),
				abac(scene),
				roleOf(scene, builtInRoles.repositoryReader, { condition: elsewhere }),
				tryAgain(scene),
			),
	},
	'group-membership-not-in-token': {
		does: "the nodes' identity joins a group that has the pull role, after the nodes got their token",
		shows: anonymous401,
		heals: 'next-try',
		unless: needsIdentity,
		make: (scene) => {
			const group = newGroup(scene);
			const role = roleOf(scene, builtInRoles.acrPull, { principalId: '{group}', principalType: 'Group' });
			return inOrder(withoutRole(scene), group, role, joinGroup(scene), tryAgain(scene));
		},
	},
	'node-identity-missing': {
		does: 'the identity is taken from the nodes: their metadata service does not know it',
		shows: anonymous401,
		heals: 'next-try',
		unless: needsIdentity,
		make: (scene) => inOrder(onNodes(scene, 'identities', []), tryAgain(scene)),
	},
	'credential-provider-failed': {
		does: "the nodes' credential provider ends with an error each time",
		shows: anonymous401,
		heals: 'next-try',
		make: (scene) =>
			inOrder(onNodes(scene, 'pluginFailure', 'panic: runtime error: invalid memory address'), tryAgain(scene)),
	},
	'msi-imds-unreachable': {
		does: 'nothing answers the nodes at 169.254.169.254',
		shows: anonymous401,
		heals: 'next-try',
		unless: needsIdentity,
		make: (scene) =>
			inOrder(forHostOnNodes(scene, 'routes', { host: '169.254.169.254', value: 'refuses' }), tryAgain(scene)),
	},
} as const satisfies Record<string, FaultKind>;
