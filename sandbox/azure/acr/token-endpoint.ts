import type { Visit } from '@lanyard/sandbox-ground';
import type { Registry } from '../arm/model.ts';
import type { State } from '../state.ts';
import {
	anonymousHolder,
	type Held,
	type Holder,
	holderOfPassword,
	holderOfRefreshToken,
	readBasic,
} from './credential.ts';
import { errorResponse, unauthorized } from './refusal.ts';
import { whyLeftOut } from './repository-right.ts';
import { type Access, buildScope, grantScopes, parseScopes, rightBehind } from './scope.ts';
import { issueAccessToken } from './token.ts';

/** `/oauth2/token`, GET and POST: swaps a credential for an access token that covers what is granted of what was asked. */
export async function answerToken(
	state: State,
	registry: Registry,
	{ request, visit }: { request: Request; visit: Visit },
) {
	const query = new URL(request.url).searchParams;
	const asked = request.method === 'POST' ? new URLSearchParams(await request.text()) : query;
	const scopes = parseScopes(asked.getAll('scope'));
	const about = { action: scopes.map(buildScope).join(' ') || 'sign-in', scope: registry.loginServer };
	const held =
		request.method === 'POST' ? await heldByForm(state, registry, asked) : await heldByHeader(state, registry, request);
	if ('unsupported' in held) return held.unsupported;
	if (!held.holder) {
		visit.decided({ ...about, allowed: false, reason: held.reason });
		return unauthorized();
	}
	const access = accessFor(held.holder, scopes);
	visit.isFrom(held.holder.name);
	visit.decided({ ...about, ...explain(held.holder, scopes, access) });
	const { subject, appId } = held.holder;
	return Response.json({ access_token: await issueAccessToken(state, registry, { subject, appId, access }) });
}

/** GET: docker, containerd, podman, oras with Basic; nobody at all where the pull is anonymous. */
function heldByHeader(state: State, registry: Registry, { headers }: Request): Promise<Held> | Held {
	const basic = readBasic(headers.get('authorization'));
	return basic ? holderOfPassword(state, registry, basic) : anonymousHolder(registry);
}

/**
 * POST: `refresh_token` is what az, the SDKs and docker's identity tokens use; `password` is for the admin user and repository
 * tokens, and the JavaScript SDK asks so for nobody (an empty refresh token). For token user and applications ACR answers 400,
 * after which containerd and helm turn to GET (containerd `authorizer.go`: "ACR is known to return 400").
 */
async function heldByForm(
	state: State,
	registry: Registry,
	form: URLSearchParams,
): Promise<Held | { unsupported: Response }> {
	const grant = form.get('grant_type');
	if (grant === 'refresh_token') return holderOfRefreshToken(state, registry, form.get('refresh_token') ?? '');
	if (grant !== 'password') return { unsupported: badRequest(`unsupported grant_type "${grant ?? ''}"`) };
	const user = form.get('username') ?? '';
	if (user === '') return anonymousHolder(registry);
	if (/^[0-9a-f-]{36}$/i.test(user)) return { unsupported: badRequest('invalid username or password') };
	return holderOfPassword(state, registry, { user, password: form.get('password') ?? '' });
}

/** The body of this 400 is not known; clients only look at the status. */
function badRequest(message: string): Response {
	return errorResponse(400, { code: 'BAD_REQUEST', message });
}

function accessFor(holder: Holder, scopes: Access[]): Access[] {
	const { limit } = holder;
	if (!limit) return grantScopes(scopes, holder);
	return scopes.flatMap((asked) => {
		const held = limit.find(({ type, name }) => type === asked.type && name === asked.name);
		const actions = asked.actions.filter((action) => held?.actions.includes(action));
		return actions.length > 0 ? [{ ...asked, actions }] : [];
	});
}

/** A token that lacks something is still a 200: the log says what was dropped, and why. */
function explain(holder: Holder, scopes: Access[], access: Access[]): { allowed: boolean; reason: string } {
	const granted = access.map(buildScope).join(' ');
	const dropped = scopes.flatMap(({ type, name, actions }) => {
		const kept = access.find((one) => one.type === type && one.name === name)?.actions ?? [];
		return actions
			.filter((action) => action !== '*' && !kept.includes(action))
			.map((action) => ({ type, name, action }));
	});
	const first = dropped[0];
	const right = first && rightBehind(first);
	if (!first)
		return {
			allowed: true,
			reason: scopes.length === 0 ? 'the credential is valid' : `granted ${granted || 'nothing'}`,
		};
	const why =
		right === undefined ? 'there is no such action' : (whyLeftOut(holder, right, first.name) ?? holder.why(right));
	return { allowed: false, reason: `granted ${granted || 'nothing'}; "${first.action}" dropped: ${why}` };
}
