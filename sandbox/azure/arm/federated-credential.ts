import type { State } from '../state.ts';
import { type Ask, refuse, resourceIdOf, scopeTo } from './ask.ts';
import { lowerGroups } from './body.ts';
import type { Answered, Arm } from './handler.ts';
import { type Json, readBody, recordIn, textIn, textsIn } from './json-body.ts';
import { type Identity, openShelf, type Shelf } from './model.ts';
import { listResponse } from './page.ts';
import { armRefusals, providerError } from './refusal.ts';
import { identityKind, notFound, pathsOf } from './resource-kind.ts';

/** Tokens of somebody else that Entra takes for a managed identity. */
export interface FederatedCredential {
	id: string;
	name: string;
	issuer: string;
	subject: string;
	audiences: string[];
}

const type = `${identityKind.type}/federatedIdentityCredentials`;

/** All federated credentials of managed identities; their id begins with the identity's. */
export function federatedCredentialShelf({ store }: Pick<State, 'store'>): Shelf<FederatedCredential> {
	return openShelf(store, 'arm/federated-credentials');
}

/** Forgets those of an identity that is gone. */
export function forgetFederatedCredentials(state: State, identityId: string): void {
	const shelf = federatedCredentialShelf(state);
	for (const { id } of shelf.under(`${identityId}/`)) shelf.remove(id);
}

/** Federated credentials of user-assigned identities. */
export function addFederatedCredentials(app: Arm, answered: Answered): void {
	const all = `${pathsOf(identityKind.type).one}/federatedidentitycredentials`;
	app.get(all, answered(list));
	app.get(`${all}/:credential`, answered(show));
	app.put(`${all}/:credential`, answered(write));
	app.delete(`${all}/:credential`, answered(remove));
}

interface Found {
	identity: Identity;
	id: string;
	name: string;
	credential: FederatedCredential | undefined;
}

function find(ask: Ask, verb: 'read' | 'write' | 'delete'): Found | Response {
	const refused = refuse(ask, `${type}/${verb}`, scopeTo(ask));
	if (refused) return refused;
	const identity = ask.state.resources.identities.get(resourceIdOf(ask));
	if (!identity) return notFound(ask);
	const name = ask.segments[9] ?? '';
	const id = `${identity.id}/federatedIdentityCredentials/${name}`;
	return { identity, id, name, credential: federatedCredentialShelf(ask.state).get(id) };
}

function list(ask: Ask): Response {
	const found = find(ask, 'read');
	if (found instanceof Response) return found;
	return listResponse(ask, federatedCredentialShelf(ask.state).under(`${found.identity.id}/`), credentialBody);
}

function show(ask: Ask): Response {
	const found = find(ask, 'read');
	if (found instanceof Response) return found;
	return found.credential ? Response.json(credentialBody(found.credential)) : missing(found);
}

function missing({ identity, name }: Found): Response {
	return armRefusals.resourceNotFound(type, `${identity.name}/${name}`, identity.group);
}

async function write(ask: Ask): Promise<Response> {
	const found = find(ask, 'write');
	if (found instanceof Response) return found;
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const properties = recordIn(body, 'properties');
	const issuer = textIn(properties, 'issuer');
	const subject = textIn(properties, 'subject');
	const audiences = textsIn(properties, 'audiences');
	// "Workload identity federation considerations": one audience, and at most 20 credentials, each pair of issuer and subject once.
	if (issuer === undefined || subject === undefined || audiences.length !== 1) return incomplete();
	const shelf = federatedCredentialShelf(ask.state);
	const others = shelf.under(`${found.identity.id}/`).filter(({ id }) => id.toLowerCase() !== found.id.toLowerCase());
	if (others.some((one) => one.issuer === issuer && one.subject === subject)) return duplicate();
	if (others.length >= 20) return tooMany();
	const credential = { id: found.credential?.id ?? found.id, name: found.name, issuer, subject, audiences };
	shelf.put(credential);
	if (found.credential) return Response.json(credentialBody(credential));
	return Response.json(credentialBody(credential), { status: 201, headers: { location: lowerGroups(credential.id) } });
}

function incomplete(): Response {
	return providerError(
		400,
		'BadRequest',
		"Federated identity credential needs 'issuer', 'subject' and exactly one of 'audiences'.",
	);
}

function duplicate(): Response {
	return providerError(
		409,
		'Conflict',
		'Issuer and subject combination already exists for this Managed Identity. Issuer and subject combination must be unique.',
	);
}

function tooMany(): Response {
	return providerError(
		409,
		'Conflict',
		'Too many Federated Identity Credentials for this managed identity: at most 20.',
	);
}

function remove(ask: Ask): Response {
	const found = find(ask, 'delete');
	if (found instanceof Response) return found;
	const wasThere = federatedCredentialShelf(ask.state).remove(found.id);
	return new Response(null, { status: wasThere ? 200 : 204 });
}

function credentialBody({ id, name, issuer, subject, audiences }: FederatedCredential): Json {
	return { id: lowerGroups(id), name, type, properties: { issuer, subject, audiences } };
}
