/**
 * The little language in which wordings are written down. Text as the programs write it, in lower case, and in it
 *   …      at most 160 characters of anything      (a|b)  one of these
 *   #      a number                                ~      the edge of a word
 *   ?      what stands before it may be missing: a letter or a group      ‹›     round brackets themselves
 * Nothing else repeats, so reading a text takes time in proportion to its length, whatever the text is.
 */
export interface Phrase {
	/** As it is written down. */
	text: string;
	/** A part that every match contains: looked for first, because that is cheap. */
	near: string;
	parts(): Part[];
}

type Part = string | RegExp;

/** Where a phrase was found. */
export interface Found {
	at: number;
	end: number;
}

const gap = 160;
/** No part of a phrase matches more than this; it bounds how far back a new try has to begin. */
const longestPart = 80;

const special = /[(|)#~?]/;

const parsed = new Map<string, Phrase>();

/** Reads a phrase. The same text is read once, and its patterns are made when they are first needed: most never are. */
export function parsePhrase(text: string): Phrase {
	const before = parsed.get(text);
	if (before !== undefined) return before;
	const phrase = /[…(|)#~?‹›]/.test(text) ? readPhrase(text) : { text, near: text, parts: () => [text] };
	parsed.set(text, phrase);
	return phrase;
}

function readPhrase(text: string): Phrase {
	// Between two spaces the gap may be the one space that they share.
	const parts = text.replaceAll(' … ', ' …').split('…');
	const literals = parts.flatMap((part) => part.split(/\([^)]*\)\??|.\?|[#~]/));
	const near = literals.toSorted((one, other) => other.length - one.length)[0] ?? '';
	let made: Part[] | undefined;
	return {
		text,
		near: withBrackets(near),
		parts() {
			made ??= parts.map((part) => (special.test(part) ? new RegExp(patternOf(part), 'g') : withBrackets(part)));
			return made;
		},
	};
}

function withBrackets(text: string): string {
	return text.replaceAll('‹', '(').replaceAll('›', ')');
}

function patternOf(part: string): string {
	return part
		.replace(/[.*+^${}[\]\\/]/g, '\\$&')
		.replaceAll('#', '\\d{1,12}')
		.replaceAll('~', '\\b')
		.replaceAll('(', '(?:')
		.replaceAll('‹', '\\(')
		.replaceAll('›', '\\)');
}

/** The first place where the text says the phrase. The text is in lower case. */
export function findPhrase({ near, parts }: Phrase, text: string): Found | undefined {
	if (!text.includes(near)) return undefined;
	const made = parts();
	let from = 0;
	for (;;) {
		const tried = tryFrom(made, text, from);
		if (typeof tried !== 'number') return tried;
		from = tried;
	}
}

/** A match, nothing (there is none further on either), or from where the next try may begin. */
function tryFrom(parts: Part[], text: string, from: number): Found | number | undefined {
	const first = findPart(parts[0] ?? '', text, from);
	if (first === undefined) return undefined;
	let { end } = first;
	for (const [index, part] of parts.entries()) {
		if (index === 0) continue;
		const next = findPart(part, text, end);
		if (next === undefined) return undefined;
		if (next.at - end > gap) return Math.max(first.at + 1, next.at - (gap + longestPart) * (index + 1));
		end = next.end;
	}
	return { at: first.at, end };
}

function findPart(part: Part, text: string, from: number): Found | undefined {
	if (typeof part === 'string') {
		const at = text.indexOf(part, from);
		return at < 0 ? undefined : { at, end: at + part.length };
	}
	part.lastIndex = from;
	const match = part.exec(text);
	return match === null ? undefined : { at: match.index, end: match.index + match[0].length };
}
