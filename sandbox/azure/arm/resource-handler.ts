import { authorize } from '../authorize.ts';
import { type Ask, refuse } from './ask.ts';
import { clusterBody, identityBody, registryBody, resourceBody } from './body.ts';
import type { Answered, Arm } from './handler.ts';
import type { Resource, Resources, Shelf } from './model.ts';
import { armRefusals } from './refusal.ts';

/** One type of resource: how ids and actions spell it, where it is kept, how it is told. */
interface Kind<T extends Resource> {
	type: string;
	shelf: (resources: Resources) => Shelf<T>;
	body: (resource: T) => Record<string, unknown>;
}

const registry = {
	type: 'Microsoft.ContainerRegistry/registries',
	shelf: (all: Resources) => all.registries,
	body: registryBody,
};
const cluster = {
	type: 'Microsoft.ContainerService/managedClusters',
	shelf: (all: Resources) => all.clusters,
	body: clusterBody,
};
const identity = {
	type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
	shelf: (all: Resources) => all.identities,
	body: identityBody,
};
const kinds = [registry, cluster, identity];

/** Resources of every type, one by one and in lists. */
export function addResources(app: Arm, answered: Answered): void {
	addKind(app, answered, registry);
	addKind(app, answered, cluster);
	addKind(app, answered, identity);
	app.get('/subscriptions/:subscription/resources', answered(resources));
	app.get('/subscriptions/:subscription/resourcegroups/:group/resources', answered(resources));
	const path =
		'/subscriptions/:subscription/resourcegroups/:group/providers/microsoft.containerservice/managedclusters/:name';
	app.post(
		`${path}/listclusterusercredential`,
		answered((ask) => credentials(ask, 'user')),
	);
	app.post(
		`${path}/listclusteradmincredential`,
		answered((ask) => credentials(ask, 'admin')),
	);
}

function addKind<T extends Resource>(app: Arm, answered: Answered, kind: Kind<T>): void {
	const provider = `providers/${kind.type.toLowerCase()}`;
	const group = '/subscriptions/:subscription/resourcegroups/:group';
	app.get(
		`/subscriptions/:subscription/${provider}`,
		answered((ask) => list(ask, kind)),
	);
	app.get(
		`${group}/${provider}`,
		answered((ask) => list(ask, kind)),
	);
	app.get(
		`${group}/${provider}/:name`,
		answered((ask) => show(ask, kind)),
	);
}

function list<T extends Resource>(ask: Ask, { type, shelf, body }: Kind<T>): Response {
	const scope = `/${ask.segments.slice(0, -3).join('/')}`;
	const action = `${type}/read`;
	const all = shelf(ask.state.resources).under(`${scope}/`);
	const isOfGroup = ask.segments.length > 5;
	if (!isOfGroup)
		return answerReadable(ask, {
			action,
			scope,
			rows: all.map((resource) => ({ type, resource, body: body(resource) })),
		});
	const refused = refuse(ask, action, scope);
	if (refused) return refused;
	if (!ask.state.resources.groups.get(scope)) return armRefusals.groupNotFound(ask.segments[3] ?? '');
	return Response.json({ value: all.map(body) });
}

/** One line of a list, and what it takes to see it. */
interface Row {
	type: string;
	resource: Resource;
	body: Record<string, unknown>;
}

/** A list over a whole subscription: whoever may not read all of it sees only what they may read one by one. */
function answerReadable(ask: Ask, { action, scope, rows }: { action: string; scope: string; rows: Row[] }): Response {
	const refused = refuse(ask, action, scope);
	const isReadable = ({ type, resource }: Row) =>
		authorize(ask.state, ask.caller, { action: `${type}/read`, kind: 'action', scope: resource.id }).allowed;
	const shown = refused ? rows.filter(isReadable) : rows;
	if (refused && shown.length === 0) return refused;
	if (refused) {
		const reason = `no role on ${scope}; ${shown.length} of ${rows.length} resources may be read one by one`;
		ask.visit.decided({ allowed: true, action, scope, reason });
	}
	return Response.json({ value: shown.map(({ body }) => body) });
}

function show<T extends Resource>(ask: Ask, { type, shelf, body }: Kind<T>): Response {
	const scope = `/${ask.segments.join('/')}`;
	const refused = refuse(ask, `${type}/read`, scope);
	if (refused) return refused;
	const found = shelf(ask.state.resources).get(scope);
	return found ? Response.json(body(found)) : notFound(ask);
}

function notFound({ state, segments }: Ask): Response {
	const [, , , group = '', , namespace = '', type = '', name = ''] = segments;
	const groupId = `/${segments.slice(0, 4).join('/')}`;
	if (!state.resources.groups.get(groupId)) return armRefusals.groupNotFound(group);
	return armRefusals.resourceNotFound(`${namespace}/${type}`, name, group);
}

/** A kubeconfig for whoever may list credentials of that kind. */
function credentials(ask: Ask, role: 'user' | 'admin'): Response {
	const id = `/${ask.segments.slice(0, -1).join('/')}`;
	const [verb, name] =
		role === 'admin' ? ['listClusterAdminCredential', 'clusterAdmin'] : ['listClusterUserCredential', 'clusterUser'];
	const refused = refuse(ask, `${cluster.type}/${verb}/action`, id);
	if (refused) return refused;
	const found = ask.state.resources.clusters.get(id);
	if (!found) return notFound(ask);
	const kubeconfig = ask.state.clusterHost.credentials(found.id, role);
	return Response.json({ kubeconfigs: [{ name, value: Buffer.from(kubeconfig).toString('base64') }] });
}

/** The generic list: what az resolves names with. Whoever may not read the whole scope sees only what they may read. */
function resources(ask: Ask): Response {
	const { state, query, segments } = ask;
	const scope = `/${segments.slice(0, -1).join('/')}`;
	const filter = readFilter(query.get('$filter'));
	if (!filter) return armRefusals.badFilter(query.get('$filter') ?? '');
	const all = kinds.flatMap(({ type, shelf }) =>
		shelf(state.resources)
			.under(`${scope}/`)
			.map((resource) => ({ type, resource })),
	);
	const wanted = all.filter(({ type, resource }) =>
		filter.every(([field, value]) => fieldOf(type, resource, field) === value),
	);
	const rows = wanted.map(({ type, resource }) => ({ type, resource, body: resourceBody(resource, type) }));
	return answerReadable(ask, { action: 'Microsoft.Resources/subscriptions/resources/read', scope, rows });
}

function fieldOf(type: string, { name, location }: Resource, field: string): string {
	return { resourcetype: type, name, location }[field]?.toLowerCase() ?? '';
}

/** `resourceType eq 'T' and name eq 'N'`; undefined for anything else. */
function readFilter(filter: string | null): [field: string, value: string][] | undefined {
	if (filter === null) return [];
	const parts = filter.split(/ and /i).map((part) => part.match(/^\s*(resourceType|name|location) eq '([^']*)'\s*$/i));
	const read = parts.flatMap((part): [string, string][] => (part ? [[part[1] ?? '', part[2] ?? '']] : []));
	if (read.length < parts.length) return undefined;
	return read.map(([field, value]) => [field.toLowerCase(), value.toLowerCase()]);
}
