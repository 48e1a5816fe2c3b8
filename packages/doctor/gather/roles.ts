import type { Arm, RoleAssignment, RoleDefinition } from '@lanyard/clients';
import { givesPull } from '@lanyard/core';
import { roleDefinitionIdAt } from '@lanyard/wire';
import type { AssignmentFact, ClusterFact, IdentityFact, Reading, RegistryResource, RoleFacts } from '../facts.ts';
import { type Notebook, once } from './notebook.ts';

interface RoleQuestion {
	arm: Arm;
	notebook: Notebook;
	cluster: ClusterFact;
	registry: RegistryResource;
	/** Other registries that the caller sees: where a role may have been put by mistake. */
	others: string[];
}

// A look at every registry of a large company would take minutes; a role that went astray is rarely far away.
const mostOthers = 10;

/** Reads the roles of the identity that pulls, and of the one that is taken for it; undefined where the cluster has none. */
export async function gatherRoles(question: RoleQuestion): Promise<Reading<RoleFacts> | undefined> {
	const { arm, notebook, cluster, registry } = question;
	const identity = cluster.kubeletIdentity;
	if (identity === undefined) return undefined;
	const definition = once((id) => arm.roleDefinition(id));
	const rolesOf = async (scope: string, who: IdentityFact): Promise<AssignmentFact[]> => {
		const assignments = await arm.roleAssignments(scope, { principalId: who.objectId });
		return Promise.all(
			assignments.map(async (one) =>
				assignmentFact(one, await definition(roleDefinitionIdAt(scope, one.roleDefinitionId)), { registry, who }),
			),
		);
	};
	const reading = await notebook.read(async () => {
		const here = await rolesOf(registry.id, identity);
		const isEnough = here.some((role) => role.givesPull);
		const controlPlane =
			isEnough || cluster.controlPlane === undefined ? [] : await rolesOf(registry.id, cluster.controlPlane);
		return { here, controlPlane, elsewhere: isEnough ? [] : await rolesElsewhere(question.others, identity, rolesOf) };
	});
	noteRoles(reading, cluster, notebook);
	return reading;
}

async function rolesElsewhere(
	registries: string[],
	identity: IdentityFact,
	rolesOf: (scope: string, who: IdentityFact) => Promise<AssignmentFact[]>,
): Promise<AssignmentFact[]> {
	const found: AssignmentFact[] = [];
	for (const id of registries.slice(0, mostOthers)) found.push(...(await rolesOf(id, identity)));
	return found.filter((role) => role.givesPull || role.wrongMode);
}

function assignmentFact(
	assignment: RoleAssignment,
	definition: RoleDefinition,
	{ registry, who }: { registry: RegistryResource; who: IdentityFact },
): AssignmentFact {
	const { scope, principalId, condition, createdAt } = assignment;
	const otherMode = registry.roleMode === 'ABAC' ? 'RBAC' : 'ABAC';
	const inMode = (mode: 'RBAC' | 'ABAC') => definition.permissions.some((permission) => givesPull(permission, mode));
	return {
		role: definition.roleName,
		scope,
		principalId,
		givesPull: inMode(registry.roleMode),
		wrongMode: !inMode(registry.roleMode) && inMode(otherMode),
		hasCondition: condition !== undefined,
		...(condition === undefined ? {} : { condition }),
		viaGroup: principalId.toLowerCase() !== who.objectId.toLowerCase(),
		...(createdAt === undefined ? {} : { createdAt: createdAt.toISOString() }),
	};
}

function noteRoles(reading: Reading<RoleFacts>, cluster: ClusterFact, notebook: Notebook): void {
	if (!reading.known) return notebook.noteUnknown('roles', reading, 'Azure');
	const { here, elsewhere, controlPlane } = reading.value;
	const relevant = here.filter((role) => role.givesPull || role.wrongMode);
	if (relevant.length === 0) notebook.note('roles', 'this identity: none that pulls, here or above', 'Azure');
	for (const role of relevant) notebook.note('roles', `this identity: ${sayRole(role)}`, 'Azure');
	for (const theirs of controlPlane.filter((role) => role.givesPull))
		notebook.note('roles', `${cluster.name} (control plane) has ${theirs.role}: not the one that pulls`, 'Azure');
	for (const role of elsewhere) notebook.note('roles', `elsewhere: ${sayRole(role)}`, 'Azure');
	return undefined;
}

function sayRole({ role, scope, viaGroup, hasCondition }: AssignmentFact): string {
	const how = [viaGroup ? 'through a group' : '', hasCondition ? 'with a condition' : ''].filter((part) => part !== '');
	return `${role} on ${nameOfScope(scope)}${how.length === 0 ? '' : ` (${how.join(', ')})`}`;
}

/** The end of a scope, which is what people call it: a registry's, group's or subscription's name. */
function nameOfScope(scope: string): string {
	return scope.split('/').at(-1) || 'everything';
}
