/**
 * No answer came. Its message says why in the words of Go's net package, because those are what a kubelet's events carry:
 * `dial tcp 10.0.0.4:443: connect: connection refused`, `EOF`.
 */
export class NetworkFailure extends Error {
	constructor(words: string, cause?: unknown) {
		super(words, { cause });
		this.name = 'NetworkFailure';
	}
}
