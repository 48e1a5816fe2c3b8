import { Problem, Secret } from '@lanyard/core';
import { readJson, readJsonIfAny } from './body.ts';
import { optionalString, stringField } from './field.ts';
import { entraToken, type EntraToken } from './entra.ts';

/** Azure's metadata service, which only the machine itself reaches; the header keeps blind redirects from asking. */
const host = 'http://169.254.169.254';

/** Asks for a token of the machine's identity (learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token). */
export function imdsTokenRequest(resource: string, clientId?: string): Request {
	const url = new URL('/metadata/identity/oauth2/token', host);
	url.searchParams.set('api-version', '2018-02-01');
	url.searchParams.set('resource', resource);
	if (clientId !== undefined) url.searchParams.set('client_id', clientId);
	return new Request(url, { headers: { metadata: 'true' } });
}

/** Reads the answer to `imdsTokenRequest`; numbers are texts there. */
export async function parseImdsTokenResponse(
	response: Response,
	{ audience, now }: { audience: string; now: Date },
): Promise<EntraToken> {
	if (!response.ok) throw await imdsProblem(response);
	const answer = await readJson(response);
	const endsAt = new Date(now.getTime() + Number(stringField(answer, 'expires_in')) * 1000);
	return entraToken(new Secret(stringField(answer, 'access_token')), { audience, endsAt });
}

async function imdsProblem(response: Response): Promise<Problem> {
	const body = await readJsonIfAny(response);
	const words = typeof body === 'object' && body !== null ? optionalString(body, 'error_description') : undefined;
	const found = words ?? `status ${response.status}`;
	return new Problem('not-signed-in', { wanted: "a token of this machine's identity", found });
}
