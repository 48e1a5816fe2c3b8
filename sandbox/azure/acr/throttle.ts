import type { Visit } from '@lanyard/sandbox-ground';
import type { Registry } from '../arm/model.ts';
import type { State } from '../state.ts';
import { contentRefusals } from './refusal.ts';

interface Bucket {
	left: number;
	/** In milliseconds of the world's clock. */
	at: number;
}

/**
 * Counts the requests to each registry, reads and writes apart, where the world sets `registryThrottle` ("Container registry
 * service tiers": ReadOps and WriteOps per minute); 429 and `Retry-After` once a bucket is empty.
 */
export function openRegistryThrottle(
	state: State,
): (registry: Registry, visit: Visit, method: string) => Response | undefined {
	const buckets = new Map<string, Bucket>();
	return (registry, visit, method) => {
		const { registryThrottle } = state.settings;
		if (!registryThrottle) return undefined;
		const { requests, refillMs } = registryThrottle;
		const kind = ['GET', 'HEAD'].includes(method) ? 'read' : 'write';
		const key = `${registry.registryId}|${kind}`;
		const now = state.clock.now().getTime();
		const perMs = requests / state.clock.lasting(refillMs);
		const { left, at } = buckets.get(key) ?? { left: requests, at: now };
		const filled = Math.min(requests, left + (now - at) * perMs);
		buckets.set(key, { left: Math.max(0, filled - 1), at: now });
		if (filled >= 1) return undefined;
		const seconds = Math.max(1, Math.ceil((1 - filled) / perMs / 1000));
		const reason = `"${registry.name}" has had its ${requests} ${kind} requests; the next one may come in ${seconds} s`;
		visit.decided({ allowed: false, action: `${kind} request`, scope: registry.loginServer, reason });
		return contentRefusals.tooManyRequests(seconds);
	};
}
