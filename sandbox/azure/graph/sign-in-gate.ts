import type { Visit } from '@lanyard/sandbox-ground';
import { graphAudiences } from '../entra/audience.ts';
import { type Caller, type Refusal, verifyToken } from '../entra/token.ts';
import type { State } from '../state.ts';
import { type GraphRefusal, graphRefusals } from './refusal.ts';

/** Who asks Graph, or the 401 to answer with. */
export async function callerOf(
	state: State,
	{ request, visit }: { request: Request; visit: Visit },
): Promise<{ caller: Caller } | GraphRefusal> {
	const { pathname } = new URL(request.url);
	const about = { allowed: false, action: `${request.method} ${pathname}`, scope: 'https://graph.microsoft.com/' };
	const [, jwt] = request.headers.get('authorization')?.match(/^Bearer +(\S+)$/i) ?? [];
	if (jwt === undefined) {
		visit.decided({ ...about, reason: 'no token was shown' });
		return graphRefusals.badToken('Access token is empty.');
	}
	const { caller, refusal } = await verifyToken(state, jwt, graphAudiences);
	if (!caller) {
		visit.decided({ ...about, reason: refusal.reason });
		return graphRefusals.badToken(wordsOf(refusal));
	}
	visit.isFrom(caller.name);
	if (state.directory.principal(caller.objectId)) return { caller };
	visit.decided({ ...about, reason: `"${caller.name}" does not exist any more` });
	return graphRefusals.badToken('The user or administrator has not consented, or the account no longer exists.');
}

function wordsOf({ why }: Refusal): string {
	const words = {
		expired: 'Lifetime validation failed, the token is expired.',
		'not-yet-valid': 'Lifetime validation failed, the token is not valid yet.',
		audience: 'Access token validation failure. Invalid audience.',
		issuer: 'Access token validation failure. Invalid issuer.',
		signature: 'Signature is invalid.',
		malformed: 'CompactToken parsing failed with error code: 80049217',
	} satisfies Record<Refusal['why'], string>;
	return words[why];
}
