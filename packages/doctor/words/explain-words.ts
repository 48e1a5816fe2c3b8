import { type LinkName, problems, type PullCode, type TaxonomyCode } from '@lanyard/core';
import { cleanText, withoutSecrets } from './clean.ts';
import { decidedBy } from './knowledge/checks.data.ts';
import { fixFor } from './knowledge/fixes.data.ts';
import type { Writer } from './knowledge/rule.ts';
import { readAttempts, type WordEvent } from './read-attempts.ts';
import { type Reading, readText } from './read-text.ts';
import {
	finerOf,
	hear,
	type Heard,
	heardNothing,
	type Knows,
	knowsAll,
	linkOf,
	mix,
	moveBy,
	type Shares,
} from './weigh.ts';

/** A cause that the words leave open. */
export interface Candidate {
	code: TaxonomyCode;
	/** From 0 to 1; from 0.9 on it counts as certain. */
	confidence: number;
}

/** One piece of the text that was recognised. */
export interface Recognised {
	by: Writer;
	link: LinkName;
	/** The words, short and without secrets. */
	says: string;
	/** Where these words are known from. */
	source: string;
}

/** What the words of one report mean. `code` is null when no word of it is known. */
export interface WordExplanation {
	id: string | null;
	link: LinkName | null;
	code: TaxonomyCode | null;
	/** A finer code than the taxonomy's, where the words give one. */
	fine: PullCode | null;
	candidates: Candidate[];
	/** The one check that tells the candidates apart; null when nothing is open. */
	decides: string | null;
	fix: string | null;
	/** Where it showed; the cause may lie elsewhere. */
	shownAt: LinkName | null;
	image: string | null;
	/** The host that was asked, where no image is named. */
	host: string | null;
	credential: Reading['credential'];
	status: number | null;
	recognised: Recognised[];
}

/** From here on a cause counts as certain. */
export const certain = 0.9;
/** What is not certain stays clearly below. */
const mostOpen = 0.88;
const mostCandidates = 16;
const leastShare = 0.015;

/** Names the cause that the words decide, or the short list and the one check that tells them apart. Needs nothing but the words. */
export function explainWords(event: WordEvent, knows: Knows = knowsAll): WordExplanation {
	const attempts = readAttempts(event);
	const heard = withoutIdleWarnings(
		attempts.flatMap((reading) => {
			const one = hear(reading, knows);
			return one === undefined ? [] : [{ reading, heard: one }];
		}),
	);
	const said = cleanText(`${event.context ?? ''}\n${event.platform ?? ''}`).slice(0, 8_000);
	const leading = furthest(heard);
	if (leading === undefined)
		return isTelling(event) ? byContext(event, attempts, { said, knows }) : unknown(event, attempts);
	const candidates = candidatesOf(moveBy(mix(heard), said, { ...leading, knows }), leading.heard);
	return named(event, leading, { candidates, heard, attempts });
}

// A text of which no word is known, with something said about it, is still somebody's failed pull.
function isTelling({ context }: WordEvent): boolean {
	return (context ?? '').trim().length > 20;
}

function byContext(
	event: WordEvent,
	attempts: Reading[],
	{ said, knows }: { said: string; knows: Knows },
): WordExplanation {
	const reading = readText(said, { ...(event.registryKind === undefined ? {} : { registry: event.registryKind }) });
	const heard = heardNothing;
	const shares = moveBy(mix([{ reading, heard }]), said, { reading, heard, knows });
	return named(event, { reading, heard }, { candidates: candidatesOf(shares, heard), heard: [], attempts });
}

interface Attempt {
	reading: Reading;
	heard: Heard;
}

// A missing secret explains a refusal. Beside an error about something else it is only a warning.
function withoutIdleWarnings(heard: Attempt[]): Attempt[] {
	const errors = heard.filter(({ heard: { rule } }) => rule.isWarning !== true);
	const isRefusal = errors.some(({ heard: { rule } }) => rule.means['secret-missing-in-namespace'] !== undefined);
	return errors.length === 0 || isRefusal ? heard : errors;
}

const rank = { decides: 2, narrows: 1, open: 0 };

