/**
 * A value that must not be seen. Whatever prints, joins or serializes it gets `[secret]`; `reveal()` is the only way
 * out, so that every place a credential leaves the program can be found by that word.
 */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
	}

	/** The value itself: only for a request that is about to be sent, or a file that is about to be written 0600. */
	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return '[secret]';
	}

	toJSON(): string {
		return '[secret]';
	}

	/** What `console.log` and `util.inspect` show. */
	[Symbol.for('nodejs.util.inspect.custom')](): string {
		return '[secret]';
	}
}
