import type { LinkName, PullCode, TaxonomyCode } from '@lanyard/core';
import { isProblemCode, isPullCode, isTaxonomyCode, problems } from '@lanyard/core';
import { clausesSay } from './clauses-say.ts';
import { type Clue, clues } from './knowledge/clues.data.ts';
import { decidingRules } from './knowledge/decides.data.ts';
import { narrowingRules } from './knowledge/narrows.data.ts';
import { anythingRule, openRules } from './knowledge/open.data.ts';
import type { RegistryKind } from './knowledge/registry.data.ts';
import type { Circumstances, Strength, Weights, WordRule } from './knowledge/rule.ts';
import { findPhrase, type Found, parsePhrase, type Phrase, searched, type Searched } from './phrase.ts';
import type { Reading } from './read-text.ts';

/** A rule that fits an attempt, and the words that it fits. */
export interface Heard {
	rule: WordRule;
	strength: Strength;
	found: Found | undefined;
}

interface Ready {
	rule: WordRule;
	strength: Strength;
	says: Phrase[] | undefined;
	with: Phrase[] | undefined;
	without: Phrase[];
}

function ready(rules: WordRule[], strength: Strength): Ready[] {
	return rules.map((rule) => ({
		rule,
		strength,
		says: rule.says?.map(parsePhrase),
		with: rule.with?.map(parsePhrase),
		without: (rule.without ?? []).map(parsePhrase),
	}));
}

const rules: Ready[] = [
	...ready(decidingRules, 'decides'),
	...ready(narrowingRules, 'narrows'),
	...ready(openRules, 'open'),
];

/** Whether a piece of knowledge that was just heard may count: all may, but where its own worth is measured. */
export type Knows = (piece: string) => boolean;

/** Nothing is kept back. */
export const knowsAll: Knows = () => true;

/** The rule that decides most of those that fit; nothing where no word is known. */
export function hear(reading: Reading, knows: Knows = knowsAll): Heard | undefined {
	const text = searched(reading.text);
	for (const one of rules) {
		if (one.rule.when !== undefined && !holds(one.rule.when, reading)) continue;
		const found = one.says === undefined ? undefined : findAny(one.says, text, knows);
		if (one.says !== undefined && found === undefined) continue;
		if (one.with !== undefined && findAny(one.with, text) === undefined) continue;
		if (findAny(one.without, text) !== undefined) continue;
		return { rule: one.rule, strength: one.strength, found };
	}
	return undefined;
}

/** What is left when no word of a text is known, and something is said about it: everything. */
export const heardNothing: Heard = { rule: anythingRule, strength: 'open', found: undefined };

function holds(when: Circumstances, reading: Reading): boolean {
	return (
		isIn(when.registry, reading.registry) &&
		isIn(when.credential, reading.credential) &&
		isIn(when.doing, reading.doing) &&
		isIn(when.status, reading.status) &&
		isIn(when.host, reading.hostKind) &&
		(when.isPrivateAddress ?? reading.isPrivateAddress) === reading.isPrivateAddress &&
		(when.byDigest ?? reading.byDigest) === reading.byDigest &&
		(when.isShortName ?? reading.isShortName) === reading.isShortName &&
		(when.isOfficial ?? reading.isOfficial) === reading.isOfficial
	);
}

function isIn<T>(wanted: T[] | undefined, value: T | undefined): boolean {
	return wanted === undefined || (value !== undefined && wanted.includes(value));
}

function findAny(phrases: Phrase[], text: Searched, knows: Knows = knowsAll): Found | undefined {
	for (const phrase of phrases) {
		const found = findPhrase(phrase, text);
		if (found !== undefined && knows(phrase.text)) return found;
	}
	return undefined;
}

/** Causes with their shares, the likeliest first; they add up to one. */
export type Shares = [code: TaxonomyCode, share: number][];

// How much an attempt counts beside the others of one pull: what decides outweighs what leaves open.
const weightOf: Record<Strength, number> = { decides: 400, narrows: 8, open: 1 };

/** Causes that only an Azure registry has. */
const onAcrOnly: TaxonomyCode[] = [
	'acr-cache-upstream-failed',
	'sp-invalid-or-expired',
	'registry-auth-method-disabled',
];

/** What several attempts mean together. */
export function mix(attempts: { reading: Reading; heard: Heard }[]): Shares {
	const sum = new Map<TaxonomyCode, number>();
	for (const { reading, heard } of attempts) {
		const isElsewhere = reading.registry !== 'acr' && reading.registry !== 'unknown' && heard.strength !== 'decides';
		const weights = entriesOf(heard.rule.means).filter(([code]) => !isElsewhere || !onAcrOnly.includes(code));
		const total = weights.reduce((all, [, part]) => all + part, 0);
		for (const [code, part] of weights) {
			sum.set(code, (sum.get(code) ?? 0) + (part / total) * weightOf[heard.strength]);
		}
	}
	return normal([...sum]);
}

