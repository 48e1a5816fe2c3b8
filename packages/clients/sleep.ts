/** Waits; an abort ends the wait at once. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Waits by this machine's clock. */
export const sleep: Sleep = (ms, signal) =>
	new Promise((resolve) => {
		if (signal?.aborted) return resolve();
		const done = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal?.addEventListener('abort', done);
	});
