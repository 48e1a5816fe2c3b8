import {
	findOrigin,
	gatherProofs,
	gatherReferrer,
	type Login,
	mustFindSecrets,
	planAdopt,
	planDelete,
	planRotate,
	retirement,
	type SecretNote,
} from '@lanyard/connect';
import { type ExitCode, type Plan, Problem } from '@lanyard/core';

import { chosenSubscriptions } from '../../session/find.ts';
import type { Session } from '../../session/session.ts';
import { announcePlan, newPlanNames, performPlan, printExport } from '../change.ts';
import type { Context } from '../context.ts';
import { type LoginFlags, readLogins } from './login.ts';
import { chooseCluster, type ClusterChoice, parseReferrers } from './place.ts';
import { type SecretResult, tellChange } from './tell.ts';

export interface RotateFlags extends ClusterChoice, LoginFlags {
	name: string;
	repository?: string[];
	lifetime?: number;
	patience?: number;
}

const usualLifetimeDays = 365;
const dayMs = 86_400_000;

/** `lanyard secret rotate`: the second credential first, the end of the old one last. */
export async function secretRotate(context: Context, session: Session, flags: RotateFlags): Promise<ExitCode> {
	const { cluster, clusterName, kube } = await chooseCluster(session, flags);
	const found = await mustFindSecrets(kube, { name: flags.name, namespaces: flags.namespace ?? [] });
	const notes = found.flatMap((one) => one.notes);
	const servers = [...new Set(notes.map(({ server }) => server))];
	const proofRepositories = await gatherProofs(
		{ ...session, kube: session.kubeBy },
		{ cluster, servers, namespaces: found.map(({ namespace }) => namespace), repositories: flags.repository ?? [] },
	);
	const canEnd = notes.some(({ source }) => source === 'service-principal') || flags.lifetime !== undefined;
	const endsAt = new Date(context.clock.now().getTime() + (flags.lifetime ?? usualLifetimeDays) * dayMs);
	const seen = {
		name: flags.name,
		cluster,
		clusterName,
		found,
		proofRepositories,
		...tokenHostsOf(flags),
		...(canEnd && { endsAt }),
	};
	const plan = planRotate(seen, newPlanNames(session));
	const typed = notes.filter(({ source }) => source === 'login').map(({ server }) => server);
	const logins = typed.length > 0 ? await readLogins(context, flags, [...new Set(typed)]) : new Map();
	const because = 'rotation: a second credential is proved and written everywhere before the first one ends';
	return finish(context, session, { plan, because, flags, logins, outcome: 'proved' });
}

export interface DeleteFlags extends ClusterChoice {
	name: string;
	/** End the credential too. */
	revoke?: boolean;
}

/** `lanyard secret delete`: out of what names it, then gone. */
export async function secretDelete(context: Context, session: Session, flags: DeleteFlags): Promise<ExitCode> {
	const { cluster, clusterName, kube, namespace } = await chooseCluster(session, flags);
	const found = await mustFindSecrets(kube, { name: flags.name, namespaces: flags.namespace ?? [namespace] });
	const revoke = flags.revoke === true;
	const plan = planDelete({ name: flags.name, cluster, clusterName, found, revoke }, newPlanNames(session));
	const because = whyDelete(
		revoke,
		found.flatMap(({ notes }) => notes),
	);
	return finish(context, session, { plan, because, flags, outcome: 'removed' });
}

function tokenHostsOf({ tokenHost }: Pick<LoginFlags, 'tokenHost'>): { tokenHosts?: string[] } {
	return tokenHost ? { tokenHosts: tokenHost } : {};
}

/** What becomes of the credentials in a secret that goes: not every source can end one. */
function whyDelete(revoke: boolean, notes: SecretNote[]): string {
	const lasting = notes.filter((note) => retirement(note) === undefined);
	if (notes.length > 0 && lasting.length === 0) {
		return revoke
			? 'delete, and end the credential, which cannot be undone'
			: 'delete; the credential itself still works: --revoke ends it too';
	}
	const ends = lasting
		.flatMap(({ endsAt }) => endsAt ?? [])
		.toSorted()
		.at(-1);
	const until = ends === undefined ? 'goes on working until its maker ends it' : `works until ${ends}`;
	return `delete; the credential cannot be ended from here and ${until}`;
}

