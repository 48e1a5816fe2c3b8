import type { Machine } from '@lanyard/sandbox-ground';
import type { Contoso } from './contoso.ts';

/** What foreign clients do over several requests, for tests: no code of the product's own clients. */
export const tenant = 'contoso.onmicrosoft.com';

/** A POST of a form, as every token endpoint takes it. */
export function post(url: string, form: Record<string, string>): Request {
	return new Request(url, { method: 'POST', body: new URLSearchParams(form) });
}

/** A JSON answer as a record; a test fails where it is none. */
export async function bodyOf(response: Response): Promise<Record<string, unknown>> {
	const body: unknown = await response.json();
	if (!isRecord(body)) throw new Error(`${response.status}: no record but ${JSON.stringify(body)}`);
	return body;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}

/** The text in one field of a JSON answer; a test fails where it is missing. */
export async function field(response: Response, name: string): Promise<string> {
	const body = await bodyOf(response);
	const value = body[name];
	if (typeof value !== 'string') throw new Error(`${response.status}: no "${name}" in ${JSON.stringify(body)}`);
	return value;
}

/** A user's token, from the refresh token of a sign-in. */
export async function userToken(
	world: Contoso,
	name: string,
	resource = 'https://management.core.windows.net/',
): Promise<string> {
	const { refreshToken, clientId, tenantId } = world.azure.signIn(name);
	const form = {
		grant_type: 'refresh_token',
		refresh_token: refreshToken,
		client_id: clientId,
		scope: `${resource}/.default`,
	};
	return field(
		await world.send(post(`https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`, form)),
		'access_token',
	);
}

/** An application's token, by its secret. */
export async function appToken(
	world: Contoso,
	{ appId, secret, domain = tenant }: { appId: string; secret: string; domain?: string },
	resource = 'https://containerregistry.azure.net',
): Promise<string> {
	const form = {
		grant_type: 'client_credentials',
		client_id: appId,
		client_secret: secret,
		scope: `${resource}/.default`,
	};
	return field(
		await world.send(post(`https://login.microsoftonline.com/${domain}/oauth2/v2.0/token`, form)),
		'access_token',
	);
}

/** A node's token, from IMDS. */
export async function nodeToken(world: Contoso, machine: Machine): Promise<string> {
	const url =
		'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://containerregistry.azure.net';
	return field(await world.send(new Request(url, { headers: { metadata: 'true' } }), machine), 'access_token');
}

/** Swaps an Entra token at a registry. */
export function exchange(world: Contoso, host: string, entraToken: string): Promise<Response> {
	return world.send(
		post(`https://${host}/oauth2/exchange`, { grant_type: 'access_token', service: host, access_token: entraToken }),
	);
}

/** Swaps a refresh token for an access token with this scope. */
export function accessToken(
	world: Contoso,
	host: string,
	{ refreshToken, scope }: { refreshToken: string; scope: string },
) {
	const form = { grant_type: 'refresh_token', service: host, scope, refresh_token: refreshToken };
	return world.send(post(`https://${host}/oauth2/token`, form));
}

/** From an Entra token to an access token for one scope. */
export async function registryToken(
	world: Contoso,
	host: string,
	{ entraToken, scope }: { entraToken: string; scope: string },
) {
	const refreshToken = await field(await exchange(world, host, entraToken), 'refresh_token');
	return field(await accessToken(world, host, { refreshToken, scope }), 'access_token');
}

/** A request with a bearer token. */
export function bearer(url: string, token: string, init: RequestInit = {}): Request {
	return new Request(url, {
		...init,
		headers: { ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${token}` },
	});
}

const apiVersions: [path: RegExp, version: string][] = [
	[/\/Microsoft\.Authorization\/[^/]+/i, '2022-04-01'],
	[/\/Microsoft\.ContainerRegistry\/[^/]+/i, '2025-11-01'],
	[/\/Microsoft\.ContainerService\/[^/]+/i, '2025-03-01'],
	[/\/Microsoft\.ManagedIdentity\/[^/]+/i, '2024-11-30'],
	[/\/Microsoft\.Network\/[^/]+/i, '2024-05-01'],
];

/** A version that the provider of a path has. */
function apiVersionOf(path: string): string {
	return apiVersions.find(([pattern]) => pattern.test(path))?.[1] ?? '2022-12-01';
}

/** One call to Resource Manager. */
export function arm(
	world: Contoso,
	token: string,
	{ path, method = 'GET', body }: { path: string; method?: string; body?: unknown },
) {
	const url = new URL(path, 'https://management.azure.com');
	if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', apiVersionOf(url.pathname));
	const content =
		body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
	return world.send(bearer(url.href, token, { method, ...content }));
}
