import type { Visit } from '@lanyard/sandbox-ground';
import { authorize, type Need } from '../authorize.ts';
import type { Caller } from '../entra/token.ts';
import type { State } from '../state.ts';
import { armRefusals } from './refusal.ts';

/** One request to Resource Manager whose caller is known. */
export interface Ask {
	state: State;
	caller: Caller;
	request: Request;
	visit: Visit;
	/** The path's segments as they were written; routes compare them in any case. */
	segments: string[];
	query: URLSearchParams;
}

/** Lets the caller do this at this scope, or gives the 403 to answer with; the log learns why. */
export function refuse(
	{ state, caller, visit }: Ask,
	asked: string | Omit<Need, 'kind'>,
	scope: string,
): Response | undefined {
	const need = typeof asked === 'string' ? { action: asked } : asked;
	const decision = authorize(state, caller, { ...need, kind: 'action', scope });
	visit.decided(decision);
	return decision.allowed ? undefined : armRefusals.authorizationFailed(caller, need.action, scope);
}
