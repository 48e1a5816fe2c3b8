import { expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { checkListOptions } from './list-options.ts';

function said(query: string): string {
	try {
		checkListOptions(new URLSearchParams(query));
		return 'fine';
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		return error.message.replace(/^.*is invalid: /, '');
	}
}

const match = 'resourceVersionMatch';

it.each([
	['', 'fine'],
	['resourceVersion=5&resourceVersionMatch=Exact', 'fine'],
	['resourceVersionMatch=Exact', `${match}: Forbidden: ${match} is forbidden unless resourceVersion is provided`],
	[
		'resourceVersion=0&resourceVersionMatch=Exact',
		`${match}: Forbidden: ${match} "exact" is forbidden for resourceVersion "0"`,
	],
	['sendInitialEvents=true', 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
	['watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan', 'fine'],
	[
		'watch=true&sendInitialEvents=true',
		`${match}: Forbidden: sendInitialEvents requires setting ${match} to NotOlderThan`,
	],
	[
		'watch=true&resourceVersionMatch=NotOlderThan',
		`${match}: Forbidden: ${match} is forbidden for watch unless sendInitialEvents is provided`,
	],
])('%s: %s', (query, words) => {
	expect(said(query)).toBe(words);
});
