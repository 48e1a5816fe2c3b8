import type { FederatedCredential } from '../entra/model.ts';
import { type Ask, refuse, resourceIdOf, scopeTo } from './ask.ts';
import { lowerGroups } from './body.ts';
import type { Answered, Arm } from './handler.ts';
import { type Json, readBody, recordIn, textIn, textsIn } from './json-body.ts';
import type { Identity } from './model.ts';
import { listResponse } from './page.ts';
import { armRefusals, providerError } from './refusal.ts';
import { identityKind, notFound, pathsOf } from './resource-kind.ts';

const type = `${identityKind.type}/federatedIdentityCredentials`;

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
	name: string;
	credential: FederatedCredential | undefined;
}

function find(ask: Ask, verb: 'read' | 'write' | 'delete'): Found | Response {
	const refused = refuse(ask, `${type}/${verb}`, scopeTo(ask));
	if (refused) return refused;
	const identity = ask.state.resources.identities.get(resourceIdOf(ask));
	if (!identity) return notFound(ask);
	const name = ask.segments[9] ?? '';
	const known = ask.state.directory.federated(identity.clientId);
	return { identity, name, credential: known.find(({ id }) => id === name.toLowerCase()) };
}

function list(ask: Ask): Response {
	const found = find(ask, 'read');
	if (found instanceof Response) return found;
	const { identity } = found;
	return listResponse(ask, ask.state.directory.federated(identity.clientId), (one) => credentialBody(identity, one));
}

function show(ask: Ask): Response {
	const found = find(ask, 'read');
	if (found instanceof Response) return found;
	return found.credential ? Response.json(credentialBody(found.identity, found.credential)) : missing(found);
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
	const { directory } = ask.state;
	const { identity, credential: before, name } = found;
	const others = directory.federated(identity.clientId).filter(({ id }) => id !== name.toLowerCase());
	if (others.some((one) => one.issuer === issuer && one.subject === subject)) return duplicate();
	if (others.length >= 20) return tooMany();
	const credential = { id: name.toLowerCase(), name: before?.name ?? name, issuer, subject, audiences };
	directory.putFederated(identity.clientId, credential);
	const told = credentialBody(identity, credential);
	return before ? Response.json(told) : Response.json(told, { status: 201, headers: { location: String(told['id']) } });
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
	const { identity, name } = found;
	const wasThere = ask.state.directory.removeFederated(identity.clientId, name.toLowerCase());
	return new Response(null, { status: wasThere ? 200 : 204 });
}

function credentialBody(identity: Identity, { name, issuer, subject, audiences }: FederatedCredential): Json {
	const id = `${lowerGroups(identity.id)}/federatedIdentityCredentials/${name}`;
	return { id, name, type, properties: { issuer, subject, audiences } };
}
