import type { Findings } from './gate.ts';
import { readTrackedFiles } from './tracked-files.ts';

const text = /(?<!\.(png|ico|gz|tgz|tar|woff2|jpg))$/;

/** What no file may hold. The name is what a person is told; the value itself is never repeated. */
const forbidden: [name: string, pattern: RegExp][] = [
	['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|\s)*[A-Za-z0-9+/=]{40}/g],
	['a token (JWT)', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g],
	['an Entra client secret', /\b[\w~.-]{3}\dQ~[\w~.-]{31,34}/g],
	['a registry password', /\b[A-Za-z0-9+/]{36,}\+ACR[A-Za-z0-9+/=]{6}/g],
	['a storage key', /AccountKey=[A-Za-z0-9+/=]{40}/g],
	['a provider token', /\b(?:gh[pousr]_\w{36}|npm_\w{36}|AKIA[A-Z0-9]{16}|dckr_pat_[\w-]{20})/g],
	['a login in an address', /\b[a-z][a-z+]*:\/\/[^\s/:@'"`${}<>…]+:[^\s/@'"`${}<>…]+@/g],
	['a machine path', /(?<![\w.~*})/-])\/(?:work|root|home\/[a-z]\w*|Users\/[A-Za-z]\w*)\/|[A-Z]:\\Users\\/g],
	[
		'a package registry',
		/\b(?:registry\.(?:npmjs|yarnpkg)\.|(?:pypi|pythonhosted)\.org|crates\.io|proxy\.golang\.|repo1?\.maven\.|deb\.debian\.)/g,
	],
];

const assigned =
	/(?:password|passwd|secret|token|api_?key|credential)\w*["'`]?\s*[:=]\s*(?:new Secret\(\s*)?["'`]([^\s"'`${}<>…]{12,})["'`]/gi;

/** Whether no tracked file holds a credential, a path of someone's machine or the address of a package registry. */
export function checkSecrets(root: string): Findings {
	const files = readTrackedFiles(root, text);
	const wrong = files.flatMap(({ path, text: held }) => {
		if (path === 'package-lock.json') return lockAddresses(path, held);
		const found = forbidden.flatMap(([name, pattern]) => [...held.matchAll(pattern)].map((hit) => ({ name, hit })));
		const literals = [...held.matchAll(assigned)].filter(([, value = '']) => looksRandom(value));
		return [...found, ...literals.map((hit) => ({ name: 'what looks like a password', hit }))].map(
			({ name, hit }) => `${path}:${held.slice(0, hit.index).split('\n').length}: ${name}`,
		);
	});
	return { saw: files.length, wrong };
}

/** Random values mix digits with both cases, or are long runs of hex; words joined by dashes, as tests use, do not. */
function looksRandom(value: string): boolean {
	const hasAll = [/\d/, /[a-z]/, /[A-Z]/].every((kind) => kind.test(value));
	return (hasAll && !/^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*\d*$/.test(value)) || /^[0-9a-f]{32,}$/.test(value);
}

/** A lock file with addresses would send everyone to the registry of whoever wrote it. */
function lockAddresses(path: string, held: string): string[] {
	const hits = [...held.matchAll(/"resolved": "[a-z+]+:/g)];
	return hits.map(({ index }) => `${path}:${held.slice(0, index).split('\n').length}: a resolved address`);
}
