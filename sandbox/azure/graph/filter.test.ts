import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseFilter } from './filter.ts';

const body = {
	displayName: "Ana's app",
	appId: '5F0C1C3E-0000-4000-8000-000000000000',
	accountEnabled: true,
	mail: null,
	servicePrincipalNames: ['5f0c1c3e-0000-4000-8000-000000000000', 'http://acr-sp'],
};

const cases: [filter: string, holds: boolean | undefined][] = [
	["displayName eq 'ana''s APP'", true],
	["displayName ne 'x'", true],
	["startswith(displayName,'Ana')", true],
	["startswith(displayName, 'app')", false],
	["endsWith(displayName,'APP')", true],
	["servicePrincipalNames/any(c:c eq 'http://acr-sp')", true],
	["servicePrincipalNames/any(c:c eq 'http://acr')", false],
	["servicePrincipalNames/any(c:startswith(c, 'http'))", true],
	["servicePrincipalNames/any(c:d eq 'http://acr-sp')", undefined],
	["appId eq '5f0c1c3e-0000-4000-8000-000000000000'", true],
	["appId in ('x', '5f0c1c3e-0000-4000-8000-000000000000')", true],
	['accountEnabled eq true and mail eq null', true],
	["not (displayName eq 'x') and (accountEnabled eq false or mail eq null)", true],
	["displayName eq 'x' or displayName eq 'y' and accountEnabled eq true", false],
	["nothing eq 'x'", false],
	["constructor eq 'x'", false],
	['displayName', undefined],
	["displayName eq 'x", undefined],
	["displayName gt 'x'", undefined],
	["displayName eq 'x' and", undefined],
	['', undefined],
	[`${'('.repeat(5000)}displayName eq 'x'`, undefined],
];

it.each(cases)('%s', (filter, holds) => expect(parseFilter(filter)?.(body)).toBe(holds));

const words = fc.constantFrom(
	'(',
	')',
	"'x'",
	'eq',
	'and',
	'or',
	'not',
	'a/any',
	':',
	',',
	'in',
	'startswith',
	'displayName',
);

it('takes any text without breaking', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.array(words).map((all) => all.join(' ')),
			),
			(text) => {
				expect([true, false, undefined]).toContain(parseFilter(text)?.(body));
			},
		),
	);
});
