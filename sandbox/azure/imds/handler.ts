import type { Handler, Machine, Visit } from '@lanyard/sandbox-ground';
import { Hono } from 'hono';
import { isKnownResource } from '../entra/audience.ts';
import type { ServicePrincipal } from '../entra/model.ts';
import { issueToken } from '../entra/token.ts';
import { rethrow } from '../rethrow.ts';
import type { State } from '../state.ts';

/** Managed identities' tokens live 24 hours, `expires_in` is 86399 (managed identities FAQ, "token lifetime"). */
const lifetimeMs = 86_399_000;

/** 169.254.169.254: tokens for the identities of the machine that asks. */
export function openImds(state: State): Handler {
	const app = new Hono<{ Bindings: { visit: Visit } }>({ strict: false });
	app.get('/metadata/identity/oauth2/token', (c) => answerToken(state, c.req.raw, c.env.visit));
	app.onError(rethrow);
	app.notFound(() => Response.json({ error: 'Not found' }, { status: 404 }));
	return async (request, visit) => app.fetch(request, { visit });
}

/** How to acquire a token from IMDS: the header first, then the parameters, then the identity ("Error handling"). */
async function answerToken(state: State, request: Request, visit: Visit): Promise<Response> {
	const query = new URL(request.url).searchParams;
	const resource = query.get('resource') ?? '';
	const refuse = (description: string, error = 'invalid_request') => {
		const scope = `machine "${visit.machine.name}"`;
		visit.decided({ allowed: false, action: 'managed-identity token', scope, reason: description });
		return Response.json({ error, error_description: description }, { status: 400 });
	};
	// The header proves that the caller is no blind redirect (server-side request forgery).
	if (request.headers.get('metadata')?.toLowerCase() !== 'true')
		return refuse('Required metadata header not specified');
	if (!query.has('api-version')) return refuse("Required query variable 'api-version' is missing");
	if (resource === '') return refuse("Required query variable 'resource' is missing");
	const chosen = chooseIdentity(state, visit.machine, query);
	if (typeof chosen === 'string') return refuse(chosen);
	if (!isKnownResource(resource)) {
		return refuse(
			`AADSTS500011: The resource principal named ${resource} was not found in the tenant named ${chosen.tenantId}.`,
			'invalid_resource',
		);
	}
	visit.isFrom(chosen.name);
	visit.decided({
		allowed: true,
		action: 'managed-identity token',
		scope: `machine "${visit.machine.name}"`,
		reason: `the identity "${chosen.name}" is attached to this machine`,
	});
	return tokenResponse(state, chosen, resource);
}

const identityNotFound = 'Identity not found';

/** The identity that the query names, or the machine's only one; a text says why there is none. */
function chooseIdentity(state: State, { identities }: Machine, query: URLSearchParams): ServicePrincipal | string {
	const attached = identities.flatMap((clientId) => principalOf(state, clientId) ?? []);
	const [by, wanted] = askedFor(query);
	if (wanted === undefined) {
		if (attached.length > 1) {
			return 'Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request';
		}
		return attached[0] ?? identityNotFound;
	}
	return attached.find((identity) => identity[by]?.toLowerCase() === wanted.toLowerCase()) ?? identityNotFound;
}

function askedFor(query: URLSearchParams): [by: 'appId' | 'objectId' | 'managedBy', wanted: string | undefined] {
	const resourceId = query.get('msi_res_id') ?? query.get('mi_res_id');
	if (resourceId) return ['managedBy', resourceId];
	if (query.get('object_id')) return ['objectId', query.get('object_id') ?? undefined];
	return ['appId', query.get('client_id') ?? undefined];
}

function principalOf({ directory, resources }: State, attached: string): ServicePrincipal | undefined {
	const identity = resources.identityOf(attached);
	return identity && directory.servicePrincipal(identity.tenantId, identity.clientId);
}

interface IssuedToken {
	jwt: string;
	/** Seconds since 1970. */
	issuedAt: number;
	expiresAt: number;
}

/**
 * "The back-end services for managed identities maintain a cache per resource URI for around 24 hours": who joins a group, or gets an
 * app role, has the old token until then, and nothing makes it anew (managed identity best practices, "group membership").
 */
async function keptToken(state: State, principal: ServicePrincipal, resource: string): Promise<IssuedToken> {
	const kept = state.store.table<IssuedToken>('imds/tokens');
	const key = `${principal.objectId} ${resource}`;
	const before = kept.get(key);
	if (before && before.expiresAt * 1000 > state.clock.now().getTime()) return before;
	const made = await issueToken(state, { principal, clientId: principal.appId, audience: resource, lifetimeMs });
	const { jwt, issuedAt, expiresAt } = made;
	kept.set(key, { jwt, issuedAt, expiresAt });
	return { jwt, issuedAt, expiresAt };
}

/** All values are texts, as from the real one. */
async function tokenResponse(state: State, principal: ServicePrincipal, resource: string): Promise<Response> {
	const { appId: clientId } = principal;
	const { jwt, issuedAt, expiresAt } = await keptToken(state, principal, resource);
	return Response.json({
		access_token: jwt,
		client_id: clientId,
		expires_in: String(expiresAt - issuedAt),
		expires_on: String(expiresAt),
		ext_expires_in: String(expiresAt - issuedAt),
		not_before: String(issuedAt),
		resource,
		token_type: 'Bearer',
	});
}
