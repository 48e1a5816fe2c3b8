import {
	findProofImage,
	gather,
	notesOnRoles,
	parseRepositoryRule,
	planAttach,
	type PoolProof,
	proveByPull,
	secretSources,
	type Seen,
} from '@lanyard/connect';
import { type ExitCode, type Plan, Problem } from '@lanyard/core';
import type { Registry } from '@lanyard/wire';

import { renderAttach } from '../render/attach.ts';
import { withoutControlCharacters } from '../render/control-characters.ts';
import { renderAs } from '../render/output.ts';
import { waitingLine } from '../render/plan.ts';
import { findCluster, findRegistry } from '../session/find.ts';
import type { Session } from '../session/session.ts';
import { readTypedImage } from '../session/typed-image.ts';
import { announcePlan, type ChangeFlags, newPlanNames, performPlan, printExport, randomLetters } from './change.ts';
import type { CommonFlags, Context } from './context.ts';
import { inSameWorld } from './same-world.ts';

export interface AttachFlags extends CommonFlags, ChangeFlags {
	/** Left out: a cluster that Azure does not know, by `--context`. */
	cluster?: string;
	/** `identity`, or the source of a pull secret. */
	method?: string;
	registry: string;
	/** An image of the registry to prove the pull with. */
	proveWith?: string;
	/** Minutes to wait for Azure to replicate the role. */
	patience: number;
	/** Only these repositories; a registry in ABAC mode can do that. */
	repository?: string[];
	/** A group that gets the role and the nodes' identity. */
	viaGroup?: string;
}

/** What attach came to. */
export interface AttachResult {
	schema: 'lanyard.dev/attach/v1';
	world: string;
	cluster: string;
	registry: string;
	outcome: 'proved' | 'granted-not-proved' | 'proof-failed' | 'planned';
	/** Why it is not proved, where it is not. */
	why?: string;
	plan: Plan;
	proof: PoolProof[];
	/** The command that takes it back. */
	undo: string;
}

const exitCodes: Record<AttachResult['outcome'], ExitCode> = {
	proved: 0,
	planned: 0,
	'granted-not-proved': 5,
	'proof-failed': 1,
};

/** `lanyard attach`: prints the result; the exit code says whether it was proved. */
export async function attachCommand(context: Context, session: Session, flags: AttachFlags): Promise<ExitCode> {
	if (flags.cluster === undefined || (flags.method !== undefined && flags.method !== 'identity')) {
		return attachBySecret(context, session, flags);
	}
	const result = await attach(context, session, flags);
	if (flags.export) return printExport(context, result.plan, flags.export);
	const text = () => renderAttach(withoutControlCharacters(result), context.terminal.width);
	context.terminal.result(await renderAs(flags.output, { document: result, text }));
	return exitCodes[result.outcome];
}

/** Without an identity of Azure a pull secret remains: off AKS, or because somebody wants one. */
async function attachBySecret(context: Context, session: Session, flags: AttachFlags): Promise<ExitCode> {
	if (flags.cluster === undefined && flags.method === 'identity') {
		throw new Problem('method-not-possible', {
			sentence: 'a cluster that is not AKS has no identity of Azure to pull with',
			wanted: '--cluster NAME for an AKS cluster',
			found: `--context ${flags.context ?? '(the current one)'}`,
			fix: 'Leave --method out: a pull secret is made, from the best source that you may use.',
		});
	}
	const { secretCreate } = await import('./secret/create.ts');
	const { method, namespace, registry, ...more } = flags;
	const source = secretSources.find((one) => one === method);
	return secretCreate(context, session, {
		...more,
		name: `pull-${
			registry
				.split(/[/.]/)
				.findLast((part) => /^[a-z0-9]{5,}$/i.test(part))
				?.toLowerCase() ?? 'secret'
		}`,
		registry: [registry],
		attachTo: ['serviceaccount/default'],
		...(namespace !== undefined && { namespace: [namespace] }),
		...(source !== undefined && { from: source }),
	});
}

/** Gives the cluster's nodes the pull role on the registry, and proves it by a pull. */
export async function attach(context: Context, session: Session, flags: AttachFlags): Promise<AttachResult> {
	const [cluster, registry] = await Promise.all([
		findCluster(session, flags.cluster ?? '', flags),
		findRegistry(session, flags.registry, flags),
	]);
	if (flags.proveWith !== undefined) mustBeOf(registry, flags.proveWith);
	const wanted = (flags.repository ?? []).map(parseRepositoryRule);
	const seen = await gather(session, { cluster, registry, wanted, viaGroup: flags.viaGroup });
	const plan = planAttach(seen, newPlanNames(session));
	await announcePlan(context, session, { plan, because: reasonFor(seen, plan), notes: notesOnRoles(seen), flags });
	const result = {
		schema: 'lanyard.dev/attach/v1' as const,
		world: session.world,
		cluster: cluster.name,
		registry: registry.name,
		undo: inSameWorld(`lanyard detach --cluster ${cluster.name} --registry ${registry.name}`, flags),
	};
	const state = await performPlan(context, session, { plan, flags });
	if (state.outcome !== 'done') return { ...result, outcome: state.outcome, plan: state.plan, proof: [] };
	return { ...result, plan: state.plan, ...(await prove(context, session, { seen, plan: state.plan, flags })) };
}

