import { type Plan, Problem } from '@lanyard/core';
import { pathOfReferrer } from '../actions/reference.ts';
import type { PlanNames } from '../methods/role.ts';
import type { SecretNote } from '../secret-note.ts';
import { copyName } from '../steps/secret-copy.ts';
import { noInverse, type StepList, stepList } from '../steps/step-list.ts';
import { mint } from './mint.ts';
import { stillGood } from './still-good.ts';
import type { NamespaceSeen, SecretSeen, SecretSource, SecretTarget } from './wish.ts';

/**
 * Plans a pull secret: comes by the credential, proves it, and only then writes it into the namespaces and names it where it is
 * to be used. Throws where something stands in the way, before anything is done.
 */
export function planSecretCreate(seen: SecretSeen, names: PlanNames): Plan {
	const { wish } = seen;
	for (const namespace of seen.namespaces) mustBeFree(seen, namespace);
	const list = stepList();
	const credentials = mint[wish.source](list, seen, names);
	const unproved = proveAll(list, seen, credentials);
	for (const namespace of seen.namespaces) {
		writeStep(list, { seen, namespace, credentials: [...new Set(credentials.values())], planId: names.planId });
		for (const { kind, name } of wish.attachTo) nameStep(list, { seen, namespace, referrer: { kind, name } });
	}
	return {
		schema: 'lanyard.dev/plan/v1',
		id: names.planId,
		world: names.world,
		goal: {
			method: wish.source,
			target: {
				secret: wish.name,
				cluster: wish.clusterName,
				registry: wish.targets.map(({ registry, host }) => registry?.name ?? host).join(', '),
				namespaces: wish.namespaces.join(', '),
			},
		},
		seen: { cluster: wish.cluster, source: wish.source },
		steps: list.steps,
		proof:
			unproved.length === 0
				? { by: 'token', says: 'the registry grants a token for the credential before it is written anywhere' }
				: { by: 'none', says: `no repository of ${unproved.join(', ')} is known to ask a token for` },
	};
}

/** What every source costs, and what is left of a credential that is replaced, in lines that are shown beside the plan. */
export function notesOnCreate(seen: Pick<SecretSeen, 'wish' | 'namespaces'>): string[] {
	return [...notesOnSource(seen), ...notesOnReplaced(seen)];
}

/** An undo puts back what was there, so it must go on working: ending it is for whoever knows that nothing else uses it. */
function notesOnReplaced({ wish, namespaces }: Pick<SecretSeen, 'wish' | 'namespaces'>): string[] {
	const isLeft = ({ server, source }: SecretNote) => {
		// A short-lived one ends by itself, and the admin user is still the same.
		const isSame = source === 'admin-user' && wish.source === 'admin-user';
		return wish.targets.some((target) => target.server === server) && source !== 'short-lived' && !isSame;
	};
	const lines = namespaces.flatMap(({ name, notes }) =>
		notes.filter(isLeft).map((note) => `what ${name}/${wish.name} has now for ${note.server} ${stillGood([note])}`),
	);
	return [...new Set(lines)];
}

function notesOnSource({ wish }: Pick<SecretSeen, 'wish'>): string[] {
	const ends = wish.endsAt ? `until ${wish.endsAt.toISOString().slice(0, 10)}` : 'without an end';
	const notes: Record<SecretSource, string[]> = {
		'new-service-principal': [`its password works ${ends}: renew it with lanyard secret rotate ${wish.name}`],
		'service-principal': [`its password works ${ends}; the ones it has stay as they are`],
		token: [],
		'short-lived': ['it ends about three hours from now, and pulls fail from then on: for a quick look only'],
		'admin-user': [
			'the admin user may push and delete everything, and cannot be told from others: for development only',
		],
		login: [],
	};
	return notes[wish.source];
}

