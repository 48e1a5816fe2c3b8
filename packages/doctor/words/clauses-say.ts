import { clauseRules, type ClauseRule } from './knowledge/clauses.data.ts';
import { type Concept, concepts } from './knowledge/concepts.data.ts';
import type { RegistryKind } from './knowledge/registry.data.ts';
import type { Weights } from './knowledge/rule.ts';
import { searched, sieveOf } from './phrase.ts';

// `name$` ends a word; without it, any ending fits. A beginning that is no letter begins anywhere.
function seenAs(beginnings: readonly string[]): RegExp {
	const parts = beginnings.map((beginning) => {
		const isWhole = beginning.endsWith('$');
		const text = beginning.replace(/\$$/, '').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
		return `${/^[a-z0-9]/.test(text) ? '\\b' : ''}${text}${isWhole ? '\\b' : ''}`;
	});
	return new RegExp(parts.join('|'));
}

interface Ready {
	name: Concept;
	/** A cheap no, or a perhaps. */
	mayBeIn: ReturnType<typeof sieveOf>;
	pattern: RegExp;
}

let read: Ready[] | undefined;

// Most messages come alone: what is said around one is learnt when something is.
function readConcepts(): Ready[] {
	read ??= Object.keys(concepts)
		.filter((name): name is Concept => Object.hasOwn(concepts, name))
		.map((name) => ({
			name,
			mayBeIn: sieveOf(concepts[name].map((beginning) => beginning.replace(/\$$/, ''))),
			pattern: seenAs(concepts[name]),
		}));
	return read;
}

/** What the concepts that meet in the clauses of a text make more or less likely; each rule counts once. */
export function clausesSay(said: string, registry: RegistryKind): { piece: string; weighs: Weights }[] {
	// What the whole text does not speak of, no clause does.
	const text = searched(said);
	const spoken = readConcepts().filter(({ mayBeIn, pattern }) => mayBeIn(text) && pattern.test(said));
	const clauses = said
		.split(/[;\n]|\. /)
		.filter((clause) => clause.trim() !== '')
		.slice(0, 60)
		.map((clause) => new Set(spoken.filter(({ pattern }) => pattern.test(clause)).map(({ name }) => name)));
	return clauseRules
		.filter((rule) => rule.registry === undefined || rule.registry.includes(registry))
		.filter((rule) => clauses.some((clause) => meets(rule, clause)))
		.map(({ meet, weighs }) => ({ piece: meet.flat().join('+'), weighs }));
}

function meets({ meet, without = [] }: ClauseRule, clause: Set<Concept>): boolean {
	const isThere = (wanted: Concept | Concept[]) =>
		typeof wanted === 'string' ? clause.has(wanted) : wanted.some((one) => clause.has(one));
	return meet.every(isThere) && !without.some((one) => clause.has(one));
}
