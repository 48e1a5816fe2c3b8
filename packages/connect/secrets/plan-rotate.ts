import { type Plan, Problem } from '@lanyard/core';
import type { PlanNames } from '../methods/role.ts';
import { hostOfServerKey } from '../pull-secret.ts';
import type { SecretNote } from '../secret-note.ts';
import { copyName, dropSteps } from '../steps/secret-copy.ts';
import { noInverse, type StepList, stepList } from '../steps/step-list.ts';
import type { FoundSecret } from './found-secret.ts';
import { proofStep } from './plan-create.ts';

/** What rotation decides upon. */
export interface RotateSeen {
	name: string;
	/** By resource id, or `context:NAME`. */
	cluster: string;
	clusterName: string;
	/** Hosts that the registries' token services may be at, as a person said. */
	tokenHosts?: string[];
	/** The secrets of this name that are to be renewed. */
	found: FoundSecret[];
	/** What a token is asked for to prove the new credential, by server. */
	proofRepositories: ReadonlyMap<string, string>;
	/** When a new password is to end, where it can. */
	endsAt?: Date;
}

/** One credential, and the servers it is for. */
interface Held {
	note: SecretNote;
	servers: string[];
}

/**
 * Plans a rotation without a moment in which nothing works: a second password, proved, written everywhere, and only then the
 * first one ended. Throws `method-not-possible` for a secret whose origin nobody knows.
 */
export function planRotate(seen: RotateSeen, names: PlanNames): Plan {
	const { name, clusterName, found } = seen;
	const held = heldIn(seen);
	const list = stepList();
	const made = held.map((one) => ({ ...one, step: mintStep(list, seen, one) }));
	const unproved = made.flatMap(({ servers, step }) => proofs(list, seen, { servers, step }));
	const places = found.map(({ namespace }) => ({
		cluster: seen.cluster,
		namespace,
		name,
		backup: copyName(name, names.planId),
	}));
	for (const place of places) writeStep(list, place, made.map(({ step }) => step).join(','));
	for (const one of held) retireStep(list, one);
	dropSteps(list);
	return {
		schema: 'lanyard.dev/plan/v1',
		id: names.planId,
		world: names.world,
		goal: {
			method: 'rotate',
			target: { secret: name, cluster: clusterName, namespaces: found.map(({ namespace }) => namespace).join(', ') },
		},
		seen: { cluster: seen.cluster, source: held.map(({ note }) => note.source).join(', ') },
		steps: list.steps,
		proof:
			unproved.length === 0
				? { by: 'token', says: 'the registry grants a token for the new credential before the old one ends' }
				: { by: 'none', says: `no repository of ${unproved.join(', ')} is known to ask a token for` },
	};
}

/** The distinct credentials of all these secrets; a secret in many namespaces holds one. */
function heldIn({ name, found }: RotateSeen): Held[] {
	const held = new Map<string, Held>();
	for (const { notes, namespace } of found) {
		if (notes.length === 0) throw unknownOrigin(name, namespace);
		for (const note of notes) {
			const { source, registry = '', application = '', token = '', id = '' } = note;
			const shared = source === 'service-principal' ? application : `${registry}${token}${note.server}`;
			const key = `${source} ${shared} ${id}`;
			const known = held.get(key) ?? { note, servers: [] };
			held.set(key, { note, servers: [...new Set([...known.servers, note.server])] });
		}
	}
	return [...held.values()];
}

function mintStep(list: StepList, { endsAt }: RotateSeen, { note, servers }: Held): string {
	const { source, registry = '', application = '', token = '', id } = note;
	const common = { servers: servers.join(','), source };
	const ends = endsAt ? { endsAt: endsAt.toISOString() } : {};
	const own = list.next();
	switch (source) {
		case 'service-principal':
			return list.add({
				do: 'add-password',
				target: application,
				says: `add  a second password${endsAt ? `, until ${endsAt.toISOString().slice(0, 10)}` : ''}`,
				change: { ...common, ...ends, application, registry },
				inverse: { do: 'remove-password', says: 'end it', change: { application, id: `{${own}.id}` } },
			});
		case 'token':
			return list.add({
				do: 'add-token-password',
				target: token,
				says: `make  the other password of token  ${token.split('/').at(-1)}`,
				change: { ...common, ...ends, registry, token, ...(id && { inUse: id }) },
				inverse: { do: 'remove-token-password', says: 'end it', change: { registry, token, id: `{${own}.id}` } },
			});
		case 'admin-user':
			return list.add({
				do: 'take-admin-password',
				target: registry,
				says: `make  the other admin password of  ${registry.split('/').at(-1)}`,
				change: { ...common, registry, inUse: id ?? 'password' },
				inverse: noInverse('nothing: nobody uses it yet'),
			});
		case 'short-lived':
			return list.add({
				do: 'exchange-token',
				target: servers.join(', '),
				says: `take  your own token for  ${servers.join(', ')}`,
				change: common,
				inverse: noInverse('nothing: it ends by itself'),
			});
		default:
			return list.add({
				do: 'take-login',
				target: servers.join(', '),
				says: `take  the new login for  ${servers.join(', ')}`,
				change: common,
				inverse: noInverse('nothing'),
			});
	}
}

function proofs(list: StepList, seen: RotateSeen, { servers, step }: { servers: string[]; step: string }): string[] {
	return servers.flatMap((server) => {
		const repository = seen.proofRepositories.get(server);
		const host = hostOfServerKey(server);
		if (repository === undefined) return [host];
		proofStep(list, { target: { host }, repository, credential: step, tokenHosts: seen.tokenHosts });
		return [];
	});
}

function writeStep(list: StepList, place: Record<string, string>, credentials: string): void {
	list.add({
		do: 'write-secret',
		target: `secret ${place['namespace']}/${place['name']}`,
		says: `write into  pull secret  ${place['namespace']}/${place['name']}`,
		change: { ...place, credentials, mode: 'update', renews: 'true' },
		inverse: { do: 'restore-secret', says: 'put back what was there', change: place },
	});
}

/** The old credential is the last to go, and it cannot come back. */
function retireStep(list: StepList, held: Held): void {
	const draft = retirement(held.note);
	if (draft) list.add({ ...draft, inverse: noInverse('cannot be undone') });
}

/** How a credential is ended, where its source can end it and what it is known by was written down. */
export function retirement({ source, registry = '', application = '', token = '', id }: SecretNote) {
	if (id === undefined) return undefined;
	const change = { id, final: 'true' };
	if (source === 'service-principal') {
		const says = 'end  the old password';
		return { do: 'remove-password', target: application, says, change: { ...change, application } };
	}
	if (source === 'token') {
		const says = `end  the old password of token  ${token.split('/').at(-1)}`;
		return { do: 'remove-token-password', target: token, says, change: { ...change, registry, token } };
	}
	if (source === 'admin-user') {
		const says = `end  the old admin password of  ${registry.split('/').at(-1)}`;
		return { do: 'renew-admin-password', target: registry, says, change: { ...change, registry } };
	}
	return undefined;
}

function unknownOrigin(name: string, namespace: string): Problem {
	return new Problem('method-not-possible', {
		sentence: `nobody knows where the credential in "${name}" in namespace "${namespace}" is from`,
		wanted: 'a secret that lanyard wrote or adopted',
		found: 'one without a note of its origin',
		fix: `Adopt it first: lanyard secret adopt ${name} -n ${namespace}`,
	});
}
