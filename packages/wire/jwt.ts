import { Problem, type Secret } from '@lanyard/core';
import { firstString, optionalNumber, optionalString } from './field.ts';
import { present } from './present.ts';

/** What a token says about itself. Nothing here is verified: only the service that the token is for can do that. */
export interface JwtClaims {
	/** Everything, to be read with the field readers. */
	all: unknown;
	audience?: string;
	issuedAt?: Date;
	endsAt?: Date;
	tenantId?: string;
	objectId?: string;
	/** The user's principal name, or the application's client id. */
	name?: string;
}

/** Reads the claims of a token (RFC 7519), or throws `unexpected-answer` that says nothing of its content. */
export function decodeJwt(token: Secret): JwtClaims {
	const all = claimsOf(token.reveal());
	const known = present({
		audience: optionalString(all, 'aud'),
		issuedAt: numericDate(all, 'iat'),
		endsAt: numericDate(all, 'exp'),
		tenantId: optionalString(all, 'tid'),
		objectId: optionalString(all, 'oid'),
		// v1 tokens say `upn` or `unique_name` and `appid`, v2 tokens `preferred_username` and `azp`.
		name: firstString(all, ['upn', 'preferred_username', 'unique_name', 'appid', 'azp']),
	});
	return { all, ...known };
}

/** RFC 7519: seconds since 1970. */
function numericDate(claims: unknown, name: string): Date | undefined {
	const seconds = optionalNumber(claims, name);
	return seconds === undefined ? undefined : new Date(seconds * 1000);
}

function claimsOf(token: string): unknown {
	const [, payload, signature] = token.split('.');
	if (!payload || signature === undefined) throw notAToken();
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64UrlBytes(payload)));
	} catch {
		// The parser's message would quote the token's content.
		throw notAToken();
	}
}

function notAToken(): Problem {
	return new Problem('unexpected-answer', { wanted: 'a JSON web token', found: 'something else' });
}

function base64UrlBytes(text: string): Uint8Array {
	return base64Bytes(text.replaceAll('-', '+').replaceAll('_', '/'));
}

/** The bytes that standard base64, with or without padding, stands for; throws on anything else. */
export function base64Bytes(text: string): Uint8Array {
	return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
