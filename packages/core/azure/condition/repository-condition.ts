import { Problem } from '../../problem.ts';
import { buildAttribute, buildCondition } from './build-condition.ts';
import type { Attribute, Comparison, Condition, ConditionRequest } from './condition.ts';

/**
 * The conditions of "Azure attribute-based access control (Azure ABAC) repository permissions in Azure Container Registry" (11
 * December 2025): which repositories of a registry in ABAC mode a role is for.
 */
export interface RepositoryRule {
	match: 'exact' | 'prefix';
	/** A repository, or what the names of repositories begin with: `backend/`. */
	name: string;
}

/** A condition of that form. */
export interface RepositoryCondition {
	/** The data actions that the rules are for; others are not narrowed. */
	actions: string[];
	/** Any one of them lets a repository through. */
	rules: RepositoryRule[];
}

const repositoryName: Attribute = {
	source: 'Request',
	name: 'Microsoft.ContainerRegistry/registries/repositories:name',
};
const operatorOf = { exact: 'StringEqualsIgnoreCase', prefix: 'StringStartsWithIgnoreCase' } as const;

/**
 * Writes the documented condition that narrows these actions to the repositories of the rules. A prefix gets its trailing slash
 * where it has none: without one, `backend` lets `backend-infra/k8s` through too.
 */
export function buildRepositoryCondition({ actions, rules }: RepositoryCondition): string {
	const others: Condition[] = actions.map((pattern) => ({ kind: 'not', part: { kind: 'action', pattern } }));
	const expressions = rules.map(({ match, name }): Condition => {
		const value = match === 'prefix' && !name.endsWith('/') ? `${name}/` : name;
		return {
			kind: 'comparison',
			left: { attribute: repositoryName },
			operator: operatorOf[match],
			right: { values: [value] },
		};
	});
	if (rules.length === 0) throw new Problem('bad-condition', { wanted: 'at least one repository', found: 'none' });
	const expression = group('any', expressions);
	return buildCondition(others.length === 0 ? expression : { kind: 'any', parts: [group('all', others), expression] });
}

function group(kind: 'all' | 'any', parts: Condition[]): Condition {
	const [only] = parts;
	return parts.length === 1 && only ? only : { kind, parts };
}

/** What a condition of the documented form says about repositories; undefined for conditions of any other form. */
export function findRepositoryCondition(condition: Condition): RepositoryCondition | undefined {
	if (condition.kind !== 'any') return undefined;
	const [first, ...rest] = condition.parts;
	const actions = first && partsOf(first, 'all').map(actionIn);
	const rules = rest.flatMap((part) => partsOf(part, 'any')).map(ruleIn);
	if (!actions || rules.length === 0) return undefined;
	const [known, found] = [actions.filter(isKnown), rules.filter(isKnown)];
	return known.length === actions.length && found.length === rules.length
		? { actions: known, rules: found }
		: undefined;
}

/** A rule whose prefix lacks the slash, so that it lets repositories through which only begin alike. */
export function lacksTrailingSlash({ match, name }: RepositoryRule): boolean {
	return match === 'prefix' && !name.endsWith('/');
}

/** What a registry asks a condition when someone does this with a repository. */
export function repositoryRequest(action: string, repository: string): ConditionRequest {
	return { action, attributes: { Request: { [repositoryName.name]: repository } } };
}

function partsOf(condition: Condition, kind: 'all' | 'any'): Condition[] {
	return condition.kind === kind ? condition.parts : [condition];
}

function actionIn(condition: Condition): string | undefined {
	return condition.kind === 'not' && condition.part.kind === 'action' ? condition.part.pattern : undefined;
}

function ruleIn(condition: Condition): RepositoryRule | undefined {
	if (condition.kind !== 'comparison' || !asksForName(condition)) return undefined;
	const { operator, right } = condition;
	const match = /^String(Equals|StartsWith)(IgnoreCase)?$/.exec(operator)?.[1];
	const [name] = 'values' in right && right.values.length === 1 ? right.values : [];
	if (match === undefined || typeof name !== 'string') return undefined;
	return { match: match === 'Equals' ? 'exact' : 'prefix', name };
}

function asksForName({ left, across }: Comparison): boolean {
	if ('values' in left || across !== undefined) return false;
	return buildAttribute(left.attribute).toLowerCase() === buildAttribute(repositoryName).toLowerCase();
}

function isKnown<T>(value: T | undefined): value is T {
	return value !== undefined;
}
