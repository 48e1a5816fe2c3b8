import { Problem } from '@lanyard/core';
import type { Hands } from './run.ts';

/**
 * Tries until it works, or until Azure's patience is over: `isPassing` says which problems may pass. Shows the countdown
 * about once a second, and notices an interruption as fast.
 */
export async function withPatience<T>(
	hands: Hands,
	{ what, isPassing }: { what: string; isPassing(problem: Problem): boolean },
	work: () => Promise<T>,
): Promise<T> {
	const startedAt = hands.clock.now().getTime();
	for (let pauseMs = 1000; ; pauseMs = Math.min(pauseMs * 1.5, 10_000)) {
		const outcome = await work().then(
			(value) => ({ value }),
			(problem: unknown) => ({ problem }),
		);
		if ('value' in outcome) return outcome.value;
		const { problem } = outcome;
		const waitedMs = hands.clock.now().getTime() - startedAt;
		if (!(problem instanceof Problem) || !isPassing(problem) || waitedMs > hands.patienceMs) throw problem;
		for (let leftMs = pauseMs; leftMs > 0; leftMs -= 1000) {
			hands.onWait?.(what, hands.clock.now().getTime() - startedAt);
			if (hands.signal?.aborted) throw new Problem('interrupted', { found: `stopped while waiting for ${what}` });
			await hands.sleep(Math.min(leftMs, 1000));
		}
	}
}
