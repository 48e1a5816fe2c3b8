import { randomUUID } from 'node:crypto';
import type { Visit } from '@lanyard/sandbox-ground';
import type { Context } from 'hono';
import { SignJWT } from 'jose';
import type { State } from '../state.ts';
import { audienceOf, isKnownResource } from './audience.ts';
import { grantOf } from './grant.ts';
import type { Principal, Tenant, User } from './model.ts';
import { entraRefusals } from './refusal.data.ts';
import { type EntraRefusal, refusalResponse } from './refusal.ts';
import { issueRefreshToken } from './sign-in.ts';
import { issuerV2Of, issueToken } from './token.ts';

/** Applications get 60 minutes (`expires_in` 3599 in every recording), users a random 60 to 90: we take the middle. */
const lifetimeMs = { ServicePrincipal: 3_599_000, User: 75 * 60_000, Group: 0 } satisfies Record<
	Principal['kind'],
	number
>;

interface Endpoint {
	/** Absent under `organizations` and `common`. */
	tenant?: Tenant | undefined;
	version: 'v1' | 'v2';
}

/** The token endpoint: who asks, for what, and the token; every outcome is a decision in the request log. */
export async function answerToken(
	state: State,
	{ tenant, version }: Endpoint,
	{ req, env: { visit } }: Context<{ Bindings: { visit: Visit } }>,
): Promise<Response> {
	const form = new URLSearchParams(await req.text());
	const field = (name: string) => form.get(name) ?? '';
	const about = { action: `sign-in (${field('grant_type')})`, scope: tenant?.domain ?? 'organizations' };
	const refuse = (refusal: EntraRefusal) => {
		visit.decided({ ...about, allowed: false, reason: `AADSTS${refusal.code}: ${refusal.text}` });
		return refusalResponse(refusal, state.clock.now());
	};
	const granted = await grantOf(state, { tenant, field });
	if ('refusal' in granted) return refuse(granted.refusal);
	const { principal } = granted;
	const scope = field('scope') || granted.scope || '';
	const audience = field('resource') || audienceOf(scope);
	if (audience === undefined) return refuse(entraRefusals.missingParameter(version === 'v1' ? 'resource' : 'scope'));
	if (!isResource(state, principal.tenantId, audience)) {
		return refuse(entraRefusals.unknownResource(audience, tenant?.domain ?? principal.tenantId));
	}
	visit.isFrom(principal.name);
	visit.decided({ ...about, allowed: true, reason: `"${principal.name}" showed a valid credential` });
	const capabilities = capabilitiesIn(field('claims'));
	const wantsInfo = field('client_info') === '1';
	return tokenResponse(state, { ...granted, audience, scope, version, capabilities, wantsInfo });
}

/** Azure's own resources, and applications of the tenant under their id or an identifier URI. */
function isResource({ directory }: State, tenantId: string, audience: string): boolean {
	if (isKnownResource(audience) || directory.applicationOf(tenantId, audience)) return true;
	return directory.applications().some(({ tenantId: home, details }) => {
		const uris = details?.['identifierUris'];
		return home === tenantId && Array.isArray(uris) && uris.includes(audience);
	});
}

/** `{"access_token": {"xms_cc": {"values": ["CP1"]}}}`, as every client of MSAL sends it; anything else says nothing. */
function capabilitiesIn(claims: string): string[] {
	const [, values = ''] = claims.match(/"xms_cc"\s*:\s*\{\s*"values"\s*:\s*\[([^\]]*)\]/) ?? [];
	return [...values.matchAll(/"(\w{1,16})"/g)].map(([, value = '']) => value);
}

interface Answer {
	principal: Principal;
	clientId: string;
	audience: string;
	scope: string;
	nonce?: string;
	version: 'v1' | 'v2';
	capabilities: string[];
	wantsInfo: boolean;
}

async function tokenResponse(state: State, answer: Answer): Promise<Response> {
	const { principal, clientId, audience, scope, version, capabilities } = answer;
	const issue = { principal, clientId, audience, capabilities, lifetimeMs: lifetimeMs[principal.kind] };
	const { jwt, issuedAt, expiresAt } = await issueToken(state, issue);
	const seconds = expiresAt - issuedAt;
	const user = principal.kind === 'User' ? await userParts(state, principal, { ...answer, expiresAt }) : {};
	const times =
		version === 'v2'
			? { expires_in: seconds, ext_expires_in: seconds }
			: // The older endpoint writes all numbers as texts, and says when as well as how long.
				{
					expires_in: String(seconds),
					ext_expires_in: String(seconds),
					expires_on: String(expiresAt),
					not_before: String(issuedAt),
					resource: audience,
				};
	return Response.json(
		{ token_type: 'Bearer', ...(principal.kind === 'User' && { scope }), ...times, access_token: jwt, ...user },
		{ headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': randomUUID() } },
	);
}

/** What a user's sign-in has beside the access token: MSAL builds its account from these. */
async function userParts(
	state: State,
	user: User,
	{ clientId, nonce, wantsInfo, expiresAt }: Answer & { expiresAt: number },
) {
	const { kid, privateKey } = await state.keys.of('entra', 'x5t');
	const { objectId: oid, tenantId: tid, name } = user;
	const once = nonce === undefined || nonce === '' ? {} : { nonce };
	const idToken = await new SignJWT({ oid, tid, sub: oid, name, preferred_username: name, ver: '2.0', ...once })
		.setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid })
		.setIssuer(issuerV2Of(tid))
		.setAudience(clientId)
		.setIssuedAt(Math.floor(state.clock.now().getTime() / 1000))
		.setExpirationTime(expiresAt)
		.sign(privateKey);
	return {
		refresh_token: issueRefreshToken(state, user, clientId),
		id_token: idToken,
		...(wantsInfo && { client_info: Buffer.from(JSON.stringify({ uid: oid, utid: tid })).toString('base64url') }),
	};
}
