import type { Arm, Graph } from '@lanyard/clients';
import { givesPull, givesUse, Problem, pullRoleFor, type RepositoryRule } from '@lanyard/core';
import {
	type Cluster,
	type Group,
	type Registry,
	type RoleAssignment,
	type RoleDefinition,
	roleDefinitionIdAt,
} from '@lanyard/wire';
import type { HeldRole, Puller, Seen } from './methods/role.ts';
import { conditionCovers } from './repositories.ts';

/** Where what attach decides upon is read. */
export interface Sources {
	arm: Arm;
	graph: Graph;
}

/** What is to be attached to what. */
export interface AttachWish {
	cluster: Cluster;
	registry: Registry;
	/** Repositories; all where it is empty. */
	wanted?: RepositoryRule[];
	/** Name or object id of a group that is to have the role. */
	viaGroup?: string | undefined;
}

/** Reads what attach and detach decide upon. Throws a `Problem` for every refusal. */
export async function gather(
	sources: Sources,
	{ cluster, registry, wanted = [], viaGroup }: AttachWish,
): Promise<Seen> {
	const { arm, graph } = sources;
	const puller = await pullerOf(graph, cluster);
	const heldBy = (objectId: string) => rolesOf(arm, { registry, wanted, objectId });
	const controlPlane = cluster.controlPlaneObjectId;
	const [held, callerMay, pullRole, misplaced, group] = await Promise.all([
		heldBy(puller.objectId),
		arm.permissions(registry.id),
		findPullRole(arm, registry),
		controlPlane === undefined || puller.method !== 'kubelet-identity' ? [] : heldBy(controlPlane),
		viaGroup === undefined ? undefined : gatherGroup(graph, viaGroup, puller),
	]);
	return {
		...{ cluster, registry, puller, held, callerMay, pullRole, wanted },
		misplaced: misplaced.filter(({ givesSomePull }) => givesSomePull),
		...(group && { group: { ...group, held: await heldBy(group.group.objectId) } }),
	};
}

/** The role that gives pull in the registry's role mode, as this cloud has it. */
export async function findPullRole(arm: Arm, registry: Pick<Registry, 'id' | 'roleMode'>): Promise<RoleDefinition> {
	const { name } = pullRoleFor(registry.roleMode);
	const [role] = await arm.roleDefinitions(registry.id, name);
	if (role) return role;
	throw new Problem('role-not-found', { wanted: name, found: `no such role at ${registry.id}` });
}

/** Who pulls on this cluster's nodes. Throws `method-not-possible` where that is nobody who can be given a role. */
async function pullerOf(graph: Graph, cluster: Cluster): Promise<Puller> {
	const { kubeletIdentity, servicePrincipalClientId } = cluster;
	if (kubeletIdentity) {
		const { objectId, resourceId } = kubeletIdentity;
		return { method: 'kubelet-identity', objectId, name: resourceId.split('/').at(-1) ?? resourceId };
	}
	if (servicePrincipalClientId === undefined) {
		throw new Problem('method-not-possible', {
			sentence: `${cluster.name} has no identity that pulls yet`,
			wanted: 'a cluster with managed identity or with a service principal',
			found: 'a cluster that is still being created',
			fix: 'Wait until it is there, and run it again.',
		});
	}
	const principal = await graph.servicePrincipalOf(servicePrincipalClientId);
	if (principal) {
		return { method: 'cluster-service-principal', objectId: principal.objectId, name: principal.displayName };
	}
	throw new Problem('principal-not-found', {
		sentence: `the service principal of ${cluster.name} is not in this directory`,
		wanted: `the service principal with client id ${servicePrincipalClientId}`,
		found: 'none; it may have been deleted, or belong to another tenant',
		fix: 'Give the cluster a new one: az aks update-credentials --reset-service-principal; or use a pull secret.',
	});
}

/** The roles that one principal holds at a registry and above it, and what each means for the pulls that are wanted. */
export async function rolesOf(
	arm: Arm,
	{ registry, wanted, objectId }: { registry: Registry; wanted: RepositoryRule[]; objectId: string },
): Promise<HeldRole[]> {
	const assignments = await arm.roleAssignments(registry.id, { principalId: objectId });
	return Promise.all(assignments.map((assignment) => describe(arm, { registry, wanted, assignment })));
}

async function describe(
	arm: Arm,
	{ registry, wanted, assignment }: { registry: Registry; wanted: RepositoryRule[]; assignment: RoleAssignment },
): Promise<HeldRole> {
	const role = await arm.roleDefinition(roleDefinitionIdAt(registry.id, assignment.roleDefinitionId));
	const givesSomePull = role.permissions.some((one) => givesPull(one, registry.roleMode));
	// In RBAC mode a condition on repositories asks what no request has: the role counts whole.
	const isWhole = registry.roleMode === 'RBAC' || conditionCovers(assignment.condition, wanted);
	return {
		assignment,
		roleName: role.roleName,
		givesSomePull,
		givesPull: givesSomePull && isWhole,
		givesMore: role.permissions.some((one) => givesUse(one, registry.roleMode, 'push')),
	};
}

async function gatherGroup(graph: Graph, asked: string, { objectId }: Puller) {
	const group = await findDirectoryGroup(graph, asked);
	return { group, isMember: (await graph.members(group.objectId)).includes(objectId) };
}

/** A group of the directory by its object id or its name. Throws where it is none, or several. */
export async function findDirectoryGroup(graph: Graph, asked: string): Promise<Group> {
	const isId = /^[0-9a-f-]{36}$/i.test(asked);
	const found = isId ? [await graph.group(asked)].filter((one) => one !== undefined) : await graph.groupsCalled(asked);
	const [first, second] = found;
	if (first && !second) return first;
	throw new Problem(first ? 'name-ambiguous' : 'principal-not-found', {
		sentence: first ? `there are ${found.length} groups called "${asked}"` : `no group "${asked}"`,
		wanted: 'one group',
		found: found.map(({ objectId }) => objectId).join(', ') || 'none',
		fix: 'Name it by its object id.',
	});
}
