import { Secret } from '@lanyard/core';
import { readJson } from '../body.ts';
import { stringField } from '../field.ts';
import { decodeJwt } from '../jwt.ts';
import { registryProblem } from './problem.ts';

/** The registry's own longer-lived token (3 h 15 min), which also serves as a password. */
export interface AcrRefreshToken {
	value: Secret;
	endsAt: Date;
}

/** ACR's refresh tokens live this long (recorded 2024 and 2025); used only if one does not tell its end. */
const lifetimeMs = 11_700_000;

/** Step 2 of 3: asks the registry to swap an Entra token for its own refresh token (Azure/acr, docs/AAD-OAuth.md). */
export function acrExchangeRequest({
	loginServer,
	service,
	tenantId,
	entraToken,
}: {
	loginServer: string;
	service: string;
	tenantId: string;
	entraToken: Secret;
}): Request {
	const form = { grant_type: 'access_token', service, tenant: tenantId, access_token: entraToken.reveal() };
	return new Request(`https://${loginServer}/oauth2/exchange`, { method: 'POST', body: new URLSearchParams(form) });
}

/** Reads the answer to `acrExchangeRequest`. 401 is what a good Entra token without any right on the registry gets. */
export async function parseAcrExchangeResponse(response: Response, now: Date): Promise<AcrRefreshToken> {
	if (!response.ok) throw await registryProblem(response, 'identity-lacks-pull-role');
	const value = new Secret(stringField(await readJson(response), 'refresh_token'));
	return { value, endsAt: decodeJwt(value).endsAt ?? new Date(now.getTime() + lifetimeMs) };
}
