import type { Visit } from '@lanyard/sandbox-ground';
import type { Registry } from '../arm/model.ts';
import type { State } from '../state.ts';
import { holderOfPassword, readBasic } from './credential.ts';
import { challengeResponse } from './refusal.ts';
import { type Access, buildScope, grantScopes } from './scope.ts';
import { checkAccessToken } from './token.ts';

/** One request to a registry, with all that decides about it. */
export interface Call {
	state: State;
	registry: Registry;
	request: Request;
	visit: Visit;
}

/** What a route asks for. */
export interface Wanted {
	/** The scope in the challenge. */
	scope?: Access;
	/** Actions of that scope of which any one will do; the scope's own, all of them, when absent. */
	anyOf?: string[];
}

/** Lets a request in, or gives the 401 to answer it with; the log learns which, and why. */
export async function admit(call: Call, wanted: Wanted = {}): Promise<Response | undefined> {
	const { registry, request, visit } = call;
	const shown = await shownBy(call, request.headers.get('authorization'), wanted);
	const action = wanted.scope ? buildScope(wanted.scope) : 'GET /v2/';
	const about = { action, scope: registry.loginServer };
	if (shown.name) visit.isFrom(shown.name);
	if (!shown.access) {
		visit.decided({ ...about, allowed: false, reason: shown.reason });
		return challengeResponse(registry.loginServer, wanted.scope);
	}
	const allowed = covers(shown.access, wanted);
	const holds = shown.access.map(buildScope).join(' ') || 'nothing';
	visit.decided({ ...about, allowed, reason: `${shown.reason} ${allowed ? 'covers it' : `covers only: ${holds}`}` });
	if (allowed) return undefined;
	return challengeResponse(registry.loginServer, wanted.scope, shown.isToken);
}

interface Shown {
	name?: string;
	access?: Access[];
	reason: string;
	/** Whether it was an access token, and not a user with a password. */
	isToken?: boolean;
}

async function shownBy({ state, registry }: Call, header: string | null, { scope }: Wanted): Promise<Shown> {
	const [, jwt] = header?.match(/^Bearer +(\S+)$/i) ?? [];
	if (jwt !== undefined) {
		const { token, refusal } = await checkAccessToken(state, registry, jwt);
		if (refusal) return { reason: `access token refused: ${refusal.reason}` };
		const name = state.directory.servicePrincipal(registry.tenantId, token.subject)?.name ?? token.subject;
		const until = token.endsAt.toISOString();
		const reason = `the access token, valid until ${until},`;
		return { ...(name !== '' && { name }), access: token.access, reason, isToken: true };
	}
	const basic = readBasic(header);
	if (!basic) return { reason: 'no credential was shown' };
	const held = await holderOfPassword(state, registry, basic);
	if (!held.holder) return held;
	const access = grantScopes(scope ? [scope] : [], held.holder);
	return { name: held.holder.name, access, reason: 'the user name and password' };
}

function covers(access: Access[], { scope, anyOf }: Wanted): boolean {
	if (!scope) return true;
	const held = access
		.filter(({ type, name }) => type === scope.type && name === scope.name)
		.flatMap((one) => one.actions);
	const has = (action: string) => held.includes(action) || held.includes('*');
	return anyOf ? anyOf.some(has) : scope.actions.every(has);
}
