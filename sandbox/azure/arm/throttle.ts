import type { Caller } from '../entra/token.ts';
import type { State } from '../state.ts';
import { armRefusals } from './refusal.ts';

/** A bucket of requests per caller and subscription that fills up again ("Understand how Azure Resource Manager throttles requests"). */
export interface Throttle {
	/** How many fit in. */
	requests: number;
	/** How long, in Azure's time, until an empty one is full again. */
	refillMs: number;
}

interface Bucket {
	left: number;
	/** In milliseconds of the world's clock. */
	at: number;
}

type Kind = 'reads' | 'writes' | 'deletes';

/** Counts the requests of a world; each bucket is for one caller, one subscription, one kind of request. */
export function openThrottle(
	state: State,
): (caller: Caller, subscriptionId: string, method: string) => Response | undefined {
	const buckets = new Map<string, Bucket>();
	return (caller, subscriptionId, method) => {
		const { throttle } = state.settings;
		if (!throttle) return undefined;
		const kind = kindOf(method);
		const key = `${caller.objectId}|${subscriptionId.toLowerCase()}|${kind}`;
		const now = state.clock.now().getTime();
		const perMs = throttle.requests / state.clock.lasting(throttle.refillMs);
		const { left, at } = buckets.get(key) ?? { left: throttle.requests, at: now };
		const filled = Math.min(throttle.requests, left + (now - at) * perMs);
		buckets.set(key, { left: Math.max(0, filled - 1), at: now });
		if (filled >= 1) return undefined;
		return refused({ kind, subscriptionId, seconds: Math.max(1, Math.ceil((1 - filled) / perMs / 1000)) });
	};
}

function refused(about: { kind: Kind; subscriptionId: string; seconds: number }): Response {
	const answer = armRefusals.throttled(about);
	answer.headers.set('retry-after', String(about.seconds));
	answer.headers.set(`x-ms-ratelimit-remaining-subscription-${about.kind}`, '0');
	return answer;
}

function kindOf(method: string): Kind {
	if (['GET', 'HEAD'].includes(method)) return 'reads';
	return method === 'DELETE' ? 'deletes' : 'writes';
}