/** The attempt that tells most: what decides before what leaves open, a credential's before none's, then the furthest one. */
function furthest(heard: Attempt[]): Attempt | undefined {
	return heard.toSorted(
		(one, other) =>
			rank[other.heard.strength] - rank[one.heard.strength] ||
			Number(other.reading.credential === 'some') - Number(one.reading.credential === 'some'),
	)[0];
}

function candidatesOf(shares: Shares, leading: Heard): Candidate[] {
	const isOpen = leading.strength !== 'decides';
	const top = shares[0]?.[1] ?? 0;
	const scale = isOpen && top > mostOpen ? mostOpen / top : 1;
	return shares
		.filter(([, share], index) => index === 0 || share >= leastShare)
		.slice(0, mostCandidates)
		.map(([code, share]) => ({ code, confidence: Math.round(share * scale * 100) / 100 }));
}

function named(
	event: WordEvent,
	leading: Attempt,
	{ candidates, heard, attempts }: { candidates: Candidate[]; heard: Attempt[]; attempts: Reading[] },
): WordExplanation {
	const [first] = candidates;
	if (first === undefined) return unknown(event, attempts);
	const { code, confidence } = first;
	const owner = heard.find((one) => one.heard.rule.means[code] !== undefined) ?? leading;
	const fine = finerOf(owner.heard, code);
	const { reading } = leading;
	return {
		id: event.id ?? null,
		link: problems[fine ?? code].link,
		code,
		fine: fine ?? null,
		candidates,
		decides: confidence >= certain ? null : decidedBy(candidates, reading, event.id),
		fix: fixFor(fine ?? code, reading.registry),
		shownAt: linkOf(leading.heard, reading),
		image: imageIn(attempts),
		host: hostIn(attempts),
		credential: reading.credential,
		status: reading.status ?? null,
		recognised: recognised(heard),
	};
}

function unknown(event: WordEvent, attempts: Reading[]): WordExplanation {
	return {
		id: event.id ?? null,
		link: null,
		code: null,
		fine: null,
		candidates: [],
		decides: 'what the event of the pod says: kubectl describe pod POD, or kubectl get events',
		fix: null,
		shownAt: null,
		image: imageIn(attempts),
		host: hostIn(attempts),
		credential: 'unknown',
		status: null,
		recognised: [],
	};
}

function imageIn(attempts: Reading[]): string | null {
	const image = attempts.find((reading) => reading.image !== undefined)?.image;
	return image === undefined ? null : withoutSecrets(image);
}

function hostIn(attempts: Reading[]): string | null {
	return attempts.find(({ asked }) => asked !== undefined)?.asked ?? null;
}

function recognised(heard: Attempt[]): Recognised[] {
	const all = heard.map(({ reading, heard: one }) => ({
		by: one.rule.by,
		link: linkOf(one, reading),
		says: sayShort(reading, one),
		source: one.rule.source,
	}));
	return all.filter(({ says }, index) => all.findIndex((other) => other.says === says) === index).slice(0, 4);
}

const longestSaid = 110;

/**
 * The words that a rule knew, with the few that follow; short ones with a few before them. Secrets are taken out of the whole
 * text first: of one that was cut in two, nobody would know the half.
 */
function sayShort({ text }: Reading, { found }: Heard): string {
	const safe = withoutSecrets(text);
	const known = found === undefined ? '' : text.slice(found.at, found.end);
	const at = safe.indexOf(known);
	if (at < 0 || known === '') return shorten(known === '' ? safe : withoutSecrets(known));
	const from = known.length < 16 ? Math.min(at, Math.max(0, safe.indexOf(' ', Math.max(0, at - 50)))) : at;
	const end = Math.min(safe.length, at + known.length + 40);
	const words = safe.slice(from, end);
	return shorten(
		end < safe.length ? words.slice(0, Math.max(words.lastIndexOf(' '), at + known.length - from)) : words,
	);
}

function shorten(words: string): string {
	const clean = words.trim();
	return clean.length > longestSaid ? `${clean.slice(0, longestSaid - 1)}…` : clean;
}
