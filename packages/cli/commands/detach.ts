import { gather, otherPullRoles, planDetach, rolesOf, type Seen } from '@lanyard/connect';
import { type ExitCode, type Plan, Problem } from '@lanyard/core';

import { renderDetach } from '../render/detach.ts';
import { renderAs } from '../render/output.ts';
import { findCluster, findRegistry } from '../session/find.ts';
import type { Session } from '../session/session.ts';
import { announcePlan, type ChangeFlags, newPlanNames, performPlan, printExport } from './change.ts';
import type { CommonFlags, Context } from './context.ts';
import { inSameWorld } from './same-world.ts';

export interface DetachFlags extends CommonFlags, ChangeFlags {
	cluster?: string;
	registry: string;
}

/** What detach came to. */
export interface DetachResult {
	schema: 'lanyard.dev/detach/v1';
	world: string;
	cluster: string;
	registry: string;
	/** `still-can-pull`: a wider scope or a group gives pull all the same. */
	outcome: 'detached' | 'was-not-attached' | 'still-can-pull' | 'planned';
	plan: Plan;
	identity: string;
	/** What else gives pull: role and scope. */
	remaining: { role: string; scope: string; via: string }[];
	/** RFC 3339: until then tokens that were issued before may still pull. */
	tokensEndAt?: string;
	undo: string;
}

/** The registry's documented life of a refresh token (AZURE_CONTRACTS 2: exp = iat + 11,700 s), where ours cannot be read. */
const documentedLifeMs = 11_700_000;

/** `lanyard detach`: prints the result; exit code 1 where the identity can still pull. */
export async function detachCommand(context: Context, session: Session, flags: DetachFlags): Promise<ExitCode> {
	const result = await detach(context, session, flags);
	if (flags.export) return printExport(context, result.plan, flags.export);
	const text = () => renderDetach(result, context.clock.now(), context.terminal.width);
	context.terminal.result(await renderAs(flags.output, { document: result, text }));
	return result.outcome === 'still-can-pull' ? 1 : 0;
}

/** Takes the pull role on the registry from the cluster's nodes, and shows that none is left. */
export async function detach(context: Context, session: Session, flags: DetachFlags): Promise<DetachResult> {
	const asked = flags.cluster;
	if (asked === undefined) {
		throw new Problem('missing-flag', {
			sentence: 'detach takes a role from a cluster of Azure',
			wanted: '--cluster NAME',
			fix: 'Off AKS take the pull secret away: lanyard secret delete NAME',
		});
	}
	const [cluster, registry] = await Promise.all([
		findCluster(session, asked, flags),
		findRegistry(session, flags.registry, flags),
	]);
	const seen = await gather(session, { cluster, registry });
	const plan = planDetach(seen, newPlanNames(session));
	const result = {
		schema: 'lanyard.dev/detach/v1' as const,
		world: session.world,
		cluster: cluster.name,
		registry: registry.name,
		identity: seen.puller.name,
		undo: inSameWorld(`lanyard attach --cluster ${cluster.name} --registry ${registry.name}`, flags),
	};
	await announcePlan(context, session, {
		plan,
		because: `${seen.puller.method === 'kubelet-identity' ? 'kubelet identity' : "the cluster's service principal"}; take its pull role on this registry away`,
		flags,
	});
	const state = await performPlan(context, session, { plan, flags });
	if (state.outcome !== 'done')
		return { ...result, outcome: state.outcome, plan: state.plan, remaining: remainingOf(seen) };
	const proof = await proveNoRoleLeft(context, session, seen);
	const outcome = proof.remaining.length > 0 ? 'still-can-pull' : 'detached';
	return {
		...result,
		...proof,
		plan: state.plan,
		outcome: plan.steps.length === 0 && outcome === 'detached' ? 'was-not-attached' : outcome,
	};
}

/** Reads the assignments anew: what counts is what Azure says now, not what we removed. */
async function proveNoRoleLeft(context: Context, session: Session, seen: Seen) {
	const { registry, wanted, puller } = seen;
	const held = await rolesOf(session.arm, { registry, wanted, objectId: puller.objectId });
	const stillHeld = held.filter((role) => role.givesSomePull);
	const left = stillHeld.map(({ assignment, roleName }) => ({
		role: roleName,
		scope: assignment.scope,
		via: viaOf(assignment, seen),
	}));
	const tokensEndAt = await lastTokenEnd(session, registry.loginServer, context.clock.now());
	return { remaining: left, tokensEndAt: tokensEndAt.toISOString() };
}

function remainingOf(seen: Seen): DetachResult['remaining'] {
	return otherPullRoles(seen).map(({ assignment, roleName }) => ({
		role: roleName,
		scope: assignment.scope,
		via: viaOf(assignment, seen),
	}));
}

function viaOf({ principalId }: { principalId: string }, { puller }: Seen): string {
	return principalId === puller.objectId ? 'itself' : `group ${principalId}`;
}

/** When a refresh token ends that the registry issues now: read off one that is issued to the caller, else as documented. */
async function lastTokenEnd(session: Session, loginServer: string, now: Date): Promise<Date> {
	try {
		return (await session.registry(loginServer).refreshToken()).endsAt;
	} catch (problem) {
		// The caller may have no right to pull itself; that is no reason to fail here.
		if (problem instanceof Problem) return new Date(now.getTime() + documentedLifeMs);
		throw problem;
	}
}
