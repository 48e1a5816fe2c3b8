import { type Ask, refuse, scopeTo } from './ask.ts';
import { groupBody } from './body.ts';
import type { Answered, Arm } from './handler.ts';
import { type Json, readBody, tagsIn, textIn } from './json-body.ts';
import { readLocation } from './location.ts';
import type { ResourceGroup } from './model.ts';
import { beginOperation } from './begin-operation.ts';
import { acceptedAt } from './operation-handler.ts';
import { listResponse } from './page.ts';
import { armRefusals } from './refusal.ts';

const type = 'Microsoft.Resources/subscriptions/resourceGroups';

/** Resource groups. */
export function addGroups(app: Arm, answered: Answered): void {
	const all = '/subscriptions/:subscription/resourcegroups';
	const one = `${all}/:group`;
	app.get(all, answered(list));
	app.get(one, answered(show));
	app.put(one, answered(write));
	app.patch(one, answered(update));
	app.delete(one, answered(remove));
	app.post(`${one}/exporttemplate`, answered(exportTemplate));
}

function list(ask: Ask): Response {
	const scope = scopeTo(ask, 2);
	const refused = refuse(ask, `${type}/read`, scope);
	if (refused) return refused;
	const filter = readFilter(ask.query.get('$filter'));
	if (!filter) return armRefusals.badListFilter(ask.query.get('$filter') ?? '');
	return listResponse(ask, ask.state.resources.groups.under(`${scope}/`).filter(filter), groupBody);
}

/** `tagName eq 'a' and tagValue eq 'b'`, as `az group list --tag` sends it; nothing else is documented. */
function readFilter(filter: string | null): ((group: ResourceGroup) => boolean) | undefined {
	if (filter === null) return () => true;
	const [, name, value] = filter.match(/^\s*tagname eq '([^']*)'(?:\s+and\s+tagvalue eq '([^']*)')?\s*$/i) ?? [];
	if (name === undefined) return undefined;
	return ({ tags = {} }) => tags[name] !== undefined && (value === undefined || tags[name] === value);
}

/** Also HEAD, which has statuses of its own (recorded: 204 and 404). */
function show(ask: Ask): Response {
	const found = findGroup(ask, 'read');
	if (found instanceof Response) return found;
	return ask.request.method === 'HEAD' ? new Response(null, { status: 204 }) : Response.json(groupBody(found));
}

function findGroup(ask: Ask, verb: string): ResourceGroup | Response {
	const scope = scopeTo(ask, 4);
	const refused = refuse(ask, `${type}/${verb}`, scope);
	return refused ?? ask.state.resources.groups.get(scope) ?? armRefusals.groupNotFound(ask.segments[3] ?? '');
}

async function write(ask: Ask): Promise<Response> {
	const scope = scopeTo(ask, 4);
	const name = ask.segments[3] ?? '';
	const refused = refuse(ask, `${type}/write`, scope);
	if (refused) return refused;
	// "Naming rules": 1 to 90 letters, digits and these signs, no full stop at the end.
	if (!/^[\p{L}\p{Nd}_().-]{0,89}[\p{L}\p{Nd}_()-]$/u.test(name)) return armRefusals.badGroupName(name);
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const location = readLocation(textIn(body, 'location'), 'resource group');
	if (location instanceof Response) return location;
	const before = ask.state.resources.groups.get(scope);
	if (before?.busy) return armRefusals.groupBeingDeleted(before.name);
	if (before && before.location !== location) return armRefusals.otherGroupLocation(before.location, location);
	const group = before ? changed(before, body) : newGroup(ask, { name, location, body });
	ask.state.resources.groups.put(group);
	return Response.json(groupBody(group), { status: before ? 200 : 201 });
}

interface NewGroup {
	name: string;
	location: string;
	body: Json;
}

function newGroup({ state, caller, segments }: Ask, { body, ...group }: NewGroup): ResourceGroup {
	const subscription = state.resources.subscriptions.get(segments[1] ?? '');
	const subscriptionId = subscription?.id ?? '';
	const createdAt = state.clock.now().toISOString();
	const common = { tenantId: caller.tenantId, createdAt, createdBy: caller.name };
	const id = `/subscriptions/${subscriptionId}/resourceGroups/${group.name}`;
	return changed({ ...group, id, subscriptionId, ...common }, body);
}

/** A PUT replaces tags and owner; a body without tags leaves none (recorded). */
function changed({ tags: _tags, managedBy: _owner, ...group }: ResourceGroup, body: Json): ResourceGroup {
	const tags = tagsIn(body);
	const managedBy = textIn(body, 'managedBy');
	return { ...group, ...(managedBy !== undefined && { managedBy }), ...(tags && { tags }) };
}

async function update(ask: Ask): Promise<Response> {
	const found = findGroup(ask, 'write');
	if (found instanceof Response) return found;
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const tags = tagsIn(body);
	const group = { ...found, ...(tags && { tags }) };
	ask.state.resources.groups.put(group);
	return Response.json(groupBody(group));
}

/** Takes a while; what is in it stays until the end, but nothing new comes in. */
function remove(ask: Ask): Response {
	const found = findGroup(ask, 'delete');
	if (found instanceof Response) return found;
	const { state, caller } = ask;
	const operation = beginOperation(state, {
		kind: 'delete-group',
		target: found.id,
		startedBy: caller.objectId,
		meanwhile: 'Deleting',
		effect: { do: 'remove-group', id: found.id },
	});
	const fails = operation.failure !== undefined;
	if (!fails) state.resources.groups.put({ ...found, busy: { state: 'Deleting', until: operation.endsAt } });
	return acceptedAt(ask, operation, `/subscriptions/${found.subscriptionId}/operationresults/${operation.id}`);
}

/** Templates are not made here: only an empty group has one that is right. */
function exportTemplate(ask: Ask): Response {
	const found = findGroup(ask, 'exportTemplate/action');
	if (found instanceof Response) return found;
	const inside = [ask.state.resources.registries, ask.state.resources.clusters, ask.state.resources.identities];
	if (inside.some((shelf) => shelf.under(`${found.id}/`).length > 0)) return armRefusals.templateNotMade(found.name);
	const $schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';
	return Response.json({
		template: { $schema, contentVersion: '1.0.0.0', parameters: {}, variables: {}, resources: [] },
	});
}
