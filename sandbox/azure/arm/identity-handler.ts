import type { State } from '../state.ts';
import { type Ask, scopeTo } from './ask.ts';
import { identityBody, lowerGroups } from './body.ts';
import { removeAssignmentsUnder } from './assignment-removal.ts';
import { identityOperations } from './identity-operation.data.ts';
import { addFederatedCredentials } from './federated-credential.ts';
import type { Answered, Arm } from './handler.ts';
import { readBody, tagsIn } from './json-body.ts';
import { addManagedIdentity, removeManagedIdentity } from './managed-identity.ts';
import type { Identity } from './model.ts';
import { armRefusals, providerError } from './refusal.ts';
import { addReads, allowed, identityKind as kind, modified, pathsOf } from './resource-kind.ts';
import { readPut } from './resource-write.ts';

/** Microsoft.ManagedIdentity: identities that people make, and who may sign in as them. */
export function addIdentities(app: Arm, answered: Answered): void {
	const { one } = pathsOf(kind.type);
	addReads(app, answered, kind);
	app.put(one, answered(write));
	app.patch(one, answered(update));
	app.delete(one, answered(remove));
	app.post(`${one}/listassociatedresources`, answered(listAssociated));
	addFederatedCredentials(app, answered);
}

async function write(ask: Ask): Promise<Response> {
	const put = await readPut(ask, kind);
	if (put instanceof Response) return put;
	const { state } = ask;
	const { body, before, place } = put;
	if (!/^[a-z0-9][\w-]{2,127}$/i.test(place.name)) return badName(place.name);
	const tags = tagsIn(body);
	const ids = before ?? addManagedIdentity(state, place, place.name);
	const identity: Identity = {
		...place,
		clientId: ids.clientId,
		objectId: ids.objectId,
		...(before && modified(ask)),
		...(tags && { tags }),
	};
	state.resources.identities.put(identity);
	if (before) return Response.json(identityBody(identity));
	return Response.json(identityBody(identity), { status: 201, headers: { location: lowerGroups(identity.id) } });
}

/** "Naming rules": 3 to 128 letters, digits, hyphens and underscores, a letter or digit first. */
function badName(name: string): Response {
	return providerError(400, 'BadRequest', `The name '${name}' of the identity is invalid.`);
}

async function update(ask: Ask): Promise<Response> {
	const found = allowed(ask, kind, 'write');
	if (found instanceof Response) return found;
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const tags = tagsIn(body);
	const identity = { ...found, ...modified(ask), ...(tags && { tags }) };
	ask.state.resources.identities.put(identity);
	return Response.json(identityBody(identity));
}

function remove(ask: Ask): Response {
	const found = allowed(ask, kind, 'delete');
	if (found instanceof Response) return found.status === 404 ? new Response(null, { status: 204 }) : found;
	removeIdentity(ask.state, found);
	return new Response(null, { status: 200 });
}

/** Takes an identity away, its principal and its federated credentials with it. */
export function removeIdentity(state: State, identity: Identity): void {
	removeManagedIdentity(state, identity);
	state.directory.forgetCredentials(identity.clientId);
	removeAssignmentsUnder(state, identity.id);
	state.resources.identities.remove(identity.id);
}

/** The clusters and registries that use it (recorded, identity list-resources). */
function listAssociated(ask: Ask): Response {
	const identity = allowed(ask, kind, 'listAssociatedResources/action');
	if (identity instanceof Response) return identity;
	const { clusters, registries } = ask.state.resources;
	const is = (id: string | undefined) => id?.toLowerCase() === identity.id.toLowerCase();
	const users = [
		...clusters.under('').filter((one) => is(one.kubelet?.resourceId) || is(one.controlPlaneIdentityId)),
		...registries.under('').filter((one) => one.identity?.user.some(is)),
	];
	const value = users.map(({ id, name, group, subscriptionId }) => {
		const [, type = ''] = id.match(/\/providers\/([^/]+\/[^/]+)\//) ?? [];
		return { id, name, type: type.toLowerCase(), resourceGroup: group, subscriptionId, subscriptionDisplayName: '' };
	});
	return Response.json({ totalCount: value.length, value });
}

/** The operations of the provider: everybody may read them. */
export function listIdentityOperations(ask: Ask): Response {
	const provider = 'Microsoft Managed Identity';
	const value = identityOperations.map(([name, resource, operation, description]) => {
		return { name: `Microsoft.ManagedIdentity/${name}`, display: { provider, resource, operation, description } };
	});
	ask.visit.decided({ allowed: true, action: 'list operations', scope: scopeTo(ask), reason: 'everybody may' });
	return Response.json({ value });
}
