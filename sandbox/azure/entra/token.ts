import { randomUUID } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { State } from '../state.ts';
import { graphAudiences, tokenExchangeAudience } from './audience.ts';
import { directoryRoles } from './directory-role.ts';
import type { Principal } from './model.ts';

/** Who a valid token speaks for. Groups are those of the moment it was issued. */
export interface Caller {
	objectId: string;
	tenantId: string;
	/** What a person calls it. */
	name: string;
	groups: string[];
	/** Whether a person, not an application, is behind it. */
	isUser?: boolean;
	/** The client that asked for the token: a public client's id for a user, its own for an application. */
	appId: string;
}

export interface Issue {
	principal: Principal;
	clientId: string;
	audience: string;
	/** In Azure's time. */
	lifetimeMs: number;
	/** What the client said it understands (`xms_cc`): `CP1` means that it can answer a claims challenge. */
	capabilities?: string[];
}

/** Why a token was not taken; `reason` is written for the request log. */
export interface Refusal {
	why: 'malformed' | 'expired' | 'signature' | 'issuer' | 'audience' | 'not-yet-valid';
	reason: string;
}

export type Verified = { caller: Caller; refusal?: undefined } | { refusal: Refusal; caller?: undefined };

/** The issuer of version 1.0 tokens, which Resource Manager and the registries ask for (recorded). */
export function issuerOf(tenantId: string): string {
	return `https://sts.windows.net/${tenantId}/`;
}

/** The issuer of version 2.0 tokens: ID tokens, and those that are swapped for another tenant's. */
export function issuerV2Of(tenantId: string): string {
	return `https://login.microsoftonline.com/${tenantId}/v2.0`;
}

/** An access token signed by Entra's key; groups and directory roles are those of now. */
export async function issueToken(
	state: State,
	issue: Issue,
): Promise<{ jwt: string; expiresAt: number; issuedAt: number }> {
	const { principal, audience, lifetimeMs } = issue;
	const { kid, privateKey } = await state.keys.of('entra', 'x5t');
	const now = state.clock.now();
	const issuedAt = Math.floor(now.getTime() / 1000);
	const expiresAt = Math.floor(state.clock.after(lifetimeMs, now).getTime() / 1000);
	const isV2 = audience === tokenExchangeAudience;
	const jwt = await new SignJWT({ ...claimsOf(issue), ...rightsOf(state, principal), ver: isV2 ? '2.0' : '1.0' })
		.setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, x5t: kid })
		.setIssuer(isV2 ? issuerV2Of(principal.tenantId) : issuerOf(principal.tenantId))
		.setAudience(audience)
		.setIssuedAt(issuedAt)
		.setNotBefore(issuedAt)
		.setExpirationTime(expiresAt)
		.sign(privateKey);
	return { jwt, issuedAt, expiresAt };
}

/** What the Azure CLI may do at Graph in a user's name (decoded from its tokens, MSAL's documentation of the same app). */
const graphScopes =
	'AuditLog.Read.All Directory.AccessAsUser.All email Group.ReadWrite.All openid profile User.ReadWrite.All';

function claimsOf({ principal, clientId, audience, capabilities = [] }: Issue): JWTPayload {
	const { objectId, tenantId, name } = principal;
	const scope = graphAudiences.includes(audience) ? graphScopes : 'user_impersonation';
	return {
		oid: objectId,
		sub: objectId,
		tid: tenantId,
		appid: clientId,
		uti: randomUUID(),
		...(capabilities.length > 0 && { xms_cc: capabilities }),
		...(principal.kind === 'User'
			? { idtyp: 'user', upn: name, unique_name: name, name, scp: scope, appidacr: '0' }
			: { idtyp: 'app', appidacr: '1', app_displayname: name }),
		...(principal.kind === 'ServicePrincipal' &&
			principal.managedBy !== undefined && { xms_mirid: principal.managedBy }),
	};
}

/** The template id that stands for "a member of the tenant" in `wids`. */
const memberId = 'b79fbf4d-3ef9-4689-8143-76b194e85509';

function rightsOf({ directory }: State, { objectId, kind }: Principal): JWTPayload {
	const held = directory.rolesOf(objectId);
	const roleIds = directoryRoles.filter(({ name }) => held.includes(name)).map(({ id }) => id);
	const wids = kind === 'User' ? [...roleIds, memberId] : roleIds;
	return { groups: directory.groupsOf(objectId), ...(wids.length > 0 && { wids }) };
}

/** Takes a token only if Entra's key signed it, for one of these audiences, by a tenant of this world, and it is its time. */
export async function verifyToken(state: State, jwt: string, audiences: string[]): Promise<Verified> {
	const { publicKey } = await state.keys.of('entra', 'x5t');
	try {
		const { payload } = await jwtVerify(jwt, publicKey, {
			algorithms: ['RS256'],
			audience: audiences,
			issuer: state.directory.tenants().map(({ id }) => issuerOf(id)),
			requiredClaims: ['oid', 'tid', 'exp'],
			currentDate: state.clock.now(),
		});
		return { caller: callerOf(payload) };
	} catch (error) {
		const refusal = refusalOf(error, state.clock.now());
		if (!refusal) throw error;
		return { refusal };
	}
}

function callerOf(payload: JWTPayload): Caller {
	const text = (claim: string) => (typeof payload[claim] === 'string' ? payload[claim] : '');
	const groups = Array.isArray(payload['groups']) ? payload['groups'].filter((id) => typeof id === 'string') : [];
	return {
		objectId: text('oid'),
		tenantId: text('tid'),
		name: text('upn') || text('app_displayname') || text('appid'),
		groups,
		isUser: text('idtyp') === 'user',
		appId: text('appid'),
	};
}

/** What jose's refusal means, or nothing if this is no refusal of jose's. */
export function refusalOf(error: unknown, now: Date): Refusal | undefined {
	if (error instanceof errors.JWTExpired) {
		const agoSeconds = Math.round(now.getTime() / 1000 - Number(error.payload.exp));
		return { why: 'expired', reason: `the token expired ${agoSeconds} s ago` };
	}
	if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error);
	if (error instanceof errors.JWSSignatureVerificationFailed) {
		return { why: 'signature', reason: 'the token is not signed by the key it has to be signed by' };
	}
	if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
		return { why: 'signature', reason: 'the token is not signed with RS256' };
	}
	return error instanceof errors.JOSEError ? { why: 'malformed', reason: 'the token is no JWT' } : undefined;
}

function claimRefusal({ claim, payload }: errors.JWTClaimValidationFailed): Refusal {
	if (claim === 'aud') return { why: 'audience', reason: `the token is for the audience "${String(payload.aud)}"` };
	if (claim === 'iss') return { why: 'issuer', reason: `the token's issuer is "${String(payload.iss)}"` };
	if (claim === 'nbf') return { why: 'not-yet-valid', reason: 'the token is not valid yet' };
	return { why: 'malformed', reason: `the token's claim "${claim}" is missing or wrong` };
}

/** What an unverified token says about itself; only for words in a refusal. */
export function claimOf(jwt: string, claim: string): unknown {
	try {
		return decodeJwt(jwt)[claim];
	} catch (error) {
		if (error instanceof errors.JOSEError) return undefined;
		throw error;
	}
}
