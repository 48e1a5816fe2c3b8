import { randomUUID } from 'node:crypto';
import type { Visit } from '@lanyard/sandbox-ground';
import type { Context } from 'hono';
import { SignJWT } from 'jose';
import type { State } from '../state.ts';
import { audienceOf, isKnownResource } from './audience.ts';
import { grantOf } from './grant.ts';
import type { Principal, Tenant, User } from './model.ts';
import { type EntraRefusal, entraRefusals, refusalResponse } from './refusal.ts';
import { issueRefreshToken } from './sign-in.ts';
import { issueToken } from './token.ts';

/** Applications get 60 minutes (`expires_in` 3599 in every recording), users a random 60 to 90: we take the middle. */
const lifetimeMs = { ServicePrincipal: 3_599_000, User: 75 * 60_000, Group: 0 } satisfies Record<
	Principal['kind'],
	number
>;

/** The token endpoint: who asks, for what, and the token; every outcome is a decision in the request log. */
export async function answerToken(
	state: State,
	tenant: Tenant,
	{ req, env: { visit } }: Context<{ Bindings: { visit: Visit } }>,
): Promise<Response> {
	const form = new URLSearchParams(await req.text());
	const field = (name: string) => form.get(name) ?? '';
	const refuse = (refusal: EntraRefusal) => {
		const reason = `AADSTS${refusal.code}: ${refusal.text}`;
		visit.decided({ allowed: false, action: `sign-in (${field('grant_type')})`, scope: tenant.domain, reason });
		return refusalResponse(refusal, state.clock.now());
	};
	const granted = grantOf(state, { tenant, field });
	if ('refusal' in granted) return refuse(granted.refusal);
	const audience = field('resource') || audienceOf(field('scope'));
	if (audience === undefined) return refuse(entraRefusals.missingParameter('scope'));
	if (!isKnownResource(audience)) return refuse(entraRefusals.unknownResource(audience, tenant.domain));
	visit.isFrom(granted.principal.name);
	visit.decided({
		allowed: true,
		action: `sign-in (${field('grant_type')})`,
		scope: tenant.domain,
		reason: `"${granted.principal.name}" showed a valid credential`,
	});
	return tokenResponse(state, { ...granted, audience, scope: field('scope') });
}

interface Answer {
	principal: Principal;
	clientId: string;
	audience: string;
	scope: string;
}

async function tokenResponse(state: State, { principal, clientId, audience, scope }: Answer): Promise<Response> {
	const issue = { principal, clientId, audience, lifetimeMs: lifetimeMs[principal.kind] };
	const { jwt, issuedAt, expiresAt } = await issueToken(state, issue);
	const seconds = expiresAt - issuedAt;
	return Response.json(
		{
			token_type: 'Bearer',
			scope,
			expires_in: seconds,
			ext_expires_in: seconds,
			access_token: jwt,
			...(principal.kind === 'User' && (await userParts(state, principal, { clientId, expiresAt }))),
		},
		{ headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': randomUUID() } },
	);
}

/** What a user's sign-in has beside the access token: MSAL builds its account from these. */
async function userParts(state: State, user: User, { clientId, expiresAt }: { clientId: string; expiresAt: number }) {
	const { kid, privateKey } = await state.keys.of('entra', 'x5t');
	const { objectId: oid, tenantId: tid, name } = user;
	const idToken = await new SignJWT({ oid, tid, sub: oid, name, preferred_username: name, ver: '2.0' })
		.setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid })
		.setIssuer(`https://login.microsoftonline.com/${tid}/v2.0`)
		.setAudience(clientId)
		.setIssuedAt(Math.floor(state.clock.now().getTime() / 1000))
		.setExpirationTime(expiresAt)
		.sign(privateKey);
	return {
		refresh_token: issueRefreshToken(state, user, clientId),
		id_token: idToken,
		client_info: Buffer.from(JSON.stringify({ uid: oid, utid: tid })).toString('base64url'),
	};
}
