import { type Permission, type Plan, Problem, type RepositoryRule, type Step } from '@lanyard/core';
import type { Cluster, Group, Registry, RoleAssignment, RoleDefinition } from '@lanyard/wire';
import { conditionFor, rulesAsText } from '../repositories.ts';
import { assignAction, isAllowed, mustBeAllowed, removeAction } from '../rights.ts';
import { assignStep, removeRoleStep } from '../steps/role-step.ts';
import { stepList } from '../steps/step-list.ts';

/** One role assignment of a principal, or of a group it is in, and what that role means for the pulls that are wanted. */
export interface HeldRole {
	assignment: RoleAssignment;
	roleName: string;
	/** Gives pull of all that is wanted: a condition that leaves some of it out does not. */
	givesPull: boolean;
	/** Gives pull of something. */
	givesSomePull: boolean;
	/** Gives more than pulling. */
	givesMore: boolean;
}

/** Who pulls: the nodes' identity, or the cluster's own service principal. */
export interface Puller {
	method: 'kubelet-identity' | 'cluster-service-principal';
	objectId: string;
	/** What people know it by. */
	name: string;
}

/** What giving and taking a role decide upon. */
export interface Seen {
	cluster: Cluster;
	registry: Registry;
	puller: Puller;
	/** At the registry and above it, groups included. */
	held: HeldRole[];
	/** Pull roles of the cluster's control plane, which never pulls. */
	misplaced: HeldRole[];
	/** The role that gives pull in this registry's role mode. */
	pullRole: RoleDefinition;
	/** What the caller may do at the registry. */
	callerMay: Permission[];
	/** The repositories that are wanted; all where it is empty. */
	wanted: RepositoryRule[];
	/** The group that is to have the role, where one was asked for, and whether the puller is in it. */
	group?: { group: Group; isMember: boolean; held: HeldRole[] };
}

/** The names a plan is made with: passed in, because they are random. */
export interface PlanNames {
	world: string;
	planId: string;
	/** A new UUID each time: the name of an assignment to be made. */
	uuid(): string;
}

/**
 * Plans the pull role on exactly this registry for who pulls: AcrPull, or Container Registry Repository Reader where the
 * registry is in ABAC mode, which does not honour AcrPull. No steps where it can pull already. Throws `caller-lacks-right`.
 */
export function planAttach(seen: Seen, names: PlanNames): Plan {
	mustBeNarrowable(seen);
	return {
		...frame(seen, names),
		goal: goalOf(seen.puller.method, seen),
		steps: seen.group ? groupSteps(seen, names) : ownSteps(seen, names),
		proof: { by: 'pull-pod', says: 'a short-lived pod on each node pool pulls from the registry' },
	};
}

/** Plans the removal of every pull role that the puller itself holds on exactly this registry. */
export function planDetach(seen: Seen, names: PlanNames): Plan {
	const { registry, puller } = seen;
	const own = seen.held.filter((role) => role.givesSomePull && isOwnAndHere(role, seen));
	if (own.length > 0) mustBe(seen, removeAction, removal(seen));
	const list = stepList();
	for (const role of own) list.add(removeRoleStep(role, { from: puller.name, on: registry.name }));
	return {
		...frame(seen, names),
		goal: goalOf(`${puller.method}-detach`, seen),
		steps: list.steps,
		proof: { by: 'no-role-left', says: 'no role at or above the registry gives pull any more' },
	};
}

/** What still gives this identity pull although nothing on the registry itself does: wider scopes, and groups. */
export function otherPullRoles(seen: Seen): HeldRole[] {
	return seen.held.filter((role) => role.givesSomePull && !isOwnAndHere(role, seen));
}

/** What is worth knowing about the roles that are there: wider than needed, narrowed, or on the wrong identity. */
export function notesOnRoles(seen: Seen): string[] {
	const { registry, puller, held, misplaced, group } = seen;
	const wide = held.flatMap(({ assignment, roleName, givesSomePull, givesMore }) => {
		if (!givesSomePull) return [];
		const isAbove = assignment.scope.toLowerCase() !== registry.id.toLowerCase();
		const why = [isAbove && `is given on ${assignment.scope}`, givesMore && 'allows more than pulling'].filter(Boolean);
		return why.length > 0 ? [`${roleName} of ${puller.name} ${why.join(' and ')}: wider than needed`] : [];
	});
	const narrow = held
		.filter(({ givesPull, givesSomePull }) => givesSomePull && !givesPull)
		.map(({ roleName }) => `${roleName} of ${puller.name} has a condition that leaves out some of what is wanted`);
	const wrong = misplaced.map(
		({ roleName }) => `the cluster's control plane has ${roleName}: it never pulls, so that role does nothing here`,
	);
	return [...wide, ...narrow, ...wrong, ...(group && !group.isMember ? groupLatency : [])];
}

