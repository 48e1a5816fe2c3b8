import fc from 'fast-check';
import { expect, it } from 'vitest';
import { builtInRoles } from '../built-in-role.ts';
import { evaluateCondition } from './evaluate-condition.ts';
import { parseCondition } from './parse-condition.ts';
import {
	buildRepositoryCondition,
	findRepositoryCondition,
	lacksTrailingSlash,
	repositoryRequest,
	type RepositoryRule,
} from './repository-condition.ts';

const repositories = 'Microsoft.ContainerRegistry/registries/repositories';
const actions = [`${repositories}/content/read`, `${repositories}/metadata/read`];

it('writes what the page shows, but for blanks', () => {
	const page = `(
 (
  !(ActionMatches{'${repositories}/content/read'})
  AND
  !(ActionMatches{'${repositories}/metadata/read'})
 )
 OR
 (
  @Request[${repositories}:name] StringStartsWithIgnoreCase 'backend/'
  OR
  @Request[${repositories}:name] StringStartsWithIgnoreCase 'frontend/js/'
 )
)`;
	const written = buildRepositoryCondition({
		actions,
		rules: [
			{ match: 'prefix', name: 'backend/' },
			{ match: 'prefix', name: 'frontend/js' },
		],
	});
	expect(parseCondition(written)).toEqual(parseCondition(page));
});

const anyName = fc.stringMatching(/^[a-z0-9]{1,4}(\/[a-z0-9]{1,4}){0,2}$/);
const anyRule: fc.Arbitrary<RepositoryRule> = fc.oneof(
	fc.record({ match: fc.constant('exact' as const), name: anyName }),
	fc.record({ match: fc.constant('prefix' as const), name: anyName.map((name) => `${name}/`) }),
);
const anyRules = fc.array(anyRule, { minLength: 1, maxLength: 4 });

it('recognises what it writes, for the actions of each role that takes conditions', () => {
	const { repositoryReader, repositoryWriter, repositoryContributor } = builtInRoles;
	const anyActions = fc.constantFrom(repositoryReader, repositoryWriter, repositoryContributor);
	fc.assert(
		fc.property(anyActions, anyRules, ({ dataActions }, rules) => {
			const wanted = { actions: [...dataActions], rules };
			expect(findRepositoryCondition(parseCondition(buildRepositoryCondition(wanted)))).toEqual(wanted);
		}),
	);
});

it('lets exactly the repositories of its rules through', () => {
	fc.assert(
		fc.property(anyRules, anyName, (rules, repository) => {
			const condition = parseCondition(buildRepositoryCondition({ actions, rules }));
			const expected = rules.some(({ match, name }) =>
				match === 'exact' ? repository === name : repository.startsWith(name),
			);
			expect(evaluateCondition(condition, repositoryRequest(`${repositories}/content/read`, repository))).toBe(
				expected,
			);
		}),
	);
});

it('never writes a prefix without its slash, and knows one that others wrote', () => {
	const ours = buildRepositoryCondition({ actions, rules: [{ match: 'prefix', name: 'backend' }] });
	const theirs = parseCondition(ours.replace("'backend/'", "'backend'"));
	expect(findRepositoryCondition(parseCondition(ours))?.rules.map(lacksTrailingSlash)).toEqual([false]);
	expect(findRepositoryCondition(theirs)?.rules.map(lacksTrailingSlash)).toEqual([true]);
});

it.each([
	['another attribute', "!(ActionMatches{'a'}) OR @Request[other:name] StringEquals 'a'"],
	['another operator', `!(ActionMatches{'a'}) OR @Request[${repositories}:name] StringLike 'a*'`],
	['a rule that leaves out', `!(ActionMatches{'a'}) OR @Request[${repositories}:name] StringNotEquals 'a'`],
	['rules that all must hold', `!(ActionMatches{'a'}) AND @Request[${repositories}:name] StringEquals 'a'`],
	['no rule', "!(ActionMatches{'a'})"],
])('does not take a condition for one of that form: %s', (_name, text) => {
	expect(findRepositoryCondition(parseCondition(text))).toBeUndefined();
});

it('says so when there is no repository to write a rule for', () => {
	expect(() => buildRepositoryCondition({ actions, rules: [] })).toThrow(
		expect.objectContaining({ code: 'bad-condition', wanted: 'at least one repository' }),
	);
});
