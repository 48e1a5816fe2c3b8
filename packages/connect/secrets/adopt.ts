import type { Graph, RegistryAdmin } from '@lanyard/clients';
import { type Plan, Problem } from '@lanyard/core';
import { tokenUser } from '@lanyard/credentials';
import { decodeJwt, type DockerLogin, type Registry } from '@lanyard/wire';
import type { PlanNames } from '../methods/role.ts';
import { hostOfServerKey } from '../pull-secret.ts';
import { buildSecretNotes, noteAnnotation, type SecretNote } from '../secret-note.ts';
import { noInverse, stepList } from '../steps/step-list.ts';
import type { FoundSecret } from './found-secret.ts';
import { nameStep, proofStep } from './plan-create.ts';
import type { NamespaceSeen } from './wish.ts';

/** What adopting decides upon: one secret, and what is known of where it is from. */
export interface AdoptSeen {
	cluster: string;
	clusterName: string;
	/** Hosts that the registries' token services may be at, as a person said. */
	tokenHosts?: string[];
	found: FoundSecret;
	notes: SecretNote[];
	namespace: NamespaceSeen;
	attachTo: { kind: string; name: string }[];
	proofRepositories: ReadonlyMap<string, string>;
}

/** Plans to take an existing secret over: its logins are proved, its origin is noted, and it is named where it is wanted. */
export function planAdopt(seen: AdoptSeen, names: PlanNames): Plan {
	const { cluster, clusterName, found, notes } = seen;
	const list = stepList();
	const place = { cluster, namespace: found.namespace, name: found.name };
	const unproved = found.logins.flatMap(({ server }) => {
		const host = hostOfServerKey(server);
		const repository = seen.proofRepositories.get(server);
		if (repository === undefined) return [host];
		const credential = list.add({
			do: 'take-from-secret',
			target: `secret ${found.namespace}/${found.name}`,
			says: `read  the login for  ${host}`,
			change: { ...place, servers: server, source: 'secret' },
			inverse: noInverse('nothing'),
		});
		proofStep(list, { target: { host }, repository, credential, tokenHosts: seen.tokenHosts });
		return [];
	});
	const note = buildSecretNotes(notes);
	if (note !== found.secret.annotations[noteAnnotation]) {
		const before = found.secret.annotations[noteAnnotation];
		list.add({
			do: 'note-secret',
			target: `secret ${found.namespace}/${found.name}`,
			says: `note  where it is from: ${notes.map(({ source }) => source).join(', ')}`,
			change: { ...place, note },
			inverse: { do: 'note-secret', says: 'take the note off', change: { ...place, ...(before && { note: before }) } },
		});
	}
	const wish = { name: found.name, cluster };
	for (const referrer of seen.attachTo) nameStep(list, { seen: { wish }, namespace: seen.namespace, referrer });
	return {
		schema: 'lanyard.dev/plan/v1',
		id: names.planId,
		world: names.world,
		goal: { method: 'adopt', target: { secret: found.name, cluster: clusterName, namespaces: found.namespace } },
		seen: { cluster },
		steps: list.steps,
		proof:
			unproved.length === 0
				? { by: 'token', says: 'the registry grants a token for what is in the secret' }
				: { by: 'none', says: `no repository of ${unproved.join(', ')} is known to ask a token for` },
	};
}

/** Where origins are looked up. */
export interface OriginSources {
	graph: Graph;
	registries: RegistryAdmin;
	/** The registries that the caller sees, by login server in lower case. */
	known: ReadonlyMap<string, Registry>;
}

/** Finds out where a login is from, by its user and, without telling anybody, its password. */
export async function findOrigin(sources: OriginSources, login: DockerLogin): Promise<SecretNote> {
	const { server, user } = login;
	const registry = sources.known.get(hostOfServerKey(server).toLowerCase());
	const plain: SecretNote = { server, source: 'login' };
	if (!registry) return plain;
	const at = { server, registry: registry.id };
	if (user === tokenUser) return { ...at, source: 'short-lived', ...endOf(login) };
	if (user.toLowerCase() === registry.name.toLowerCase())
		return { ...at, source: 'admin-user', ...(await adminId(sources, registry, login)) };
	if (/^[0-9a-f-]{36}$/i.test(user)) return (await ofApplication(sources, at, login)) ?? plain;
	return (await ofToken(sources, registry, login)) ?? plain;
}

function endOf({ password }: DockerLogin): { endsAt?: string } {
	const endsAt = decodeJwt(password).endsAt;
	return endsAt ? { endsAt: endsAt.toISOString() } : {};
}

async function adminId({ registries }: OriginSources, { id }: Registry, { password }: DockerLogin) {
	const user = await unlessRefused(registries.adminUser(id));
	const used = user?.passwords.find(({ value }) => value.reveal() === password.reveal());
	return used ? { id: used.name } : {};
}

/** Graph tells the first three letters of each password, which is enough where only one begins so. */
async function ofApplication(
	{ graph }: OriginSources,
	at: { server: string; registry: string },
	{ user, password }: DockerLogin,
): Promise<SecretNote | undefined> {
	const application = await unlessRefused(graph.applicationOf(user));
	if (!application) return undefined;
	const [one, other] = application.passwords.filter(
		({ hint }) => hint !== undefined && password.reveal().startsWith(hint),
	);
	const known = one && !other ? { id: one.keyId, ...(one.endsAt && { endsAt: one.endsAt.toISOString() }) } : {};
	return { ...at, source: 'service-principal', application: application.objectId, ...known };
}

async function ofToken({ registries }: OriginSources, { id }: Registry, { server, user }: DockerLogin) {
	const token = await unlessRefused(registries.token(`${id}/tokens/${user}`));
	if (!token) return undefined;
	const [one, other] = token.passwords;
	const known = one && !other ? { id: one.name, ...(one.endsAt && { endsAt: one.endsAt.toISOString() }) } : {};
	return { server, source: 'token', registry: id, token: token.id, ...known };
}

async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
	try {
		return await asked;
	} catch (problem) {
		if (problem instanceof Problem) return undefined;
		throw problem;
	}
}
