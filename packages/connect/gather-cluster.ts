import type { Arm, ClusterAdmin, Graph, RegistryClient } from '@lanyard/clients';
import { builtInRoles, Problem } from '@lanyard/core';
import type { Registry } from '@lanyard/wire';
import { findDirectoryGroup, findPullRole, rolesOf } from './gather.ts';
import { clusterIds, type ClusterRegistry, type ClusterWish } from './methods/new-cluster.ts';
import { findListedImage } from './prove/proof-image.ts';

/** Where what a new cluster decides upon is read. */
export interface ClusterSources {
	arm: Arm;
	graph: Graph;
	clusters: ClusterAdmin;
	registry(loginServer: string): RegistryClient;
}

/** What somebody asked for, with what it names found. */
export interface ClusterAsk extends Pick<
	ClusterWish,
	'name' | 'groupId' | 'location' | 'nodes' | 'nodeSize' | 'kubernetesVersion'
> {
	registries: Registry[];
	/** Name or object id of a group of the directory. */
	viaGroup?: string | undefined;
	/** Images to prove with, of any of the registries. */
	proveWith: string[];
}

/** Reads what a new cluster decides upon. Throws a `Problem` for every refusal. */
export async function gatherCluster(sources: ClusterSources, ask: ClusterAsk): Promise<ClusterWish> {
	const { arm, graph } = sources;
	const { registries, viaGroup: asked, proveWith: _, ...wish } = ask;
	const viaGroup = asked === undefined ? undefined : await findDirectoryGroup(graph, asked);
	const [taken, callerMay, operatorRole, seen] = await Promise.all([
		findTaken(sources, ask),
		arm.permissions(ask.groupId),
		registries.length > 0 ? findOperatorRole(arm, ask.groupId) : undefined,
		Promise.all(registries.map((one) => seeRegistry(sources, ask, { registry: one, groupId: viaGroup?.objectId }))),
	]);
	return { ...wish, taken, callerMay, operatorRole, registries: seen, viaGroup };
}

async function findTaken({ clusters }: ClusterSources, ask: ClusterAsk): Promise<string[]> {
	const { cluster, controlPlane, kubelet } = clusterIds(ask);
	const own = ask.registries.length > 0 ? [controlPlane, kubelet] : [];
	const found = await Promise.all([
		clusters.progress(cluster).then((there) => there && cluster),
		...own.map((id) => clusters.identity(id).then((there) => there && id)),
	]);
	return found.filter((id) => id !== undefined);
}

async function findOperatorRole(arm: Arm, scope: string) {
	const { name } = builtInRoles.managedIdentityOperator;
	const [role] = await arm.roleDefinitions(scope, name);
	if (role) return role;
	throw new Problem('role-not-found', { wanted: name, found: `no such role at ${scope}` });
}

async function seeRegistry(
	{ arm, registry: open }: ClusterSources,
	{ proveWith }: ClusterAsk,
	{ registry, groupId }: { registry: Registry; groupId: string | undefined },
): Promise<ClusterRegistry> {
	const server = `${registry.loginServer.toLowerCase()}/`;
	const [callerMay, pullRole, held, image] = await Promise.all([
		arm.permissions(registry.id),
		findPullRole(arm, registry),
		groupId === undefined ? [] : rolesOf(arm, { registry, wanted: [], objectId: groupId }),
		proveWith.find((one) => one.toLowerCase().startsWith(server)) ?? findListedImage(open(registry.loginServer)),
	]);
	const groupGivesPull = held.some(({ givesPull }) => givesPull);
	return { registry, callerMay, pullRole, groupGivesPull, ...(image !== undefined && { image }) };
}