/** What the documentation warns of ("latency issue with Microsoft Entra groups when attaching ACR"). */
const groupLatency = [
	'the nodes keep their token for up to 24 hours, and group memberships are in it: until then pulls may be refused',
	'a new cluster can avoid that: lanyard cluster create --attach --via-group puts its identity into the group first',
];

/** The command that somebody with the right can run in the caller's place. */
export function attachSentence({ registry, pullRole, puller, wanted }: Seen): string {
	const condition = conditionFor(wanted);
	const narrowed = condition === undefined ? [] : [`  --condition-version 2.0 --condition "${condition}"`];
	return [
		`az role assignment create --assignee-object-id ${puller.objectId} --assignee-principal-type ServicePrincipal \\`,
		[`  --role ${pullRole.name} --scope ${registry.id}`, ...narrowed].join(' \\\n'),
	].join('\n');
}

/** Whether the caller may give the role here. */
export function mayAssign({ callerMay }: Pick<Seen, 'callerMay'>): boolean {
	return isAllowed(callerMay, assignAction);
}

function ownSteps(seen: Seen, names: PlanNames): Step[] {
	if (seen.held.some(({ givesPull }) => givesPull)) return [];
	mustBe(seen, assignAction, attachSentence(seen));
	const list = stepList();
	list.add(grantTo(seen, { objectId: seen.puller.objectId, name: seen.puller.name }, names));
	return list.steps;
}

function groupSteps(seen: Seen, names: PlanNames): Step[] {
	const { group: asked, puller } = seen;
	if (!asked) return [];
	const { group, isMember, held } = asked;
	const list = stepList();
	if (!held.some(({ givesPull }) => givesPull)) {
		mustBe(seen, assignAction, attachSentence(seen));
		list.add(grantTo(seen, { objectId: group.objectId, name: `group ${group.displayName}`, type: 'Group' }, names));
	}
	if (!isMember) {
		const change = { group: group.objectId, member: puller.objectId };
		list.add({
			do: 'add-member',
			target: group.objectId,
			says: `put  ${puller.name}  into group  ${group.displayName}`,
			change,
			inverse: { do: 'remove-member', says: 'take it out', change },
		});
	}
	return list.steps;
}

function grantTo(seen: Seen, to: { objectId: string; name: string; type?: string }, names: PlanNames) {
	const { registry, pullRole: role, wanted } = seen;
	const [condition, only] = [conditionFor(wanted), rulesAsText(wanted)];
	return assignStep({ registry, role, to, name: names.uuid(), condition, only });
}

/** Conditions on repositories mean nothing in RBAC mode: the role would be given whole, which nobody asked for. */
function mustBeNarrowable({ registry, wanted }: Seen): void {
	if (wanted.length === 0 || registry.roleMode === 'ABAC') return;
	throw new Problem('method-not-possible', {
		sentence: `a role on ${registry.name} cannot be narrowed to repositories`,
		wanted: 'a registry in ABAC mode (RBAC Registry + ABAC Repository Permissions)',
		found: 'a registry in RBAC mode, where a role counts for all of it',
		fix: `Leave --repository out, or use a repository token: lanyard secret create pull --registry ${registry.name} --from token --repository ${rulesAsText(wanted)}`,
	});
}

function frame(seen: Seen, names: PlanNames) {
	const { cluster, registry, puller } = seen;
	return {
		schema: 'lanyard.dev/plan/v1' as const,
		id: names.planId,
		world: names.world,
		seen: { cluster: cluster.id, registry: registry.id, roleMode: registry.roleMode, puller: puller.objectId },
	};
}

function goalOf(method: string, { cluster, registry }: Seen) {
	return { method, target: { cluster: cluster.name, registry: registry.name } };
}

function isOwnAndHere({ assignment }: HeldRole, { registry, puller }: Seen): boolean {
	return assignment.scope.toLowerCase() === registry.id.toLowerCase() && assignment.principalId === puller.objectId;
}

function removal({ puller, pullRole, registry }: Seen): string {
	return `az role assignment delete --assignee ${puller.objectId} --role ${pullRole.name} --scope ${registry.id}`;
}

function mustBe(seen: Seen, action: string, command: string): void {
	const { registry, cluster, callerMay } = seen;
	const verb = action === assignAction ? 'assign' : 'remove';
	const instead =
		action === assignAction
			? `\nor use a pull secret instead:\nlanyard secret create pull --cluster ${cluster.name} --registry ${registry.name} --from token`
			: '';
	mustBeAllowed(callerMay, {
		action,
		scope: registry.id,
		purpose: `${verb} roles on ${registry.name}`,
		fix: `Ask an Owner or Role Based Access Control Administrator to run:\n${command}${instead}`,
	});
}
