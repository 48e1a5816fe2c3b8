import { type Ask, refuse } from './ask.ts';
import { denialBody, type DenyAssignment, type DeniedPrincipal, everybody } from './deny-assignment.ts';
import type { Answered, Arm } from './handler.ts';
import { flagIn, type Json, readBody, recordIn, recordsIn, textIn, textsIn } from './json-body.ts';
import { listResponse } from './page.ts';
import { armRefusals } from './refusal.ts';
import { missingAt } from './scope-exists.ts';

const type = 'Microsoft.Authorization/denyAssignments';
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Deny assignments: Azure's own, and since API version 2024-07-01-preview those that people make. */
export function addDenials(app: Arm, answered: Answered): void {
	for (const scope of ['', '/:scope{.+}']) {
		const all = `${scope}/providers/microsoft.authorization/denyassignments`;
		app.get(all, answered(list));
		app.get(`${all}/:name`, answered(show));
		app.put(`${all}/:name`, answered(write));
		app.delete(`${all}/:name`, answered(remove));
	}
}

function placeOf({ segments }: Ask): { scope: string; name: string; id: string } {
	const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
	return { scope: `/${segments.slice(0, at).join('/')}`, name: segments.at(-1) ?? '', id: `/${segments.join('/')}` };
}

function list(ask: Ask): Response {
	const { scope } = placeOf(ask);
	const refused = refuse(ask, `${type}/read`, scope) ?? missingAt(ask.state, scope);
	if (refused) return refused;
	const filter = ask.query.get('$filter');
	const test = readFilter(filter, scope);
	if (!test) return armRefusals.badFilter(filter ?? '');
	return listResponse(ask, ask.state.resources.denials.all().filter(test), denialBody);
}

/** `atScope()` at or above; `denyAssignmentName eq` at the scope; `principalId eq` and no filter above and below, too ("List For Scope"). */
function readFilter(filter: string | null, scope: string): ((denial: DenyAssignment) => boolean) | undefined {
	const here = lower(scope);
	const isAbove = ({ scope: at }: DenyAssignment) => `${here}/`.startsWith(`${lower(at)}/`);
	const isInLine = (one: DenyAssignment) => isAbove(one) || `${lower(one.scope)}/`.startsWith(`${here}/`);
	if (filter === null) return isInLine;
	if (/^\s*atScope\(\)\s*$/i.test(filter)) return isAbove;
	const [, field = '', value = ''] = filter.match(/^\s*(\w+) eq '([^']*)'\s*$/) ?? [];
	if (field === 'denyAssignmentName') return ({ title, scope: at }) => title === value && lower(at) === here;
	if (field === 'principalId') return (one) => isInLine(one) && one.principals.some(({ id }) => id === value);
	return undefined;
}

/** `/` becomes the empty text, so that everything begins with it. */
function lower(scope: string): string {
	return scope.toLowerCase().replace(/\/+$/, '');
}

function show(ask: Ask): Response {
	const { scope, name, id } = placeOf(ask);
	const refused = refuse(ask, `${type}/read`, id);
	if (refused) return refused;
	const found = ask.state.resources.denials.get(scope, name);
	return found ? Response.json(denialBody(found)) : armRefusals.denialNotFound(name);
}

async function write(ask: Ask): Promise<Response> {
	const { scope, name, id } = placeOf(ask);
	const refused = refuse(ask, `${type}/write`, id) ?? missingAt(ask.state, scope);
	if (refused) return refused;
	if (!guid.test(name)) return armRefusals.badDenial(`The deny assignment ID '${name}' must be a GUID.`);
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const before = ask.state.resources.denials.get(scope, name);
	if (before?.isSystemProtected) return armRefusals.denialProtected(before.title);
	const told = readDenial(recordIn(body, 'properties'));
	if (typeof told === 'string') return armRefusals.badDenial(told);
	const now = ask.state.clock.now().toISOString();
	const { objectId } = ask.caller;
	const made = { createdAt: before?.createdAt ?? now, createdBy: before?.createdBy ?? objectId };
	const denial: DenyAssignment = { ...told, ...made, name, scope, updatedAt: now, updatedBy: objectId };
	ask.state.resources.denials.put(denial);
	return Response.json(denialBody(denial), { status: 201 });
}

type Told = Omit<DenyAssignment, 'name' | 'scope' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

/** What is wanted, or what is wrong with it: who may be denied is told in Azure/azure-cli#33109, "Service Constraints". */
function readDenial(told: Json): Told | string {
	const title = textIn(told, 'denyAssignmentName');
	const [permission = {}] = recordsIn(told, 'permissions');
	const lists = {
		actions: textsIn(permission, 'actions'),
		notActions: textsIn(permission, 'notActions'),
		dataActions: textsIn(permission, 'dataActions'),
		notDataActions: textsIn(permission, 'notDataActions'),
	};
	const principals = principalsIn(told, 'principals');
	const excluded = principalsIn(told, 'excludePrincipals');
	const description = textIn(told, 'description');
	if (title === undefined) return 'The deny assignment needs a name.';
	if (lists.actions.length + lists.dataActions.length === 0) return 'At least one action or data action is required.';
	const [principal] = principals;
	if (principals.length !== 1 || !principal) return 'Exactly one principal is required.';
	if (principal.type === 'Group') return 'Groups cannot be denied.';
	if (principal.id === everybody && excluded.length === 0) return 'Denying everyone needs an excluded principal.';
	const stopsHere = flagIn(told, 'doNotApplyToChildScopes') ?? false;
	const more = description === undefined ? {} : { description };
	return { title, ...more, ...lists, principals, excluded, stopsHere, isSystemProtected: false };
}

function principalsIn(told: Json, name: string): DeniedPrincipal[] {
	return recordsIn(told, name).flatMap((one) => {
		const id = textIn(one, 'id')?.toLowerCase();
		return id === undefined ? [] : [{ id, type: textIn(one, 'type') ?? 'Unknown' }];
	});
}

/** 200 with what it was, 204 where there was none. */
function remove(ask: Ask): Response {
	const { scope, name, id } = placeOf(ask);
	const refused = refuse(ask, `${type}/delete`, id);
	if (refused) return refused;
	const found = ask.state.resources.denials.get(scope, name);
	if (!found) return new Response(null, { status: 204 });
	if (found.isSystemProtected) return armRefusals.denialProtected(found.title);
	ask.state.resources.denials.remove(found);
	return Response.json(denialBody(found));
}
