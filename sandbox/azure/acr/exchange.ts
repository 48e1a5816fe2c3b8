import type { Visit } from '@lanyard/sandbox-ground';
import type { Registry } from '../arm/model.ts';
import { registryAudiences } from '../entra/audience.ts';
import { verifyToken } from '../entra/token.ts';
import type { State } from '../state.ts';
import { formText } from './form-text.ts';
import { errorResponse, unauthorized } from './refusal.ts';
import { authorizeExchange, rightsOf } from './rights.ts';
import { issueRefreshToken } from './token.ts';

/** `access_token` is az's and the SDKs' word, the others are what kubelets' provider and old clients send. */
const grantTypes = ['access_token', 'access_token_refresh_token', 'refresh_token'];

/** `/oauth2/exchange`: swaps a valid Entra token of someone with any permission here for a refresh token of this registry. */
export async function answerExchange(
	state: State,
	registry: Registry,
	{ request, visit }: { request: Request; visit: Visit },
): Promise<Response> {
	const form = new URLSearchParams(await formText(request));
	const action = 'exchange an Entra token';
	const grant = form.get('grant_type') ?? '';
	if (!grantTypes.includes(grant)) {
		const message = `unsupported grant_type "${grant}"`;
		visit.decided({ allowed: false, action, scope: registry.loginServer, reason: message });
		return errorResponse(400, { code: 'BAD_REQUEST', message });
	}
	const entraToken = form.get('access_token') ?? form.get('refresh_token') ?? '';
	const { caller, refusal } = await verifyToken(state, entraToken, registryAudiences(registry));
	if (!caller) {
		visit.decided({ allowed: false, action, scope: registry.loginServer, reason: refusal.reason });
		return unauthorized();
	}
	visit.isFrom(caller.name);
	const decision = authorizeExchange(state, caller, registry);
	visit.decided(decision);
	if (!decision.allowed) return unauthorized();
	const held = rightsOf(state, caller, registry);
	const refreshToken = await issueRefreshToken(state, registry, { caller, held });
	return Response.json(
		{ refresh_token: refreshToken },
		{ headers: { 'x-ms-ratelimit-remaining-calls-per-second': '333.316667' } },
	);
}
