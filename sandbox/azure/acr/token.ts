import { randomUUID } from 'node:crypto';
import { type CryptoKey, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Registry } from '../arm/model.ts';
import { type Caller, type Refusal, refusalOf } from '../entra/token.ts';
import type { State } from '../state.ts';
import { freezeRights, thawRights } from './frozen-rights.ts';
import type { HeldRights } from './rights.ts';
import type { Access } from './scope.ts';

const issuer = 'Azure Container Registry';

/** Recorded: `exp` lies 11,700 s after `iat` in refresh tokens, 4,500 s in access tokens. */
const lifetimeMs = { refresh_token: 11_700_000, access_token: 4_500_000 } as const;

type GrantType = keyof typeof lifetimeMs;

/** Who a registry's token speaks for, and what it holds. */
export interface RefreshToken {
	/** A user principal name, or an application's id. */
	subject: string;
	/** What it was allowed when it was made; absent when the world looks rights up at each use. */
	held?: HeldRights;
	/** Whose rights to look up then. */
	caller: Caller;
}

export interface AccessToken {
	subject: string;
	access: Access[];
	endsAt: Date;
}

export type Checked<T> = { token: T; refusal?: undefined } | { refusal: Refusal; token?: undefined };

/** A refresh token: what the caller was granted is written into it, or who the caller is, as the world wants it. */
export function issueRefreshToken(
	state: State,
	registry: Registry,
	{ caller, held }: { caller: Caller; held: HeldRights },
): Promise<string> {
	const isFrozen = state.settings.permissionsInRefreshToken;
	return issue(state, registry, {
		grantType: 'refresh_token',
		claims: {
			sub: subjectOf(caller),
			version: '1.0',
			appid: caller.appId,
			tenant: caller.tenantId,
			permissions: freezeRights(state, registry, held),
			...(!isFrozen && { oid: caller.objectId, groups: caller.groups, name: caller.name }),
		},
	});
}

/** An access token for what was granted; metadata scopes make it version 2.0 (recorded). */
export function issueAccessToken(
	state: State,
	registry: Registry,
	{ subject, appId, access }: { subject: string; appId: string; access: Access[] },
): Promise<string> {
	const hasMetadata = access.some(({ actions }) => actions.some((action) => action.startsWith('metadata_')));
	const version = hasMetadata ? '2.0' : '1.0';
	return issue(state, registry, { grantType: 'access_token', claims: { sub: subject, version, access, appid: appId } });
}

async function issue(
	state: State,
	{ registryId, loginServer }: Registry,
	{ grantType, claims }: { grantType: GrantType; claims: JWTPayload },
): Promise<string> {
	const { kid, privateKey } = await state.keys.of(registryId, 'libtrust');
	const now = state.clock.now();
	const issuedAt = Math.floor(now.getTime() / 1000);
	return new SignJWT({ ...claims, rid: registryId, grant_type: grantType, roles: [] })
		.setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
		.setJti(randomUUID())
		.setIssuer(issuer)
		.setAudience(loginServer)
		.setIssuedAt(issuedAt)
		.setNotBefore(issuedAt)
		.setExpirationTime(Math.floor(state.clock.after(lifetimeMs[grantType], now).getTime() / 1000))
		.sign(privateKey);
}

/** A refresh token of exactly this registry, at its time. */
export async function checkRefreshToken(state: State, registry: Registry, jwt: string): Promise<Checked<RefreshToken>> {
	const checked = await check(state, registry, { jwt, grantType: 'refresh_token' });
	if (checked.refusal) return checked;
	const claims = checked.token;
	const held = state.settings.permissionsInRefreshToken
		? { held: thawRights(state, registry, claims['permissions']) }
		: {};
	return { token: { subject: textIn(claims, 'sub'), caller: callerIn(claims), ...held } };
}

/** An access token of exactly this registry, at its time; what it covers is the caller's to look at. */
export async function checkAccessToken(state: State, registry: Registry, jwt: string): Promise<Checked<AccessToken>> {
	const checked = await check(state, registry, { jwt, grantType: 'access_token' });
	if (checked.refusal) return checked;
	const { token: claims } = checked;
	const endsAt = new Date(Number(claims.exp) * 1000);
	return { token: { subject: textIn(claims, 'sub'), access: accessIn(claims['access']), endsAt } };
}

async function check(
	state: State,
	{ registryId, loginServer }: Registry,
	{ jwt, grantType }: { jwt: string; grantType: GrantType },
): Promise<Checked<JWTPayload>> {
	const { publicKey, kid } = await state.keys.of(registryId, 'libtrust');
	const now = state.clock.now();
	try {
		const seen = seenBy(state);
		// A layer of an image is asked for with the token that its manifest came with: signatures do not change.
		const known = seen.get(`${kid} ${jwt}`);
		const isCurrent = known?.exp !== undefined && now.getTime() < known.exp * 1000;
		const payload = isCurrent ? known : await verify({ jwt, publicKey, audience: loginServer, now });
		if (!isCurrent) remember(seen, `${kid} ${jwt}`, payload);
		if (payload['grant_type'] === grantType) return { token: payload };
		return { refusal: { why: 'malformed', reason: `the token is no ${grantType.replace('_', ' ')}` } };
	} catch (error) {
		const refusal = refusalOf(error, state.clock.now());
		if (!refusal) throw error;
		return { refusal };
	}
}

async function verify(o: { jwt: string; publicKey: CryptoKey; audience: string; now: Date }): Promise<JWTPayload> {
	const { payload } = await jwtVerify(o.jwt, o.publicKey, {
		algorithms: ['RS256'],
		issuer,
		audience: o.audience,
		requiredClaims: ['exp'],
		currentDate: o.now,
	});
	return payload;
}

/** Tokens whose signature has been checked, by the key that it was checked with; of each world its own. */
const seenTokens = new WeakMap<State, Map<string, JWTPayload>>();
const mostSeen = 1000;

function seenBy(state: State): Map<string, JWTPayload> {
	const seen = seenTokens.get(state) ?? new Map<string, JWTPayload>();
	seenTokens.set(state, seen);
	return seen;
}

function remember(seen: Map<string, JWTPayload>, key: string, payload: JWTPayload): void {
	const [oldest] = seen.keys();
	if (seen.size >= mostSeen && oldest !== undefined) seen.delete(oldest);
	seen.set(key, payload);
}

function subjectOf({ name, appId }: Caller): string {
	return name.includes('@') ? name : appId;
}

function callerIn(claims: JWTPayload): Caller {
	const groups = claims['groups'];
	return {
		objectId: textIn(claims, 'oid'),
		tenantId: textIn(claims, 'tenant'),
		name: textIn(claims, 'name') || textIn(claims, 'sub'),
		groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
		appId: textIn(claims, 'appid'),
	};
}

function accessIn(claim: unknown): Access[] {
	if (!Array.isArray(claim)) return [];
	return claim.flatMap((entry: unknown) => {
		if (!isRecord(entry) || !Array.isArray(entry['actions'])) return [];
		const actions = entry['actions'].filter((action) => typeof action === 'string');
		return [{ type: String(entry['type']), name: String(entry['name']), actions }];
	});
}

function textIn(claims: JWTPayload, name: string): string {
	const value = claims[name];
	return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
