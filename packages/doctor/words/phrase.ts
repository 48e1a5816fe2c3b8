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
	/** What every match begins with; may be nothing. */
	start: string;
	/** How often it was looked for. */
	looks: number;
	read(): Read;
	parts(): Part[];
}

interface Read {
	/** A part that every match contains: looked for first, because that is cheap. */
	near: string;
	/** Each of these has to be there, in one of its forms: the nearest part, and the groups that may not be missing. */
	needs: Marks[][];
}

type Part = string | RegExp;

/** Where in the grams of a text the first and the last three letters of some words are marked. */
type Marks = [first: number, last: number];

/** Where a phrase was found. */
export interface Found {
	at: number;
	end: number;
}

const gap = 160;
/** No part of a phrase matches more than this; it bounds how far back a new try has to begin. */
const longestPart = 80;

const special = /[(|)#~?]/;

/** From then on reading a phrase whole has paid: its marks rule it out faster than its beginning does. */
const fewLooks = 8;

const parsed = new Map<string, Phrase>();

/**
 * Reads a phrase. The same text is read once, and no further than it is needed: of most that are looked for in one message
 * nothing but the beginning is.
 */
export function parsePhrase(text: string): Phrase {
	const before = parsed.get(text);
	if (before !== undefined) return before;
	let read: Read | undefined;
	let made: Part[] | undefined;
	const phrase: Phrase = {
		text,
		start: startOf(text),
		looks: 0,
		read: () => (read ??= readPhrase(text)),
		parts: () => (made ??= partsOf(text).map(readPart)),
	};
	parsed.set(text, phrase);
	return phrase;
}

const notItself = /[…(|)#~?‹›]/;

/** What every match begins with, as far as it is written as it stands. */
function startOf(text: string): string {
	const at = text.search(notItself);
	if (at < 0) return text;
	// What stands before `?` may be missing; `|` outside of a group makes all before it one of two.
	return text.slice(0, text[at] === '?' ? at - 1 : text[at] === '|' ? 0 : at);
}

function readPhrase(text: string): Read {
	if (!notItself.test(text)) return { near: text, needs: needsOf([[text]]) };
	const literals = partsOf(text).flatMap((part) => part.split(/\([^)]*\)\??|.\?|[#~]/));
	const near = withBrackets(literals.toSorted((one, other) => other.length - one.length)[0] ?? '');
	const groups = Array.from(text.matchAll(/\(([^)]*)\)(?!\?)/g), ([, inside = '']) => inside.split('|').map(literalOf));
	return { near, needs: needsOf([[near], ...groups]) };
}

// Between two spaces the gap may be the one space that they share.
function partsOf(text: string): string[] {
	return text.replaceAll(' … ', ' …').split('…');
}

function readPart(part: string): Part {
	return special.test(part) ? new RegExp(patternOf(part), 'g') : withBrackets(part);
}

/** The longest part of one form of a group that is there whatever the rest is. */
function literalOf(form: string): string {
	const parts = form.split(/.\?|[#~]/).toSorted((one, other) => other.length - one.length);
	return withBrackets(parts[0] ?? '');
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

/** A text that is asked for many phrases: most are ruled out by the groups of three letters that it does not have. */
export interface Searched {
	text: string;
	grams: Uint8Array;
}

const gramCount = 4_096;

function gramAt(text: string, at: number): number {
	return (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & (gramCount - 1);
}

/** The marks of words in any of their forms. Forms too short to be marked need nothing. */
function needsOf(all: string[][]): Marks[][] {
	return all
		.filter((forms) => forms.every((form) => form.length > 2))
		.map((forms) => forms.map((form) => [gramAt(form, 0), gramAt(form, form.length - 3)]));
}

// Loops, not `every` and `some`: this is asked thousands of times for each report.
function mayHave(grams: Uint8Array, needs: Marks[][]): boolean {
	for (const forms of needs) if (!hasAny(grams, forms)) return false;
	return true;
}

function hasAny(grams: Uint8Array, forms: Marks[]): boolean {
	for (const [first, last] of forms) if (grams[first] === 1 && grams[last] === 1) return true;
	return false;
}

/** Whether any of these words may be there: a cheap no, or a perhaps. The words are made ready once. */
export function sieveOf(words: string[]): (text: Searched) => boolean {
	const needs = needsOf([words]);
	return ({ grams }) => mayHave(grams, needs);
}

/** Reads a text once, for any number of phrases. The text is in lower case. */
export function searched(text: string): Searched {
	const grams = new Uint8Array(gramCount);
	for (let at = 0; at + 2 < text.length; at += 1) grams[gramAt(text, at)] = 1;
	return { text, grams };
}

/** The first place where the text says the phrase. */
export function findPhrase(phrase: Phrase, { text, grams }: Searched): Found | undefined {
	if (phrase.looks < fewLooks) {
		phrase.looks += 1;
		if (!text.includes(phrase.start)) return undefined;
	}
	const { near, needs } = phrase.read();
	if (!mayHave(grams, needs) || !text.includes(near)) return undefined;
	const made = phrase.parts();
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
