import { findProofImage, findSecrets, gather, notesOnMigration, planMigrate } from '@lanyard/connect';
import { type ExitCode, Problem } from '@lanyard/core';

import { findCluster, findRegistry } from '../../session/find.ts';
import type { Session } from '../../session/session.ts';
import { announcePlan, type ChangeFlags, newPlanNames, performPlan, printExport } from '../change.ts';
import type { CommonFlags, Context } from '../context.ts';
import { tellPlan } from '../plans.ts';

export interface MigrateFlags extends Omit<CommonFlags, 'namespace'>, ChangeFlags {
	cluster: string;
	registry: string;
	/** Only secrets of these namespaces; left out: of all. */
	namespace?: string[];
	proveWith?: string;
}

/** `lanyard migrate`: from pull secrets to the nodes' identity, with a proof before anything is taken away. */
export async function migrateCommand(context: Context, session: Session, flags: MigrateFlags): Promise<ExitCode> {
	const [cluster, registry] = await Promise.all([
		findCluster(session, flags.cluster, flags),
		findRegistry(session, flags.registry, flags),
	]);
	const kube = await session.kubeOf(cluster);
	const [attach, found, image] = await Promise.all([
		gather(session, { cluster, registry }),
		findSecrets(kube, { namespaces: flags.namespace ?? [] }),
		flags.proveWith ?? findProofImage(kube, session.registry(registry.loginServer)),
	]);
	if (image === undefined) {
		throw new Problem('image-not-found', {
			wanted: `an image of ${registry.loginServer} to prove a pull without secrets with`,
			found: 'none that a pod names or that you may list',
		});
	}
	const pools = cluster.nodePools.filter(({ os, count }) => os === 'Linux' && count > 0).map(({ name }) => name);
	const seen = { attach, found, image, pools };
	const plan = planMigrate(seen, newPlanNames(session));
	const because = `migrate: ${cluster.name} has an identity of its own, which needs no secret`;
	await announcePlan(context, session, { plan, because, notes: notesOnMigration(seen), flags });
	const performed = await performPlan(context, session, { plan, flags });
	if (flags.export) return printExport(context, plan, flags.export);
	const removed = plan.steps.filter(({ do: verb }) => verb === 'remove-secret').length;
	const says = `${cluster.name} pulls from ${registry.name} by identity; ${removed} pull secret${removed === 1 ? ' is' : 's are'} gone.`;
	const outcome = performed.outcome === 'planned' ? 'planned' : 'done';
	return tellPlan(context, flags, { plan: performed.plan, outcome, says });
}
