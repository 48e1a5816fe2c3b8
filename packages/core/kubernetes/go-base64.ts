/** Bytes that were decoded, or what is wrong in Go's own words, which kubelet events quote. */
export type Base64Reading = { bytes: Uint8Array } | { fault: string };

const alphabet = /[A-Za-z0-9+/]/;

/**
 * Decodes base64 exactly as strictly as Go's encoding/base64 does: line breaks are skipped, any other stray character refused;
 * `padded` is its StdEncoding, otherwise its RawStdEncoding.
 */
export function decodeGoBase64(text: string, padded: boolean): Base64Reading {
	const at = corruptAt(text, padded);
	if (at !== undefined) return { fault: `illegal base64 data at input byte ${at}` };
	const binary = atob(text.replaceAll(/[\r\n]/g, ''));
	return { bytes: Uint8Array.from(binary, (character) => character.charCodeAt(0)) };
}

// encoding/base64 decodeQuantum: which byte it complains about.
function corruptAt(text: string, padded: boolean): number | undefined {
	let inQuantum = 0;
	for (let at = 0; at < text.length; at++) {
		const character = text.charAt(at);
		if (character === '\n' || character === '\r') continue;
		if (character === '=' && padded) return badPaddingAt(text, at, inQuantum);
		if (!alphabet.test(character)) return at;
		inQuantum = (inQuantum + 1) % 4;
	}
	if (inQuantum === 0) return undefined;
	return padded || inQuantum === 1 ? text.length - inQuantum : undefined;
}

function badPaddingAt(text: string, at: number, inQuantum: number): number | undefined {
	if (inQuantum < 2) return at;
	let next = skipLineBreaks(text, at + 1);
	if (inQuantum === 2) {
		if (next === text.length) return text.length;
		if (text.charAt(next) !== '=') return next - 1;
		next = skipLineBreaks(text, next + 1);
	}
	return next < text.length ? next : undefined;
}

function skipLineBreaks(text: string, from: number): number {
	let at = from;
	while (text.charAt(at) === '\n' || text.charAt(at) === '\r') at++;
	return at;
}
