import { gatherCluster, mustBeName, notesOnCluster, planClusterCreate } from '@lanyard/connect';
import { type ExitCode, Problem } from '@lanyard/core';

import { parseWorldName } from '../../session/world-name.ts';
import { findRegistry, findResourceGroup } from '../../session/find.ts';
import type { Session } from '../../session/session.ts';
import { announcePlan, type ChangeFlags, newPlanNames, performPlan, printExport } from '../change.ts';
import type { CommonFlags, Context } from '../context.ts';
import { tellPlan } from '../plans.ts';

export interface ClusterCreateFlags extends CommonFlags, ChangeFlags {
	name: string;
	group: string;
	location?: string;
	nodes: number;
	nodeSize: string;
	kubernetesVersion?: string;
	/** Registries that its nodes are to pull from. */
	attach?: string[];
	/** A group of the directory that gets the role and the nodes' identity. */
	viaGroup?: string;
	proveWith?: string[];
}

/** `lanyard cluster create`: with an identity of its own that may pull before the first node asks for a token. */
export async function clusterCreate(context: Context, session: Session, flags: ClusterCreateFlags): Promise<ExitCode> {
	mustBeName('cluster', flags.name);
	const attach = flags.attach ?? [];
	if (flags.viaGroup !== undefined && attach.length === 0) throw needsAttach();
	const [{ group }, registries] = await Promise.all([
		findResourceGroup(session, flags),
		Promise.all(attach.map((one) => findRegistry(session, one, flags))),
	]);
	const { name, nodes, nodeSize, kubernetesVersion, viaGroup, proveWith = [] } = flags;
	const location = flags.location ?? group.location;
	const ask = {
		name,
		groupId: group.id,
		location,
		nodes,
		nodeSize,
		kubernetesVersion,
		registries,
		viaGroup,
		proveWith,
	};
	const wish = await gatherCluster(session, ask);
	const plan = planClusterCreate(wish, newPlanNames(session));
	const because =
		registries.length > 0
			? 'own kubelet identity, because it may pull before the first node asks for a token'
			: 'cluster, with the identities that AKS makes; add --attach REGISTRY to let it pull';
	const notes = [...notesOnCluster(wish), ...(plan.proof.by === 'none' && attach.length > 0 ? [plan.proof.says] : [])];
	await announcePlan(context, session, { plan, because, notes, flags });
	const performed = await performPlan(context, session, { plan, flags });
	if (flags.export) return printExport(context, plan, flags.export);
	const outcome = performed.outcome === 'planned' ? 'planned' : 'done';
	const exitCode = await tellPlan(context, flags, { plan: performed.plan, outcome, says: sayOf(flags, registries) });
	return outcome === 'done' && attach.length > 0 && plan.proof.by === 'none' ? 5 : exitCode;
}

function sayOf(flags: ClusterCreateFlags, registries: { name: string }[]): string {
	const pulls =
		registries.length > 0 ? `, and its nodes may pull from ${registries.map(({ name }) => name).join(', ')}` : '';
	const world = flags.world === undefined ? undefined : parseWorldName(flags.world);
	// Outside the sandbox's shell, az alone would ask Azure itself.
	const inside = world?.kind === 'sandbox' ? `lanyard sandbox exec --name ${world.name} -- ` : '';
	return `${flags.name} is there${pulls}.\nWork in it with: ${inside}az aks get-credentials --name ${flags.name} --resource-group ${flags.group}`;
}

function needsAttach(): Problem {
	return new Problem('missing-flag', {
		sentence: '--via-group gives a group the role on a registry, and no registry is named',
		wanted: '--attach REGISTRY',
		found: 'none',
	});
}
