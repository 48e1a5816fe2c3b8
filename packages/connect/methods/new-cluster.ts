import { type Permission, type Plan, Problem } from '@lanyard/core';
import type { Group, Registry, RoleDefinition } from '@lanyard/wire';
import { mustBeName } from '../name-rule.ts';
import { assignAction, mustBeAllowed } from '../rights.ts';
import { assignStep } from '../steps/role-step.ts';
import { noInverse, type StepList, stepList } from '../steps/step-list.ts';
import type { PlanNames } from './role.ts';

/** A registry that a new cluster is to pull from. */
export interface ClusterRegistry {
	registry: Registry;
	/** The role that gives pull in its role mode. */
	pullRole: RoleDefinition;
	/** What the caller may do there. */
	callerMay: Permission[];
	/** The group that was asked for gives pull already. */
	groupGivesPull: boolean;
	/** An image to prove with; left out where none is known. */
	image?: string;
}

/** What a new cluster decides upon. */
export interface ClusterWish {
	name: string;
	/** Resource id of the group. */
	groupId: string;
	location: string;
	nodes: number;
	nodeSize: string;
	kubernetesVersion?: string | undefined;
	/** What is there under one of the names that are to be used: resource ids. */
	taken: string[];
	/** What the caller may do in the group. */
	callerMay: Permission[];
	registries: ClusterRegistry[];
	/** The role by which a control plane may give nodes their identity. */
	operatorRole?: RoleDefinition | undefined;
	/** The directory's group that gets the role and the nodes' identity. */
	viaGroup?: Group | undefined;
}

/** The one pool of a new cluster, named as az names it. */
const pool = 'nodepool1';
const identities = 'Microsoft.ManagedIdentity/userAssignedIdentities';

/** What a cluster's plan makes: known before anything is there. */
export function clusterIds({ groupId, name }: Pick<ClusterWish, 'groupId' | 'name'>) {
	const at = (type: string, called: string) => `${groupId}/providers/${type}/${called}`;
	return {
		cluster: at('Microsoft.ContainerService/managedClusters', name),
		controlPlane: at(identities, `${name}-control`),
		kubelet: at(identities, `${name}-kubelet`),
	};
}

/**
 * Plans a cluster. One that is to pull from registries gets an identity of its own for the nodes, which has the role, or is in
 * the group, before the first node asks for a token: so no token without the membership is ever kept. Throws before anything is done.
 */
export function planClusterCreate(wish: ClusterWish, names: PlanNames): Plan {
	mustBeFree(wish);
	mustBeAllowedAll(wish);
	const list = stepList();
	const own = wish.registries.length > 0 ? identitySteps(list, wish, names) : undefined;
	clusterStep(list, wish, own);
	proofSteps(list, wish);
	const unproved = wish.registries.filter(({ image }) => image === undefined).map(({ registry }) => registry.name);
	const target = {
		cluster: wish.name,
		...(wish.registries.length > 0 && { registry: wish.registries.map(({ registry }) => registry.name).join(', ') }),
	};
	return {
		schema: 'lanyard.dev/plan/v1',
		id: names.planId,
		world: names.world,
		goal: { method: 'create-cluster', target },
		seen: { group: wish.groupId },
		steps: list.steps,
		proof: proofOf(wish, unproved),
	};
}

/** What is worth knowing about groups, beside the plan. */
export function notesOnCluster({ viaGroup, name, registries }: ClusterWish): string[] {
	const latency = viaGroup && [
		`${name}-kubelet is in group ${viaGroup.displayName} before its first token: the wait of up to 24 hours does not arise`,
		'a later change of that group counts only when the nodes get a new token, after up to 24 hours',
	];
	const open = registries.filter(({ registry }) => registry.anonymousPull).map(({ registry }) => registry.name);
	return [...(latency ?? []), ...open.map((one) => `${one} lets anybody pull: a pull from it proves no role`)];
}

function proofOf({ registries }: ClusterWish, unproved: string[]): Plan['proof'] {
	if (registries.length === 0) return { by: 'none', says: 'Azure says that it is there' };
	return unproved.length === 0
		? { by: 'pull-pod', says: 'a short-lived pod pulls from each registry' }
		: { by: 'none', says: `there is no image to pull in ${unproved.join(', ')}; name one with --prove-with` };
}

function mustBeFree({ name, taken }: ClusterWish): void {
	mustBeName('cluster', name);
	const [first] = taken;
	if (first === undefined) return;
	throw new Problem('already-exists', {
		sentence: `there is a ${first.includes('/managedClusters/') ? 'cluster' : 'managed identity'} of this name already`,
		found: taken.join(', '),
		fix: `Choose another name, or use the cluster that is there: lanyard attach --cluster ${name} --registry NAME`,
	});
}

