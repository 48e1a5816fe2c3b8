/** A piece of a pattern: one character, `?` for any one, `*` for any number. */
type Piece = { char: string } | 'one' | 'many';

/**
 * Whether a text is like a pattern of `StringLike`: `*` stands for any number of characters, `?` for one, `\*` and `\?` for
 * themselves ("Azure role assignment condition format and syntax", StringLike). Takes time in proportion to pattern × text.
 */
export function likeMatches(pattern: string, text: string): boolean {
	const pieces = piecesOf(pattern);
	let [at, from] = [0, 0];
	let retry: { at: number; from: number } | undefined;
	while (from < text.length) {
		const piece = pieces[at];
		if (piece === 'many') {
			at += 1;
			retry = { at, from };
		} else if (piece !== undefined && (piece === 'one' || piece.char === text[from])) {
			at += 1;
			from += 1;
		} else if (retry) {
			// The last `*` takes one more character; earlier ones need not be tried again.
			retry.from += 1;
			({ at, from } = retry);
		} else return false;
	}
	return pieces.slice(at).every((piece) => piece === 'many');
}

function piecesOf(pattern: string): Piece[] {
	return (pattern.match(/\\[*?\\]|[\s\S]/g) ?? []).map((piece): Piece => {
		if (piece === '*') return 'many';
		if (piece === '?') return 'one';
		return { char: piece.at(-1) ?? '' };
	});
}
