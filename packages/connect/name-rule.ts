import { Problem } from '@lanyard/core';

/** What a name may be. */
interface NameRule {
	what: string;
	wanted: string;
	least: number;
	most: number;
	/** A character that may not stand in it. */
	odd: RegExp;
	whole: RegExp;
	/** What stands in for a character that may not. */
	instead: string;
}

const rules = {
	// learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules; login servers are in lower case, so two spellings
	// would be one registry.
	registry: {
		what: 'a registry',
		wanted: '5 to 50 lower-case letters and digits',
		least: 5,
		most: 50,
		odd: /[^a-z0-9]/u,
		whole: /^[a-z0-9]+$/,
		instead: '',
	},
	// The same page.
	cluster: {
		what: 'a cluster',
		wanted: '1 to 63 letters, digits, underscores and hyphens, with a letter or digit at both ends',
		least: 1,
		most: 63,
		odd: /[^\w-]/u,
		whole: /^[a-z0-9]([\w-]*[a-z0-9])?$/i,
		instead: '-',
	},
	// RFC 1123 subdomain: Kubernetes would refuse it when all the rest is done.
	secret: {
		what: 'a secret',
		wanted: 'at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
		least: 1,
		most: 253,
		odd: /[^a-z0-9.-]/u,
		whole: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
		instead: '-',
	},
} satisfies Record<string, NameRule>;

/** Throws `wrong-flag` for what cannot be the name of a new thing of this kind: before anything is asked or made for it. */
export function mustBeName(kind: keyof typeof rules, name: string): void {
	const rule: NameRule = rules[kind];
	const found = faultOf(rule, name);
	if (found === undefined) return;
	const like = alike(rule, name);
	throw new Problem('wrong-flag', {
		sentence: `"${shortened(name)}" cannot be the name of ${rule.what}`,
		wanted: rule.wanted,
		found,
		fix: like === undefined ? 'Choose another name.' : `Choose another name, such as ${like}.`,
	});
}

function faultOf({ least, most, odd, whole }: NameRule, name: string): string | undefined {
	if (name.length < least || name.length > most) return name === '' ? 'no character' : `${name.length} characters`;
	const character = odd.exec(name)?.[0];
	if (character !== undefined) return /[A-Z]/.test(character) ? 'upper-case letters' : `"${character}" in it`;
	return whole.test(name) ? undefined : 'something else at an end';
}

/** The same name as it might be, where that is one. */
function alike(rule: NameRule, name: string): string | undefined {
	const odd = new RegExp(rule.odd, 'gu');
	const cased = rule.odd.test('A') ? name.toLowerCase() : name;
	const like = cased.replace(odd, rule.instead).replace(/^[^a-z0-9]+|[^a-z0-9]+$/gi, '');
	return faultOf(rule, like) === undefined ? like : undefined;
}

function shortened(name: string): string {
	return name.length > 63 ? `${name.slice(0, 40)}…` : name;
}
