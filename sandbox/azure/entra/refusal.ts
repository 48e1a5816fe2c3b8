import { randomUUID } from 'node:crypto';

/** A refusal of the token endpoint, by its AADSTS number (Microsoft Entra authentication error codes). */
export interface EntraRefusal {
	status: number;
	error: string;
	code: number;
	text: string;
}

/** The answer that clients read: `error` and `error_codes` decide, the description is for people. */
export function refusalResponse({ status, error, code, text }: EntraRefusal, now: Date): Response {
	const [traceId, correlationId] = [randomUUID(), randomUUID()];
	const timestamp = now
		.toISOString()
		.replace('T', ' ')
		.replace(/\.\d+Z$/, 'Z');
	const body = {
		error,
		error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
		error_codes: [code],
		timestamp,
		trace_id: traceId,
		correlation_id: correlationId,
		error_uri: `https://login.microsoftonline.com/error?code=${code}`,
	};
	return Response.json(body, {
		status,
		headers: { 'x-ms-request-id': traceId, 'cache-control': 'no-store, no-cache' },
	});
}

/** Every refusal of the endpoints served, in one place. */
export const entraRefusals = {
	unknownTenant: (tenant: string) => ({
		status: 400,
		error: 'invalid_tenant',
		code: 90002,
		text: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
	}),
	unknownApplication: (appId: string, tenant: string) => ({
		status: 400,
		error: 'unauthorized_client',
		code: 700016,
		text: `Application with identifier '${appId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
	}),
	wrongSecret: (appId: string) => ({
		status: 401,
		error: 'invalid_client',
		code: 7000215,
		text: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.`,
	}),
	expiredSecret: (appId: string) => ({
		status: 401,
		error: 'invalid_client',
		code: 7000222,
		text: `The provided client secret keys for app '${appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
	}),
	noSecret: () => ({
		status: 401,
		error: 'invalid_client',
		code: 7000218,
		text: `The request body must contain the following parameter: 'client_assertion' or 'client_secret'.`,
	}),
	wrongPassword: () => ({
		status: 400,
		error: 'invalid_grant',
		code: 50126,
		text: 'Error validating credentials due to invalid username or password.',
	}),
	badRefreshToken: () => ({
		status: 400,
		error: 'invalid_grant',
		code: 9002313,
		text: 'Invalid request. Request is malformed or invalid.',
	}),
	expiredRefreshToken: () => ({
		status: 400,
		error: 'invalid_grant',
		code: 700082,
		text: 'The refresh token has expired due to inactivity.',
	}),
	unknownResource: (resource: string, tenant: string) => ({
		status: 400,
		error: 'invalid_resource',
		code: 500011,
		text: `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
	}),
	unsupportedGrant: (grant: string) => ({
		status: 400,
		error: 'unsupported_grant_type',
		code: 70003,
		text: `The app requested an unsupported grant type '${grant}'.`,
	}),
	missingParameter: (name: string) => ({
		status: 400,
		error: 'invalid_request',
		code: 900144,
		text: `The request body must contain the following parameter: '${name}'.`,
	}),
} satisfies Record<string, (...words: string[]) => EntraRefusal>;
