import { clauseRules, type ClauseRule } from './knowledge/clauses.data.ts';
import { type Concept, concepts } from './knowledge/concepts.data.ts';
import type { RegistryKind } from './knowledge/registry.data.ts';
import type { Weights } from './knowledge/rule.ts';

// `name$` ends a word; without it, any ending fits. A beginning that is no letter begins anywhere.
function seenAs(beginnings: readonly string[]): RegExp {
	const parts = beginnings.map((beginning) => {
		const isWhole = beginning.endsWith('$');
		const text = beginning.replace(/\$$/, '').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
		return `${/^[a-z0-9]/.test(text) ? '\\b' : ''}${text}${isWhole ? '\\b' : ''}`;
	});
	return new RegExp(parts.join('|'));
}

const names = Object.keys(concepts).filter((name): name is Concept => Object.hasOwn(concepts, name));
const patterns = new Map<Concept, RegExp>();

function isSeen(name: Concept, clause: string): boolean {
	const pattern = patterns.get(name) ?? seenAs(concepts[name]);
	patterns.set(name, pattern);
	return pattern.test(clause);
}

/** What the concepts that meet in the clauses of a text make more or less likely; each rule counts once. */
export function clausesSay(said: string, registry: RegistryKind): { piece: string; weighs: Weights }[] {
	const clauses = said
		.split(/[;\n]|\. /)
		.filter((clause) => clause.trim() !== '')
		.slice(0, 60)
		.map((clause) => new Set(names.filter((name) => isSeen(name, clause))));
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
