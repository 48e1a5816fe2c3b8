import {
	buildRepositoryCondition,
	evaluateCondition,
	findRepositoryCondition,
	neededAction,
	parseCondition,
	Problem,
	repositoryRequest,
	type RepositoryRule,
} from '@lanyard/core';

/**
 * Which repositories somebody wants: `nginx` is that one, `backend/` and `backend/*` are all below it. A prefix without its
 * slash would let `backend-infra` through too, so `backend*` is refused.
 */
export function parseRepositoryRule(text: string): RepositoryRule {
	const [, name = '', star] = /^([a-z0-9][a-z0-9._/-]*?)(\/\*|\/|\*)?$/.exec(text) ?? [];
	if (name === '' || star === '*') {
		throw new Problem('wrong-flag', {
			sentence: `"${text}" names no repository`,
			wanted: 'a repository (nginx), or all below one (backend/)',
			found: star === '*' ? `a prefix that would let "${name}-other" through as well` : `"${text}"`,
			fix:
				star === '*' ? `Write --repository ${name}/ for all below it.` : 'Use lower-case letters, digits, . _ - and /.',
		});
	}
	return star === undefined ? { match: 'exact', name } : { match: 'prefix', name: `${name}/` };
}

const pullActions = [
	'Microsoft.ContainerRegistry/registries/repositories/content/read',
	'Microsoft.ContainerRegistry/registries/repositories/metadata/read',
];

/** The condition that narrows a pull role to these repositories; none for all of them. */
export function conditionFor(rules: readonly RepositoryRule[]): string | undefined {
	return rules.length === 0 ? undefined : buildRepositoryCondition({ actions: pullActions, rules: [...rules] });
}

/** The rules as people write them. */
export function rulesAsText(rules: readonly RepositoryRule[]): string | undefined {
	return rules.length === 0 ? undefined : rules.map(({ name }) => name).join(', ');
}

/** Whether a role with this condition lets all that is wanted be pulled. One that cannot be read does not. */
export function conditionCovers(condition: string | undefined, wanted: readonly RepositoryRule[]): boolean {
	if (condition === undefined) return true;
	// Every repository is wanted: only a role without a condition gives that.
	if (wanted.length === 0) return false;
	return wanted.every((rule) => covers(condition, rule));
}

function covers(condition: string, rule: RepositoryRule): boolean {
	try {
		const parsed = parseCondition(condition);
		if (rule.match === 'exact') {
			return evaluateCondition(parsed, repositoryRequest(neededAction('ABAC', 'pull').action, rule.name));
		}
		const found = findRepositoryCondition(parsed)?.rules ?? [];
		return found.some(({ match, name }) => match === 'prefix' && rule.name.startsWith(name));
	} catch (problem) {
		if (problem instanceof Problem) return false;
		throw problem;
	}
}
