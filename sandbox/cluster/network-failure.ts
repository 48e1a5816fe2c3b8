/**
 * No answer came. Its message says why in the words of Go's net package, because those are what a kubelet's events carry:
 * `dial tcp 10.0.0.4:443: connect: connection refused`, `EOF`.
 */
export class NetworkFailure extends Error {
	/** Somebody waited for as long as they wait (Go's context.DeadlineExceeded). */
	readonly isTimeout: boolean;

	constructor(words: string, { cause, isTimeout = false }: { cause?: unknown; isTimeout?: boolean } = {}) {
		super(words, { cause });
		this.name = 'NetworkFailure';
		this.isTimeout = isTimeout;
	}
}
