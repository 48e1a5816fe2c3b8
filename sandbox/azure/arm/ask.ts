import type { Visit } from '@lanyard/sandbox-ground';
import { authorize, type Need } from '../authorize.ts';
import type { Caller } from '../entra/token.ts';
import type { State } from '../state.ts';
import { denialId } from './deny-assignment.ts';
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
	/** `2024-11-01`, `2026-09-01-preview`. */
	apiVersion: string;
}

/** What a request is about when its path is cut after so many segments; all of it by default. */
export function scopeTo({ segments }: Pick<Ask, 'segments'>, length?: number): string {
	return `/${segments.slice(0, length).join('/')}`;
}

/** The id of the resource in a group that a path begins with. */
export function resourceIdOf(ask: Ask): string {
	return scopeTo(ask, 8);
}

/** Lets the caller do this at this scope, or gives the 403 to answer with; the log learns why. */
export function refuse(
	{ state, caller, visit }: Ask,
	asked: string | Omit<Need, 'kind'>,
	scope: string,
): Response | undefined {
	const need = typeof asked === 'string' ? { action: asked } : asked;
	const { denial, ...decision } = authorize(state, caller, { ...need, kind: 'action', scope });
	visit.decided(decision);
	if (decision.allowed) return undefined;
	if (!denial) return armRefusals.authorizationFailed(caller, need.action, scope);
	const about = { title: denial.title, id: denialId(denial), scope: denial.scope };
	return armRefusals.denied(caller, { action: need.action, scope }, about);
}

interface Act {
	action: string;
	scope: string;
}

/** What a write to one resource also needs at another one: `LinkedAuthorizationFailed` for whoever may not. */
export function refuseLinked({ state, caller, visit }: Ask, about: Act, linked: Act): Response | undefined {
	const { denial: _denial, ...decision } = authorize(state, caller, { ...linked, kind: 'action' });
	if (decision.allowed) return undefined;
	visit.decided(decision);
	return armRefusals.linkedAuthorizationFailed(caller, about, linked);
}
