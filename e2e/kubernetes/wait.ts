import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks again and again until there is a value; throws, saying what it waited for, when it takes too long. That is minutes: only
 * what never comes takes as long, and a busy machine must not look like it.
 */
export async function waitFor<T>(
	what: string,
	look: () => Promise<T | undefined> | T | undefined,
	{ timeoutMs = 240_000, everyMs = 50 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
	const endAt = performance.now() + timeoutMs;
	for (;;) {
		const found = await look();
		if (found !== undefined) return found;
		if (performance.now() > endAt) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
		await delay(everyMs);
	}
}
