import { Problem, Secret } from '@lanyard/core';
import { readJson, readJsonIfAny } from './body.ts';
import { numberField, optionalArray, optionalString, stringField } from './field.ts';
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

/**
 * Reads the answer to both. `endsAt` counts from `now`, this machine's clock, and not from the token's own `exp`: whether
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
	const url = `${at.authority.replace(/\/+$/, '')}/${encodeURIComponent(at.tenantId)}/oauth2/v2.0/token`;
	const body = new URLSearchParams({ client_id: at.clientId, scope: `${audience}/.default`, ...grant });
	return new Request(url, { method: 'POST', body });
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
