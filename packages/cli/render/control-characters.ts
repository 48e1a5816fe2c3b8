/**
 * A copy of a document in which no text holds control characters other than line breaks. What a cluster or a registry says
 * may hold escape sequences that rewrite a terminal; JSON and YAML escape them, plain text would not.
 */
export function withoutControlCharacters<T>(document: T): T {
	return JSON.parse(JSON.stringify(document), (_key, value: unknown) =>
		typeof value === 'string' ? value.replace(controls, '\uFFFD') : value,
	);
}

/** C0 and C1 controls, and the marks that turn the direction of text. */
const controls = /[[\p{Cc}\p{Bidi_Control}]--[\n]]/gv;