function mustBeAllowedAll({ groupId: scope, callerMay, registries, viaGroup }: ClusterWish): void {
	const fix = 'Ask for Contributor on the group.';
	const may = (action: string, purpose: string) => mustBeAllowed(callerMay, { action, scope, purpose, fix });
	may('Microsoft.ContainerService/managedClusters/write', 'make clusters in this group');
	if (registries.length === 0) return;
	may(`${identities}/write`, 'make identities in this group');
	may(`${identities}/assign/action`, 'give identities to a cluster in this group');
	const owner = 'Ask an Owner or Role Based Access Control Administrator, or make the cluster without --attach.';
	const purpose = 'assign roles in this group';
	mustBeAllowed(callerMay, { action: assignAction, scope, purpose, fix: owner });
	for (const { registry, callerMay: mayThere, groupGivesPull } of registries) {
		if (viaGroup && groupGivesPull) continue;
		const on = { scope: registry.id, purpose: `assign roles on ${registry.name}` };
		mustBeAllowed(mayThere, { action: assignAction, ...on, fix: owner });
	}
}

interface OwnIdentities {
	controlPlane: string;
	kubelet: { resourceId: string; clientId: string; objectId: string };
}

function identitySteps(list: StepList, wish: ClusterWish, names: PlanNames): OwnIdentities {
	const ids = clusterIds(wish);
	const [control, nodes] = [`${wish.name}-control`, `${wish.name}-kubelet`];
	const controlStep = makeIdentity(list, wish, { id: ids.controlPlane, name: control });
	const kubeletStep = makeIdentity(list, wish, { id: ids.kubelet, name: nodes });
	const { operatorRole: role, viaGroup } = wish;
	if (!role) throw new Error('a cluster with identities of its own needs the role that lets it use them');
	const to = { objectId: `{${controlStep}.principal}`, name: control };
	list.add(assignStep({ registry: { id: ids.kubelet, name: nodes }, role, to, name: names.uuid() }));
	const principal = `{${kubeletStep}.principal}`;
	if (viaGroup) joinStep(list, viaGroup, { principal, name: nodes });
	const grantee = viaGroup
		? { objectId: viaGroup.objectId, name: `group ${viaGroup.displayName}`, type: 'Group' }
		: { objectId: principal, name: nodes };
	for (const { registry, pullRole, groupGivesPull } of wish.registries) {
		if (viaGroup && groupGivesPull) continue;
		list.add(assignStep({ registry, role: pullRole, to: grantee, name: names.uuid() }));
	}
	const clientId = `{${kubeletStep}.clientId}`;
	return { controlPlane: ids.controlPlane, kubelet: { resourceId: ids.kubelet, clientId, objectId: principal } };
}

function makeIdentity(list: StepList, wish: ClusterWish, { id, name }: { id: string; name: string }): string {
	return list.add({
		do: 'make-identity',
		target: id,
		says: `make  identity  ${name}  in  ${wish.location}`,
		change: { id, location: wish.location },
		inverse: { do: 'remove-identity', says: 'delete it', change: { id } },
	});
}

function joinStep(list: StepList, group: Group, { principal, name }: { principal: string; name: string }): void {
	const change = { group: group.objectId, member: principal };
	list.add({
		do: 'add-member',
		target: group.objectId,
		says: `put  ${name}  into group  ${group.displayName}`,
		change,
		inverse: { do: 'remove-member', says: 'take it out', change },
	});
}

function clusterStep(list: StepList, wish: ClusterWish, own: OwnIdentities | undefined): void {
	const { name, location, nodes, nodeSize, kubernetesVersion } = wish;
	const { cluster: id } = clusterIds(wish);
	list.add({
		do: 'create-cluster',
		target: id,
		says: `make  cluster  ${name}  (${nodes} node${nodes === 1 ? '' : 's'}, ${nodeSize})  in  ${location}`,
		change: {
			...{ id, name, location, pool, count: String(nodes), vmSize: nodeSize },
			...(kubernetesVersion !== undefined && { kubernetesVersion }),
			...(own && {
				controlPlane: own.controlPlane,
				kubelet: own.kubelet.resourceId,
				kubeletClientId: own.kubelet.clientId,
				kubeletObjectId: own.kubelet.objectId,
			}),
		},
		inverse: { do: 'delete-cluster', says: 'delete it, with all that runs in it', change: { id } },
	});
}

function proofSteps(list: StepList, wish: ClusterWish): void {
	const { cluster } = clusterIds(wish);
	for (const { registry, image } of wish.registries) {
		if (image === undefined) continue;
		list.add({
			do: 'prove-pull',
			target: cluster,
			says: `prove  a pull from  ${registry.name}  on  ${pool}`,
			change: { cluster, image, pools: pool, namespace: 'default' },
			inverse: noInverse('nothing'),
		});
	}
}
