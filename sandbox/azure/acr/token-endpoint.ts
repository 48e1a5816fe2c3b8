import type { Visit } from '@lanyard/sandbox-ground';
import type { Registry } from '../arm/model.ts';
import type { State } from '../state.ts';
import { anonymousHolder, holderOfPassword, holderOfRefreshToken, readBasic } from './credential.ts';
import type { Because, Held, Holder } from './holder.ts';
import { formText } from './form-text.ts';
import { errorResponse, unauthorized } from './refusal.ts';
import { type Access, buildScope, grantScopes, parseScopes, rightBehind } from './scope.ts';
import { issueAccessToken } from './token.ts';

/** `/oauth2/token`, GET and POST: swaps a credential for an access token that covers what is granted of what was asked. */
export async function answerToken(
	state: State,
	registry: Registry,
	{ request, visit }: { request: Request; visit: Visit },
) {
	const query = new URL(request.url).searchParams;
	const asked = request.method === 'POST' ? new URLSearchParams(await formText(request)) : query;
	const scopes = parseScopes(asked.getAll('scope'));
	const about = { action: scopes.map(buildScope).join(' ') || 'sign-in', scope: registry.loginServer };
	const held =
		request.method === 'POST' ? await heldByForm(state, registry, asked) : await heldByHeader(state, registry, request);
	if ('unsupported' in held) {
		visit.decided({ ...about, allowed: false, reason: held.reason });
		return held.unsupported;
	}
	if (!held.holder) {
		visit.decided({ ...held, ...about, allowed: false });
		return unauthorized();
	}
	const access = grantScopes(scopes, held.holder);
	visit.isFrom(held.holder.name);
	visit.decided({ ...explain(held.holder, scopes, access), ...about });
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
): Promise<Held | (Because & { unsupported: Response })> {
	const grant = form.get('grant_type');
	if (grant === 'refresh_token') return holderOfRefreshToken(state, registry, form.get('refresh_token') ?? '');
	if (grant !== 'password') return unsupported(`unsupported grant_type "${grant ?? ''}"`);
	const user = form.get('username') ?? '';
	if (user === '') return anonymousHolder(registry);
	if (/^[0-9a-f-]{36}$/i.test(user)) return unsupported('invalid username or password');
	return holderOfPassword(state, registry, { user, password: form.get('password') ?? '' });
}

/** The body of this 400 is not known; clients only look at the status. */
function unsupported(message: string): Because & { unsupported: Response } {
	return { unsupported: errorResponse(400, { code: 'BAD_REQUEST', message }), reason: message };
}

/** A token that lacks something is still a 200: the log says what was dropped, and why. */
function explain(holder: Holder, scopes: Access[], access: Access[]): Because & { allowed: boolean } {
	const granted = access.map(buildScope).join(' ') || 'nothing';
	const dropped = scopes.flatMap(({ type, name, actions }) => {
		const kept = access.filter((one) => one.type === type && one.name === name).flatMap((one) => one.actions);
		const lost = (action: string) => (action === '*' ? kept.length === 0 : !kept.includes(action));
		return actions.filter(lost).map((action) => ({ type, name, action }));
	});
	const [first] = dropped;
	if (!first) return { allowed: true, reason: scopes.length === 0 ? 'the credential is valid' : `granted ${granted}` };
	const why = whyDropped(holder, first);
	return { ...why, allowed: false, reason: `granted ${granted}; "${first.action}" dropped: ${why.reason}` };
}

function whyDropped(holder: Holder, lost: { type: string; name: string; action: string }): Because {
	const right = lost.action === '*' && lost.type === 'repository' ? 'read' : rightBehind(lost);
	if (right === undefined) return { reason: 'there is no such action' };
	return holder.why(right, lost.type === 'repository' ? lost.name : undefined);
}
