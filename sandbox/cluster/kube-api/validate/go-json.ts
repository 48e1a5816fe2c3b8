/* Go's words about a text that is no JSON (encoding/json's scanner), as far as they can be told without its states. */

/** Why a text is no JSON, in Go's words; undefined when it is. */
export function explainJson(text: string): string | undefined {
	try {
		JSON.parse(text);
		return undefined;
	} catch {
		// The words of this program's own reader are of no use: they are another program's.
		return new Scanner(text).explain();
	}
}

class Scanner {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	explain(): string {
		const wrong = this.#value();
		if (wrong !== undefined) return wrong;
		this.#space();
		return this.#at < this.#text.length ? this.#invalid('after top-level value') : 'unexpected end of JSON input';
	}

	#space(): void {
		while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
	}

	#invalid(context: string): string {
		const character = this.#text[this.#at];
		if (character === undefined) return 'unexpected end of JSON input';
		const quoted = character === "'" ? "'\\''" : `'${character}'`;
		return `invalid character ${quoted} ${context}`;
	}

	#value(): string | undefined {
		this.#space();
		const character = this.#text[this.#at];
		if (character === '{') return this.#members();
		if (character === '[') return this.#items();
		if (character === '"') return this.#string();
		if (character !== undefined && /[-0-9]/.test(character)) return this.#number();
		const literal = ['true', 'false', 'null'].find((one) => one.startsWith(character ?? ' '));
		return literal === undefined ? this.#invalid('looking for beginning of value') : this.#literal(literal);
	}

	#literal(literal: string): string | undefined {
		for (let i = 0; i < literal.length; i += 1, this.#at += 1) {
			if (this.#text[this.#at] !== literal[i])
				return this.#invalid(`in literal ${literal} (expecting '${literal[i]}')`);
		}
		return undefined;
	}

	#string(): string | undefined {
		this.#at += 1;
		while (this.#at < this.#text.length) {
			const character = this.#text[this.#at];
			if (character === '"') {
				this.#at += 1;
				return undefined;
			}
			if (character !== undefined && character < ' ') return this.#invalid('in string literal');
			this.#at += character === '\\' ? 2 : 1;
		}
		return 'unexpected end of JSON input';
	}

	#number(): string | undefined {
		const found = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/.exec(this.#text.slice(this.#at))?.[0];
		this.#at += found === undefined ? 1 : found.length;
		return found === undefined ? this.#invalid('in numeric literal') : undefined;
	}

	#members(): string | undefined {
		this.#at += 1;
		this.#space();
		if (this.#take('}')) return undefined;
		for (;;) {
			this.#space();
			if (this.#text[this.#at] !== '"') return this.#invalid('looking for beginning of object key string');
			const key = this.#string();
			if (key !== undefined) return key;
			this.#space();
			if (!this.#take(':')) return this.#invalid('after object key');
			const value = this.#value();
			if (value !== undefined) return value;
			this.#space();
			if (this.#take('}')) return undefined;
			if (!this.#take(',')) return this.#invalid('after object key:value pair');
		}
	}

	#items(): string | undefined {
		this.#at += 1;
		this.#space();
		if (this.#take(']')) return undefined;
		for (;;) {
			const value = this.#value();
			if (value !== undefined) return value;
			this.#space();
			if (this.#take(']')) return undefined;
			if (!this.#take(',')) return this.#invalid('after array element');
		}
	}

	#take(character: string): boolean {
		if (this.#text[this.#at] !== character) return false;
		this.#at += 1;
		return true;
	}
}