export interface AdoptFlags extends ClusterChoice, Pick<LoginFlags, 'tokenHost'> {
	name: string;
	attachTo?: string[];
	repository?: string[];
	patience?: number;
}

/** `lanyard secret adopt`: checks a secret that is there, notes where it is from, names it where it is wanted. */
export async function secretAdopt(context: Context, session: Session, flags: AdoptFlags): Promise<ExitCode> {
	const { cluster, clusterName, kube, namespace } = await chooseCluster(session, flags);
	const namespaces = flags.namespace ?? [namespace];
	const [found, another] = await mustFindSecrets(kube, { name: flags.name, namespaces });
	if (!found || another) {
		throw new Problem('name-ambiguous', {
			wanted: 'one secret',
			fix: 'Name one namespace with -n: adopt one at a time.',
		});
	}
	mustBeReadable(found);
	const registries = await allRegistries(session, flags);
	const known = new Map(registries.map((registry) => [registry.loginServer.toLowerCase(), registry]));
	const notes = await Promise.all(found.logins.map((login) => findOrigin({ ...session, known }, login)));
	const attachTo = parseReferrers(flags.attachTo ?? []);
	const referrers = await Promise.all(
		attachTo.map((one) => gatherReferrer(kube, { ...one, namespace: found.namespace })),
	);
	const servers = found.logins.map(({ server }) => server);
	const proofRepositories = await gatherProofs(
		{ ...session, kube: session.kubeBy },
		{ cluster, servers, namespaces: [found.namespace], repositories: flags.repository ?? [] },
	);
	const place = { name: found.namespace, secret: 'other' as const, notes: found.notes, referrers };
	const seen = {
		cluster,
		clusterName,
		found,
		notes,
		namespace: place,
		attachTo,
		proofRepositories,
		...tokenHostsOf(flags),
	};
	const plan = planAdopt(seen, newPlanNames(session));
	const because = `adopt: its credential is from ${notes.map(({ source }) => source).join(', ') || 'nowhere'}`;
	return finish(context, session, { plan, because, flags, outcome: 'proved' });
}

function mustBeReadable({ name, namespace, logins }: { name: string; namespace: string; logins: unknown[] }): void {
	if (logins.length > 0) return;
	throw new Problem('secret-malformed', {
		sentence: `no kubelet can read "${name}" in namespace "${namespace}"`,
		wanted: 'a docker config with at least one login',
		found: 'something else',
		fix: `Write it anew: lanyard secret create ${name} --replace --registry NAME`,
	});
}

async function allRegistries(session: Session, flags: AdoptFlags) {
	const subscriptions = await chosenSubscriptions(session, flags);
	return (await Promise.all(subscriptions.map(({ id }) => session.arm.registries(id)))).flat();
}

interface Finishing {
	plan: Plan;
	because: string;
	flags: ClusterChoice & { name: string; patience?: number };
	logins?: ReadonlyMap<string, Login>;
	outcome: SecretResult['outcome'];
}

/** Shows the plan, does it, and tells what it came to. */
async function finish(context: Context, session: Session, o: Finishing): Promise<ExitCode> {
	const { plan, because, flags, logins } = o;
	await announcePlan(context, session, { plan, because, flags });
	const performed = await performPlan(context, session, { plan, flags, ...(logins && { logins }) });
	if (flags.export) return printExport(context, plan, flags.export);
	const isUnproved = o.outcome === 'proved' && plan.proof.by !== 'token';
	const done = isUnproved ? 'granted-not-proved' : o.outcome;
	const reached = plan.steps.length === 0 ? 'nothing-to-do' : done;
	const outcome = performed.outcome === 'planned' ? 'planned' : reached;
	return tellChange(context, session, { name: flags.name, outcome, plan: performed.plan, flags });
}
