import { type CommandCode, nearest, parseLoginServer, Problem } from '@lanyard/core';
import type { Cluster, Registry, ResourceGroup, Subscription } from '@lanyard/wire';

import type { Session } from './session.ts';

export interface FindOptions {
	/** `--subscription`: name or id; left out: all that the caller sees. */
	subscription?: string;
}

/** Finds a cluster by name or resource id. Throws `cluster-not-found` or `name-ambiguous`. */
export async function findCluster(session: Session, asked: string, options: FindOptions = {}): Promise<Cluster> {
	if (asked.startsWith('/'))
		return (await session.arm.cluster(checkedId(asked, clusters))) ?? notThere(session, asked, clusters);
	const known = await inEach(session, options, (id) => session.arm.clusters(id));
	return pick(session, clusters, { asked, known });
}

/** Finds a registry by name, login server or resource id (also of another subscription). Throws `registry-not-found` or `name-ambiguous`. */
export async function findRegistry(session: Session, asked: string, options: FindOptions = {}): Promise<Registry> {
	if (asked.startsWith('/'))
		return (await session.arm.registry(checkedId(asked, registries))) ?? notThere(session, asked, registries);
	const known = await inEach(session, options, (id) => session.arm.registries(id));
	const kind = parseLoginServer(asked) ? elsewhere(asked) : registries;
	const byServer = known.find(({ loginServer }) => loginServer.toLowerCase() === asked.toLowerCase());
	if (!byServer && options.subscription !== undefined) await mustNotBeBeside(session, asked, known);
	return byServer ?? pick(session, kind, { asked, known });
}

/** `--subscription` names where the cluster is, too: a registry that many pull from often lies in another one. */
async function mustNotBeBeside(session: Session, asked: string, known: Registry[]): Promise<void> {
	const isAsked = ({ name, loginServer }: Registry) =>
		[name, loginServer].some((one) => one.toLowerCase() === asked.toLowerCase());
	if (known.some(isAsked)) return;
	const found = (await inEach(session, {}, (id) => session.arm.registries(id))).find(isAsked);
	if (!found) return;
	throw new Problem('registry-not-found', {
		sentence: `the registry "${asked}" is in another subscription`,
		wanted: 'a registry in the subscription of --subscription',
		found: found.id,
		fix: `Leave --subscription out, or name the registry by its resource id:\n--registry ${found.id}`,
	});
}

/** The subscriptions to look in. Throws `subscription-not-found`. */
export async function chosenSubscriptions(session: Session, { subscription }: FindOptions): Promise<Subscription[]> {
	const all = await session.subscriptions();
	if (subscription === undefined) return all;
	const wanted = subscription.toLowerCase();
	const chosen = all.filter(({ id, name }) => id.toLowerCase() === wanted || name.toLowerCase() === wanted);
	if (chosen.length > 0) return chosen;
	throw missing('subscription-not-found', {
		what: 'subscription',
		asked: subscription,
		names: all.map(({ name }) => name),
		title: session.title,
	});
}

/** Finds a resource group by its name. Throws `group-not-found` or `name-ambiguous`. */
export async function findResourceGroup(
	session: Session,
	flags: FindOptions & { group: string },
): Promise<{ group: ResourceGroup; subscriptionId: string }> {
	const subscriptions = await chosenSubscriptions(session, flags);
	const all = await Promise.all(
		subscriptions.map(async ({ id }) => (await session.arm.groups(id)).map((group) => ({ group, subscriptionId: id }))),
	);
	const [found, another] = all.flat().filter(({ group }) => group.name.toLowerCase() === flags.group.toLowerCase());
	if (found && !another) return found;
	throw new Problem(found ? 'name-ambiguous' : 'group-not-found', {
		sentence: found ? `several subscriptions have a group "${flags.group}"` : `no group "${flags.group}"`,
		wanted: 'a resource group that you can see',
		found:
			all
				.flat()
				.map(({ group }) => group.name)
				.join(', ') || 'none at all',
		fix: found
			? 'Add --subscription.'
			: 'Name one that is there, or make it: az group create --name NAME --location REGION',
	});
}

interface Kind {
	code: CommandCode;
	what: string;
	/** How its resource ids name it. */
	type: string;
	/** Instead of the catalogue's. */
	fix?: string;
}

const clusters: Kind = {
	code: 'cluster-not-found',
	what: 'cluster',
	type: 'Microsoft.ContainerService/managedClusters',
};
const registries: Kind = {
	code: 'registry-not-found',
	what: 'registry',
	type: 'Microsoft.ContainerRegistry/registries',
};

/** A resource id of another type would be answered with another thing, or with nothing that tells. */
function checkedId(asked: string, { code, what, type }: Kind): string {
	if (new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${type}/[^/]+$`, 'i').test(asked)) return asked;
	throw new Problem(code, {
		sentence: `this is not the resource id of a ${what}`,
		wanted: `/subscriptions/…/resourceGroups/…/providers/${type}/NAME, or the name alone`,
		found: asked,
	});
}

function notThere({ title }: Session, asked: string, { code, what }: Kind): never {
	throw new Problem(code, {
		sentence: `no ${what} "${asked.split('/').at(-1) ?? ''}" in that resource group`,
		wanted: `a ${what} that you can see in ${title}`,
		found: `nothing at ${asked}`,
	});
}

/** A login server that is not among those of this tenant: most often it belongs to another one. */
function elsewhere(loginServer: string): Kind {
	return {
		...registries,
		fix: [
			'If it belongs to another tenant, ask its owner for a repository token; or, where it lets anybody pull, copy the images:',
			`lanyard secret create pull --registry ${loginServer} --user TOKEN --password-stdin`,
			`lanyard import ${loginServer}/REPOSITORY:TAG --registry ONE-OF-YOURS`,
		].join('\n'),
	};
}

async function inEach<T>(
	session: Session,
	options: FindOptions,
	list: (subscriptionId: string) => Promise<T[]>,
): Promise<T[]> {
	const subscriptions = await chosenSubscriptions(session, options);
	return (await Promise.all(subscriptions.map(({ id }) => list(id)))).flat();
}

function pick<T extends { id: string; name: string }>(
	session: Session,
	kind: Kind,
	o: { asked: string; known: T[] },
): T {
	const found = o.known.filter(({ name }) => name.toLowerCase() === o.asked.toLowerCase());
	const [first, second] = found;
	if (!first) return notFound(session, kind, o);
	if (!second) return first;
	throw new Problem('name-ambiguous', {
		sentence: `there are ${found.length} of the name "${o.asked}"`,
		wanted: `one ${kind.what}`,
		found: found.map(({ id }) => id).join(', '),
		fix: 'Name it by its resource id, or add --subscription.',
	});
}

function notFound(session: Session, { code, what, fix }: Kind, o: { asked: string; known: { name: string }[] }): never {
	throw missing(code, { what, asked: o.asked, names: o.known.map(({ name }) => name), title: session.title, fix });
}

function missing(
	code: CommandCode,
	o: { what: string; asked: string; names: string[]; title: string; fix?: string | undefined },
): Problem {
	const meant = nearest(o.asked, o.names);
	return new Problem(code, {
		sentence: `no ${o.what} "${o.asked}"${meant ? `; did you mean "${meant}"?` : ''}`,
		wanted: `a ${o.what} that you can see in ${o.title}`,
		found: o.names.length > 0 ? o.names.toSorted().join(', ') : 'none at all',
		...(o.fix !== undefined && { fix: o.fix }),
	});
}