/** Adds a proof for each registry; returns those for which no repository is known to ask for. */
function proveAll(list: StepList, seen: SecretSeen, credentials: Map<SecretTarget, string>): string[] {
	return seen.targets.flatMap(({ target, proofRepository }) => {
		if (proofRepository === undefined) return [target.host];
		const credential = credentials.get(target) ?? '';
		proofStep(list, { target, repository: proofRepository, credential, tokenHosts: seen.wish.tokenHosts });
		return [];
	});
}

/** Proves a credential that an earlier step has. */
export function proofStep(
	list: StepList,
	o: { target: Pick<SecretTarget, 'host'>; repository: string; credential: string; tokenHosts?: string[] | undefined },
): void {
	list.add({
		do: 'prove-credential',
		target: o.target.host,
		says: `prove  that it may pull  ${o.target.host}/${o.repository}`,
		change: {
			...{ credential: o.credential, host: o.target.host, repository: o.repository },
			...(o.tokenHosts && o.tokenHosts.length > 0 && { tokenHosts: o.tokenHosts.join(',') }),
		},
		inverse: noInverse('nothing'),
	});
}

interface Writing {
	seen: { wish: Pick<SecretSeen['wish'], 'name' | 'cluster'> };
	namespace: NamespaceSeen;
	/** Ids of the steps that have what goes in. */
	credentials: string[];
	planId: string;
}

function writeStep(list: StepList, { seen: { wish }, namespace, credentials, planId }: Writing): void {
	const place = { cluster: wish.cluster, namespace: namespace.name, name: wish.name };
	const isThere = namespace.secret !== 'none';
	const backup = copyName(wish.name, planId);
	list.add({
		do: 'write-secret',
		target: `secret ${namespace.name}/${wish.name}`,
		says: `${isThere ? 'write into' : 'write'}  pull secret  ${namespace.name}/${wish.name}`,
		change: { ...place, credentials: credentials.join(','), ...(isThere ? { mode: 'update', backup } : {}) },
		inverse: isThere
			? { do: 'restore-secret', says: 'put back what was there', change: { ...place, backup } }
			: { do: 'remove-written-secret', says: 'delete it', change: place },
	});
}

/** Names the secret in something that is to use it, unless it names it already. */
export function nameStep(
	list: StepList,
	{
		seen: { wish },
		namespace,
		referrer,
	}: Pick<Writing, 'seen' | 'namespace'> & { referrer: { kind: string; name: string } },
): void {
	const { kind, name } = referrer;
	const found = namespace.referrers.find((one) => one.kind === kind && one.name === name);
	pathOfReferrer(kind, { namespace: namespace.name, name });
	if (!found?.names) {
		throw new Problem('workload-not-found', {
			sentence: `no ${kind} "${name}" in namespace "${namespace.name}"`,
			wanted: `${kind}/${name} to name the secret in`,
			found: 'none of that name',
		});
	}
	if (found.names.includes(wish.name)) return;
	const place = { cluster: wish.cluster, namespace: namespace.name, kind, name, secret: wish.name };
	// A list that is written whole elsewhere, as YAML is, must have the others in it.
	const change = found.names.length > 0 ? { ...place, beside: found.names.join(',') } : place;
	const rolls = kind === 'serviceaccount' ? '' : ', which rolls its pods';
	list.add({
		do: 'name-secret',
		target: `${kind} ${namespace.name}/${name}`,
		says: `name  it in  ${kind} ${namespace.name}/${name}${rolls}`,
		change,
		inverse: { do: 'unname-secret', says: 'take it out', change: { ...place, mayBeMissing: 'true' } },
	});
}

function mustBeFree({ wish }: SecretSeen, { name: namespace, secret }: NamespaceSeen): void {
	if (secret === 'none' || wish.replace) return;
	throw new Problem('already-exists', {
		sentence: `there is a secret "${wish.name}" in namespace "${namespace}" already`,
		found: secret === 'lanyard' ? 'one that lanyard wrote' : 'one that somebody else wrote',
		fix:
			secret === 'lanyard'
				? `Renew it: lanyard secret rotate ${wish.name}; or add --replace to write into it.`
				: `Use it as it is: lanyard secret adopt ${wish.name}; or add --replace to write into it; or choose another name.`,
	});
}
