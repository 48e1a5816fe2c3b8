import {
	chooseSource,
	gatherSecret,
	hostOfServerKey,
	mustBeName,
	notesOnCreate,
	planSecretCreate,
	type SecretSource,
	type SecretTarget,
	type SecretWish,
	serverKeyOf,
} from '@lanyard/connect';
import { type ExitCode, Problem } from '@lanyard/core';

import { findRegistry } from '../../session/find.ts';
import type { Session } from '../../session/session.ts';
import { announcePlan, newPlanNames, performPlan, printExport } from '../change.ts';
import type { Context } from '../context.ts';
import { type LoginFlags, hasLogin, readLogins } from './login.ts';
import { chooseCluster, type ClusterChoice, namespacesOf, parseReferrers } from './place.ts';
import { type SecretChange, tellChange } from './tell.ts';

export interface CreateFlags extends ClusterChoice, LoginFlags {
	registry: string[];
	from?: SecretSource;
	/** For `service-principal`: its name or client id. */
	principal?: string;
	attachTo?: string[];
	repository?: string[];
	/** Days until a password ends. */
	lifetime?: number;
	replace?: boolean;
	/** Print the lines for a pod template. */
	lines?: boolean;
	patience?: number;
}

/** A year, as `az ad sp create-for-rbac` gives. */
const usualLifetimeDays = 365;
const dayMs = 86_400_000;

/** `lanyard secret create`: plans, asks, does, proves. */
export async function secretCreate(
	context: Context,
	session: Session,
	flags: CreateFlags & { name: string },
): Promise<ExitCode> {
	mustBeName('secret', flags.name);
	const targets = await Promise.all(flags.registry.map((asked) => findTarget(session, asked, flags)));
	const { source, because } = await pickSource(session, flags, targets);
	const logins =
		source === 'login'
			? await readLogins(
					context,
					flags,
					targets.map(({ server }) => server),
				)
			: new Map();
	const wish = await wishOf(context, session, { flags, targets, source });
	const seen = await gatherSecret({ ...session, kube: session.kubeBy }, wish, { principal: flags.principal });
	const plan = planSecretCreate(seen, newPlanNames(session));
	await announcePlan(context, session, {
		plan,
		because: `${source}, because ${because}`,
		notes: notesOnCreate(seen),
		flags,
	});
	const performed = await performPlan(context, session, { plan, flags, logins });
	if (flags.export) return printExport(context, plan, flags.export);
	const isProved = performed.plan.proof.by === 'token';
	const outcome = performed.outcome === 'planned' ? 'planned' : isProved ? 'proved' : 'granted-not-proved';
	const change: SecretChange = { name: wish.name, outcome, plan: performed.plan, flags };
	return tellChange(context, session, { ...change, lines: flags.lines === true || wish.attachTo.length === 0 });
}

/** A registry of Azure by its name, login server or id; any other by its host. */
async function findTarget(session: Session, asked: string, flags: CreateFlags): Promise<SecretTarget> {
	const isHost = asked.includes('.') && !asked.startsWith('/');
	const registry = await findRegistry(session, asked, flags).catch((problem: unknown) => {
		if (isHost && problem instanceof Problem && problem.code === 'registry-not-found') return undefined;
		throw problem;
	});
	if (registry)
		return { server: registry.loginServer.toLowerCase(), host: registry.loginServer.toLowerCase(), registry };
	const server = serverKeyOf(asked);
	return { server, host: hostOfServerKey(server) };
}

async function pickSource(session: Session, flags: CreateFlags, targets: SecretTarget[]) {
	if (flags.from !== undefined) return { source: flags.from, because: 'you asked for it' };
	const callerMay = await Promise.all(
		targets.map(async ({ registry }) => (registry ? session.arm.permissions(registry.id) : undefined)),
	);
	return chooseSource({ hasLogin: hasLogin(flags), callerMay });
}

async function wishOf(
	context: Context,
	session: Session,
	{ flags, targets, source }: { flags: CreateFlags & { name: string }; targets: SecretTarget[]; source: SecretSource },
): Promise<SecretWish> {
	const { cluster, clusterName, namespace } = await chooseCluster(session, flags);
	const days = flags.lifetime ?? (source.endsWith('service-principal') ? usualLifetimeDays : undefined);
	return {
		name: flags.name,
		...{ cluster, clusterName, source, targets },
		namespaces: namespacesOf(flags, namespace),
		attachTo: parseReferrers(flags.attachTo ?? []),
		repositories: flags.repository ?? [],
		replace: flags.replace === true,
		...(flags.tokenHost && { tokenHosts: flags.tokenHost }),
		...(days !== undefined && { endsAt: new Date(context.clock.now().getTime() + days * dayMs) }),
	};
}
