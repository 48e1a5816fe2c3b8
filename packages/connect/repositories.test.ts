import { Problem } from '@lanyard/core';
import { describe, expect, it } from 'vitest';

import { conditionCovers, conditionFor, parseRepositoryRule } from './repositories.ts';

describe('parseRepositoryRule', () => {
	it.each([
		['nginx', { match: 'exact', name: 'nginx' }],
		['team/app', { match: 'exact', name: 'team/app' }],
		['backend/', { match: 'prefix', name: 'backend/' }],
		['backend/*', { match: 'prefix', name: 'backend/' }],
	])('reads %s', (text, rule) => expect(parseRepositoryRule(text)).toEqual(rule));

	it.each(['backend*', '*', '', 'Nginx', '/x', 'a b'])('does not take "%s"', (text) => {
		expect(() => parseRepositoryRule(text)).toThrow(Problem);
	});
});

describe('conditionCovers', () => {
	const onlyNginx = conditionFor([parseRepositoryRule('nginx')]);
	const backend = conditionFor([parseRepositoryRule('backend/')]);
	it.each<[string, string | undefined, string[], boolean]>([
		['no condition covers everything', undefined, [], true],
		['a condition does not cover all repositories', onlyNginx, [], false],
		['one repository covers itself', onlyNginx, ['nginx'], true],
		['one repository does not cover another', onlyNginx, ['nginx', 'redis'], false],
		['a prefix covers what lies below it', backend, ['backend/api'], true],
		['a prefix covers itself', backend, ['backend/'], true],
		['a prefix covers a longer one', backend, ['backend/api/'], true],
		['a prefix does not cover what only begins alike', backend, ['backend-infra'], false],
		['what cannot be read covers nothing', 'nonsense', ['nginx'], false],
	])('%s', (_name, condition, wanted, covers) => {
		expect(conditionCovers(condition, wanted.map(parseRepositoryRule))).toBe(covers);
	});
});
