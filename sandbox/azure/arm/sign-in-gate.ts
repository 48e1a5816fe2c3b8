import type { Visit } from '@lanyard/sandbox-ground';
import { armAudiences } from '../entra/audience.ts';
import { type Caller, claimOf, issuerOf, type Refusal, verifyToken } from '../entra/token.ts';
import type { State } from '../state.ts';
import { armError } from './refusal.ts';

/** Who asks Resource Manager, or the 401 to answer with. */
export async function callerOf(
	state: State,
	{ request, visit }: { request: Request; visit: Visit },
): Promise<{ caller: Caller } | { refused: Response }> {
	const [, jwt] = request.headers.get('authorization')?.match(/^Bearer +(\S+)$/i) ?? [];
	const scope = 'https://management.azure.com/';
	const about = { allowed: false, action: `${request.method} ${new URL(request.url).pathname}`, scope };
	if (jwt === undefined) {
		visit.decided({ ...about, reason: 'no token was shown' });
		const missing = "Authentication failed. The 'Authorization' header is missing.";
		return {
			refused: unauthorized(
				state,
				['AuthenticationFailed', missing],
				"The authentication failed because of missing 'Authorization' header.",
			),
		};
	}
	const { caller, refusal } = await verifyToken(state, jwt, armAudiences);
	if (caller) {
		visit.isFrom(caller.name);
		return { caller };
	}
	visit.decided({ ...about, reason: refusal.reason });
	const [code, message] = wordsOf(state, refusal, jwt);
	return { refused: unauthorized(state, [code, message], message) };
}

/** A token of another tenant: the subscription's own directory has to issue it. */
export function wrongTenant(caller: Caller, tenantId: string): Response {
	const message = `The access token is from the wrong issuer '${issuerOf(caller.tenantId)}'. It must match the tenant '${issuerOf(tenantId)}' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/${tenantId}' to get the token. Note, if the subscription is transferred to another tenant there is no impact to the services, but information about new tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this error message, please try back later.`;
	return armError(401, 'InvalidAuthenticationTokenTenant', message);
}

/** What Resource Manager says about a token it does not take. */
function wordsOf(state: State, { why }: Refusal, jwt: string): [code: string, message: string] {
	if (why === 'expired') {
		const expiry = new Date(Number(claimOf(jwt, 'exp')) * 1000);
		return [
			'ExpiredAuthenticationToken',
			`The access token expiry UTC time '${utc(expiry)}' is earlier than current UTC time '${utc(state.clock.now())}'.`,
		];
	}
	if (why === 'audience') {
		return [
			'InvalidAuthenticationTokenAudience',
			`The access token has been obtained for wrong audience or resource '${String(claimOf(jwt, 'aud'))}'. It should exactly match with one of the allowed audiences '${armAudiences.join("','")}'.`,
		];
	}
	if (why === 'issuer') {
		return [
			'InvalidAuthenticationTokenTenant',
			`The access token is from the wrong issuer '${String(claimOf(jwt, 'iss'))}'.`,
		];
	}
	return ['InvalidAuthenticationToken', 'The access token is invalid.'];
}

function utc(moment: Date): string {
	return moment.toLocaleString('en-US', { timeZone: 'UTC' }).replace(',', '');
}

function unauthorized({ directory }: State, [code, message]: [string, string], description: string): Response {
	const tenant = directory.tenants()[0]?.id ?? 'common';
	const challenge = `Bearer authorization_uri="https://login.windows.net/${tenant}", error="invalid_token", error_description="${description}"`;
	const answer = armError(401, code, message);
	answer.headers.set('www-authenticate', challenge);
	return answer;
}
