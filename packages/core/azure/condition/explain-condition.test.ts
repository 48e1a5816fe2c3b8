import { expect, it } from 'vitest';
import type { ConditionRequest } from './condition.ts';
import { explainCondition } from './explain-condition.ts';
import { parseCondition } from './parse-condition.ts';
import { buildRepositoryCondition, repositoryRequest } from './repository-condition.ts';

const repositories = 'Microsoft.ContainerRegistry/registries/repositories';
const read = `${repositories}/content/read`;
const backend = buildRepositoryCondition({ actions: [read], rules: [{ match: 'prefix', name: 'backend/' }] });
const inBackend = `@Request[${repositories}:name] StringStartsWithIgnoreCase 'backend/'`;
const version = '@Request[x:v] NumericEquals 1 OR NOT Exists @Request[x:v]';

const cases: [name: string, condition: string, request: ConditionRequest, said: string][] = [
	[
		'the rule that lets a repository through',
		backend,
		repositoryRequest(read, 'backend/web'),
		`its condition is met: ${inBackend} is true, for repositories:name is 'backend/web'`,
	],
	[
		'the rule that leaves one out',
		backend,
		repositoryRequest(read, 'shop/web'),
		`its condition is not met: ${inBackend} is false, for repositories:name is 'shop/web'`,
	],
	[
		'that an action is not targeted',
		backend,
		repositoryRequest(`${repositories}/content/write`, 'shop/web'),
		`its condition is met: it does not speak of ${repositories}/content/write`,
	],
	[
		'which attribute is missing',
		backend,
		{ action: read },
		`its condition cannot be decided: ${inBackend} cannot be compared, for repositories:name is not given`,
	],
	[
		'that there is none, where that helps',
		version,
		{ action: 'a' },
		'its condition is met: @Request[x:v] is not there',
	],
	[
		'all that had to fail',
		version,
		{ action: 'a', attributes: { Request: { 'x:v': 2 } } },
		'its condition is not met: @Request[x:v] NumericEquals 1 is false, for x:v is 2, and @Request[x:v] is there',
	],
	[
		'the suboperation',
		"SubOperationMatches{'Blob.List'}",
		{ action: 'a', subOperation: 'Blob.Read' },
		'its condition is not met: the request is not the suboperation Blob.List',
	],
];
it.each(cases)('says %s', (_name, condition, request, said) => {
	expect(explainCondition(parseCondition(condition), request)).toBe(said);
});
