import { Problem, Secret } from '@lanyard/core';
import { readJson, readJsonIfAny } from './body.ts';
import { numberField, optionalArray, optionalNumber, optionalString, stringField } from './field.ts';
import { decodeJwt } from './jwt.ts';

/** A token that Entra ID issued, with what its claims say. */
export interface EntraToken {
	value: Secret;
	audience: string;
	endsAt: Date;
	tenantId: string;
	objectId: string;
	/** The user's principal name, or the application's client id. */
	name: string;
}

/** Where and as which application somebody signs in. */
export interface EntraApplication {
	/** `https://login.microsoftonline.com` */
	authority: string;
	/** The tenant's GUID or one of its domains. */
	tenantId: string;
	clientId: string;
}

/** Asks for a token with what an earlier sign-in left (RFC 6749, section 6). */
export function entraRefreshTokenRequest(at: EntraApplication, refreshToken: Secret, audience: string): Request {
	return tokenRequest(at, audience, { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() });
}

/** Asks for a token as an application with a secret (RFC 6749, section 4.4). */
export function entraClientSecretRequest(at: EntraApplication, clientSecret: Secret, audience: string): Request {
	return tokenRequest(at, audience, { grant_type: 'client_credentials', client_secret: clientSecret.reveal() });
}

/** Asks for a token as an application with a token of somebody whom it trusts (RFC 7523, section 2.2): workload identity. */
export function entraAssertionRequest(at: EntraApplication, assertion: Secret, audience: string): Request {
	const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
	const proof = { client_assertion_type: type, client_assertion: assertion.reveal() };
	return tokenRequest(at, audience, { grant_type: 'client_credentials', ...proof });
}

/** A sign-in that waits for somebody with a browser (RFC 8628, section 3.2). */
export interface DeviceCode {
	value: Secret;
	/** What people are told to do, in Entra's own words: the address and the code. */
	message: string;
	waitMs: number;
	lastsMs: number;
}

/** Starts a sign-in by device code; the refresh token that comes of it serves every audience. */
export function entraDeviceCodeRequest(at: EntraApplication, audience: string): Request {
	const body = new URLSearchParams({ client_id: at.clientId, scope: `${audience}/.default offline_access` });
	return new Request(endpointOf(at, 'devicecode'), { method: 'POST', body });
}

/** Reads the answer to `entraDeviceCodeRequest`. */
export async function parseDeviceCode(response: Response): Promise<DeviceCode> {
	if (!response.ok) throw await entraProblem(response);
	const answer = await readJson(response);
	return {
		value: new Secret(stringField(answer, 'device_code')),
		message: stringField(answer, 'message'),
		waitMs: (optionalNumber(answer, 'interval') ?? 5) * 1000,
		lastsMs: numberField(answer, 'expires_in') * 1000,
	};
}

/** Asks whether somebody has signed in meanwhile (RFC 8628, section 3.4). */
export function entraDeviceTokenRequest(at: EntraApplication, { value }: DeviceCode): Request {
	const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
	const body = new URLSearchParams({ client_id: at.clientId, grant_type, device_code: value.reveal() });
	return new Request(endpointOf(at, 'token'), { method: 'POST', body });
}

/**
 * Reads the answer to all of them. `endsAt` counts from `now`, this machine's clock, and not from the token's own `exp`: whether
 * it still serves is decided here by the same clock.
 */
export async function parseEntraTokenResponse(
	response: Response,
	{ audience, now }: { audience: string; now: Date },
): Promise<{ token: EntraToken; refreshToken?: Secret }> {
	if (!response.ok) throw await entraProblem(response);
	const answer = await readJson(response);
	const endsAt = new Date(now.getTime() + numberField(answer, 'expires_in') * 1000);
	const token = entraToken(new Secret(stringField(answer, 'access_token')), { audience, endsAt });
	const refreshToken = optionalString(answer, 'refresh_token');
	return refreshToken === undefined ? { token } : { token, refreshToken: new Secret(refreshToken) };
}

/** Makes an `EntraToken` of a token's own claims. */
export function entraToken(value: Secret, about: { audience: string; endsAt: Date }): EntraToken {
	const { all, name } = decodeJwt(value);
	const objectId = stringField(all, 'oid');
	return { value, ...about, tenantId: stringField(all, 'tid'), objectId, name: name ?? objectId };
}

/** A resource that ends in a slash keeps it, so that two follow each other: Entra takes the scope apart at the last one. */
function tokenRequest(at: EntraApplication, audience: string, grant: Record<string, string>): Request {
	const body = new URLSearchParams({ client_id: at.clientId, scope: `${audience}/.default`, ...grant });
	return new Request(endpointOf(at, 'token'), { method: 'POST', body });
}

function endpointOf({ authority, tenantId }: EntraApplication, name: string): string {
	return `${authority.replace(/\/+$/, '')}/${encodeURIComponent(tenantId)}/oauth2/v2.0/${name}`;
}

/** Entra's description repeats what was sent, so only its codes are shown (`AADSTS7000215` is a wrong secret). */
async function entraProblem(response: Response): Promise<Problem> {
	if (response.status === 429) return new Problem('azure-throttled', { found: 'status 429' });
	if (response.status >= 500) return new Problem('azure-unavailable', { found: `status ${response.status}` });
	const body = await readJsonIfAny(response);
	const error = typeof body === 'object' && body !== null ? optionalString(body, 'error') : undefined;
	if (error === undefined) return new Problem('unexpected-answer', { found: `status ${response.status}` });
	const codes = optionalArray(body, 'error_codes', (code) => ` AADSTS${Number(code)}`);
	return new Problem(error === 'invalid_grant' ? 'sign-in-expired' : 'not-signed-in', {
		wanted: 'a token from Entra ID',
		found: `${/^[a-z_]+$/.test(error) ? error : 'an error'}${codes.join('')}`,
	});
}
