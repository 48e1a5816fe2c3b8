import { type ProblemCode, Secret } from '@lanyard/core';
import { readJson } from '../body.ts';
import { optionalArray, optionalNumber, optionalString, stringField, stringList } from '../field.ts';
import { decodeJwt } from '../jwt.ts';
import { registryProblem } from './problem.ts';
import type { Challenge } from './challenge.ts';

/** One thing that an ACR access token allows. */
export interface Grant {
	/** `repository` or `registry`. */
	type: string;
	name: string;
	actions: string[];
}

/** A token for the registry's data plane. What was asked for and not granted is silently missing from `grants`. */
export interface AcrAccessToken {
	value: Secret;
	grants: Grant[];
	/** Says nothing of itself, as GitHub's tokens: what it allows shows only when it is used. */
	isOpaque?: boolean;
	endsAt: Date;
}

/** ACR's access tokens live this long (recorded 2024); used only if one does not tell its end. */
const lifetimeMs = 4_500_000;

/** Who asks: with the registry's own refresh token, with a user and password, or nobody. */
export type TokenAsker = { refreshToken: Secret } | { user: string; password: Secret } | 'anonymous';

/** Step 3 of 3: asks for a token for these scopes, such as `repository:nginx:pull`. */
export function acrTokenRequest({ realm, service }: Challenge, scope: string, asker: TokenAsker): Request {
	if (asker !== 'anonymous' && 'refreshToken' in asker) {
		const form = { grant_type: 'refresh_token', service, scope, refresh_token: asker.refreshToken.reveal() };
		return new Request(realm, { method: 'POST', body: new URLSearchParams(form) });
	}
	const url = new URL(realm);
	url.searchParams.set('service', service);
	url.searchParams.set('scope', scope);
	// Passwords go by GET with Basic, as container runtimes send them: ACR answers 400 to some password grants.
	return new Request(url, asker === 'anonymous' ? {} : { headers: { authorization: basic(asker) } });
}

/** Reads the answer to `acrTokenRequest`; `refused` is what a 401 means for this asker. */
export async function parseAcrTokenResponse(
	response: Response,
	{ now, refused }: { now: Date; refused: ProblemCode },
): Promise<AcrAccessToken> {
	if (!response.ok) throw await registryProblem(response, refused);
	const answer = await readJson(response);
	const value = new Secret(optionalString(answer, 'access_token') ?? stringField(answer, 'token'));
	if (value.reveal().split('.').length !== 3) return { value, grants: [], isOpaque: true, endsAt: endOf(answer, now) };
	const { all, endsAt } = decodeJwt(value);
	return { value, grants: parseGrants(all), endsAt: endsAt ?? new Date(now.getTime() + lifetimeMs) };
}

/** The specification's `expires_in`, and its 60 seconds where there is none (distribution, docs/spec/auth/token.md). */
function endOf(answer: unknown, now: Date): Date {
	return new Date(now.getTime() + (optionalNumber(answer, 'expires_in') ?? 60) * 1000);
}

/** Whether the token allows `action` on the repository. */
export function grantsAction({ grants }: AcrAccessToken, repository: string, action: string): boolean {
	return grants.some(
		({ type, name, actions }) =>
			type === 'repository' && name === repository && (actions.includes(action) || actions.includes('*')),
	);
}

/** Recordings of 2024 write `Type`, `Name`, `Actions`; newer ones the lower case. */
function parseGrants(claims: unknown): Grant[] {
	return optionalArray(claims, 'access', (entry) => ({
		type: optionalString(entry, 'Type') ?? stringField(entry, 'type'),
		name: optionalString(entry, 'Name') ?? stringField(entry, 'name'),
		actions: [...stringList(entry, 'Actions'), ...stringList(entry, 'actions')],
	}));
}

/** RFC 7617, with UTF-8. */
function basic({ user, password }: { user: string; password: Secret }): string {
	const bytes = new TextEncoder().encode(`${user}:${password.reveal()}`);
	return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