/** Why this method, in a line. */
function reasonFor({ cluster, registry, puller, group }: Seen, { steps }: Plan): string {
	const name = puller.method === 'kubelet-identity' ? 'kubelet identity' : "the cluster's service principal";
	if (steps.length === 0) return `${name}; it can pull from ${registry.name} already`;
	const through = group ? `, through group ${group.group.displayName}` : '';
	const has = puller.method === 'kubelet-identity' ? 'has one' : 'has no managed identity';
	return `${name}${through}, because ${cluster.name} ${has} and you may assign roles on ${registry.name}`;
}

/** A pull from somewhere else would prove nothing. */
function mustBeOf({ name, loginServer }: Registry, image: string): void {
	if (readTypedImage(image).host === loginServer.toLowerCase()) return;
	throw new Problem('wrong-flag', {
		sentence: `--prove-with names no image of ${name}`,
		wanted: `${loginServer}/REPOSITORY:TAG`,
		found: image,
		fix: 'Name an image of this registry, or leave --prove-with out.',
	});
}

type Proved = Pick<AttachResult, 'outcome' | 'proof' | 'why'>;

interface Proving {
	seen: Seen;
	plan: Plan;
	flags: AttachFlags;
}

/** Proof by a pull on every Linux pool. Not being able to look is "granted, not proved", never a failure of the grant. */
async function prove(context: Context, session: Session, o: Proving): Promise<Proved> {
	const { cluster, registry } = o.seen;
	// The pods that prove it are taken away again, whatever comes.
	session.willChange();
	try {
		const kube = await session.kubeOf(cluster);
		const image = o.flags.proveWith ?? (await findProofImage(kube, session.registry(registry.loginServer)));
		if (!image) return notProved('there is no image to pull; name one with --prove-with');
		const pools = cluster.nodePools.filter(({ os, count }) => os === 'Linux' && count > 0);
		if (pools.length === 0) return notProved('no pool has a Linux node to pull on');
		context.terminal.progress(replicationLine(0, o.flags.patience));
		const proof = await proveByPull({
			kube,
			namespace: o.flags.namespace ?? 'default',
			image,
			pools: pools.map(({ name }) => name),
			patienceMs: o.flags.patience * 60_000,
			clock: context.clock,
			sleep: context.sleep,
			randomName: () => randomLetters(8),
			signal: context.signal,
			onWait: (waitedMs) => context.terminal.progress(replicationLine(waitedMs, o.flags.patience)),
		});
		context.terminal.progressDone();
		const isPulled = proof.every(({ pulled }) => pulled);
		// The nodes' provider offers no credentials at all as well: such a pull would succeed without any role.
		if (isPulled && registry.anonymousPull) return { ...notProved('the registry lets anybody pull'), proof };
		return { outcome: isPulled ? 'proved' : 'proof-failed', proof };
	} catch (problem) {
		if (!(problem instanceof Problem)) throw problem;
		if (problem.code === 'cluster-not-found') throw deletedMeanwhile(problem, o);
		if (problem.code !== 'interrupted') return notProved(inOneLine(problem));
		const target = `--cluster ${cluster.name} --registry ${registry.name}`;
		throw new Problem('interrupted', {
			found: `${cluster.name} has the role; ${problem.found ?? 'the proof was stopped'}`,
			fix: `Prove it, or undo it:\n${inSameWorld(`lanyard attach ${target}`, o.flags)}\n${inSameWorld(`lanyard detach ${target}`, o.flags)}`,
			cause: problem,
		});
	}
}

/** Its identity is gone with it; what it was given is not, and no longer found by the cluster's name. */
function deletedMeanwhile(cause: Problem, { seen: { cluster, puller, registry }, plan, flags }: Proving): Problem {
	if (plan.steps.length === 0) return cause;
	return new Problem('stopped-part-way', {
		sentence: `${cluster.name} was deleted meanwhile`,
		found: `${puller.name}, gone with its cluster, has the role on ${registry.name}; ${cause.found ?? cause.message}`,
		fix: `Take the role back:\n${inSameWorld(`lanyard undo ${plan.id}`, flags)}`,
		cause,
	});
}

function replicationLine(waitedMs: number, minutes: number): string {
	return waitingLine('Azure to replicate the role', { waitedMs, minutes });
}

/** Of a right that is missing people need to know which. */
function inOneLine({ code, message, wanted, found }: Problem): string {
	if (code !== 'caller-lacks-right') return message;
	return wanted === undefined ? [message, found].filter(Boolean).join(': ') : `you lack ${wanted}`;
}

function notProved(why: string): Proved {
	return { outcome: 'granted-not-proved', proof: [], why };
}