interface ReadyClue {
	clue: Clue;
	says: Phrase[];
	with: Phrase[] | undefined;
	without: Phrase[];
}

let readClues: ReadyClue[] | undefined;

// Most messages come alone: what is said around one is learnt when something is.
function readyClues(): ReadyClue[] {
	readClues ??= clues.map((clue) => ({
		clue,
		says: clue.says.map(parsePhrase),
		with: clue.with?.map(parsePhrase),
		without: (clue.without ?? []).map(parsePhrase),
	}));
	return readClues;
}

// However much is said, words about the cluster do not make one cause more than this much likelier than the error does.
const mostMoved: Record<Strength, number> = { decides: 8, narrows: 40, open: 40 };

/** Moves the shares by what is said around the error. A cause that the words exclude has no share to move. */
export function moveBy(
	shares: Shares,
	said: string,
	{ reading, heard, knows = knowsAll }: { reading: Reading; heard: Heard; knows?: Knows },
): Shares {
	if (said === '') return shares;
	const most = mostMoved[heard.strength];
	const factors = factorsOf(said, reading.registry, knows);
	const moved = shares.map(([code, share]): [TaxonomyCode, number] => {
		const factor = Math.min(most, Math.max(1 / most, factors.get(code) ?? 1));
		return [code, share * factor];
	});
	return normal(moved);
}

/** Thousands of events often have one thing said about them. */
const learnt = new Map<string, Map<TaxonomyCode, number>>();

function factorsOf(said: string, registry: RegistryKind, knows: Knows): Map<TaxonomyCode, number> {
	if (knows !== knowsAll) return learnFactors(said, registry, knows);
	const key = `${registry} ${said}`;
	const before = learnt.get(key);
	if (before !== undefined) return before;
	if (learnt.size >= 100) learnt.clear();
	const factors = learnFactors(said, registry, knows);
	learnt.set(key, factors);
	return factors;
}

function learnFactors(said: string, registry: RegistryKind, knows: Knows): Map<TaxonomyCode, number> {
	const factors = new Map<TaxonomyCode, number>();
	for (const weighs of cluesSay(said, registry, knows)) multiply(factors, weighs);
	for (const { piece, weighs } of clausesSay(said, registry)) if (knows(piece)) multiply(factors, weighs);
	return factors;
}

function cluesSay(said: string, registry: RegistryKind, knows: Knows): Weights[] {
	const text = searched(said);
	return readyClues()
		.filter(
			(one) =>
				isIn(one.clue.registry, registry) &&
				findAny(one.says, text, knows) !== undefined &&
				(one.with === undefined || findAny(one.with, text) !== undefined) &&
				findAny(one.without, text) === undefined,
		)
		.map(({ clue }) => clue.weighs);
}

function multiply(factors: Map<TaxonomyCode, number>, weighs: Weights): void {
	for (const [code, factor] of entriesOf(weighs)) factors.set(code, (factors.get(code) ?? 1) * factor);
}

function normal(shares: Shares): Shares {
	const total = shares.reduce((all, [, share]) => all + share, 0);
	return shares
		.map(([code, share]): [TaxonomyCode, number] => [code, share / total])
		.toSorted((one, other) => other[1] - one[1]);
}

const known = new WeakMap<Weights, [TaxonomyCode, number][]>();

/** The entries of weights, by their codes. The weights are data: each is looked through once. */
function entriesOf(weights: Weights): [TaxonomyCode, number][] {
	const before = known.get(weights);
	if (before !== undefined) return before;
	const entries = Object.entries(weights).filter((entry): entry is [TaxonomyCode, number] => isTaxonomy(entry[0]));
	known.set(weights, entries);
	return entries;
}

function isTaxonomy(code: string): code is TaxonomyCode {
	return isProblemCode(code) && isPullCode(code) && isTaxonomyCode(code);
}

/** The link at which the words of an attempt are written. */
export function linkOf({ rule }: Heard, reading: Reading): LinkName {
	return rule.at ?? reading.doing ?? homeOf(rule.means);
}

function homeOf(weights: Weights): LinkName {
	const [first] = entriesOf(weights).toSorted((one, other) => other[1] - one[1]);
	return first === undefined ? 'network' : problems[first[0]].link;
}

/** The finer code that the words give a cause. */
export function finerOf({ rule }: Heard, code: TaxonomyCode): PullCode | undefined {
	return rule.fine?.[code];
}
