import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import {
	broaderOf,
	isProblemCode,
	isPullCode,
	isTaxonomyCode,
	problems,
	type ProblemCode,
	type TaxonomyCode,
} from './problem-catalogue.ts';
import { Problem, reasonOf } from './problem.ts';
import type { LinkName } from './pull-chain.ts';

const codes: ProblemCode[] = Object.keys(problems).filter(isProblemCode);
const taxonomy = codes.filter(isTaxonomyCode);

// DESIGN 9 "Problems": the one home link of each code.
const homes: [LinkName, TaxonomyCode[]][] = [
	['image', ['image-ref-invalid', 'wrong-registry-name']],
	['admission', ['image-policy-rejected', 'secret-not-referenced']],
	['presence', ['local-image-not-on-node', 'kubelet-pull-limits']],
	[
		'keyring',
		[
			'no-credentials-configured',
			'secret-missing-in-namespace',
			'secret-malformed',
			'secret-wrong-server-host',
			'credential-provider-failed',
		],
	],
	['identity', ['node-identity-missing', 'sp-invalid-or-expired', 'cross-tenant']],
	['exchange', ['registry-auth-method-disabled']],
	['dns', ['dns-failure', 'private-endpoint-dns']],
	[
		'network',
		[
			'network-blocked-or-timeout',
			'registry-firewall-denied',
			'proxy',
			'tls-unknown-ca',
			'tls-cert-expired-or-clock-skew',
			'plain-http',
			'registry-down',
		],
	],
	['token', ['secret-wrong-credentials', 'token-expired', 'rate-limited']],
	[
		'manifest',
		[
			'image-tag-not-found',
			'repository-not-found-or-typo',
			'manifest-deleted-by-cleanup',
			'wrong-architecture',
			'manifest-unsupported-media-type',
			'acr-cache-upstream-failed',
		],
	],
	[
		'layers',
		['registry-data-endpoint-blocked', 'artifact-streaming-failed', 'node-disk-pressure', 'node-runtime-fault'],
	],
	['grant', ['identity-lacks-pull-role', 'role-on-wrong-identity', 'role-propagation-delay']],
];

describe('codes', () => {
	it.each(codes)('%s is kebab-case, says what is wrong and what to do', (code) => {
		const { sentence, fix } = problems[code];
		expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
		expect(sentence).toMatch(/^(?:[a-z]|Azure)/);
		expect(sentence).not.toMatch(/[.!?]$/);
		expect(fix).toMatch(/^[A-Z].*\.$/);
		expect(`${sentence} ${fix}`).not.toMatch(/\b(?:soon|later|we|our|anonymous(?! pull\b))\b/i);
		expect(Math.max(sentence.length, fix.length)).toBeLessThanOrEqual(130);
	});

	test('no two say the same', () => {
		const sentences = codes.map((code) => problems[code].sentence);
		expect(new Set(sentences).size).toBe(sentences.length);
	});

	it.each(homes)('home link %s', (link, here) => {
		expect(new Set(taxonomy.filter((code) => problems[code].link === link))).toEqual(new Set(here));
	});

	test('there are 40 of the taxonomy, and a finer code names the one it refines', () => {
		expect(taxonomy).toHaveLength(40);
		const refining = codes.filter(isPullCode).filter((code) => broaderOf(code) !== code);
		expect(refining.filter(isTaxonomyCode)).toEqual([]);
		expect(refining.map(broaderOf).every(isTaxonomyCode)).toBe(true);
		expect(refining.length + taxonomy.length).toBe(codes.filter(isPullCode).length);
	});

	test('words from outside that are no code are told apart', () => {
		expect(['registry-down', 'toString', '', 'Registry-Down'].map(isProblemCode)).toEqual([true, false, false, false]);
	});
});

describe('reasons', () => {
	test('one to one', () => {
		expect(new Set(codes.map(reasonOf)).size).toBe(codes.length);
	});

	// KUBERNETES_FACTS: what the API server accepts as the reason of a condition.
	it.each(codes)('%s becomes a reason that Kubernetes accepts', (code) => {
		expect(reasonOf(code)).toMatch(/^[A-Za-z](?:[A-Za-z0-9_,:]*[A-Za-z0-9_])?$/);
		expect(reasonOf(code).length).toBeLessThanOrEqual(128);
	});
});

describe('problems', () => {
	test('one without details says what the catalogue says', () => {
		expect(new Problem('registry-down').toJSON()).toEqual({
			schema: 'lanyard.dev/problem/v1',
			code: 'registry-down',
			sentence: problems['registry-down'].sentence,
			wanted: undefined,
			found: undefined,
			where: undefined,
			fix: problems['registry-down'].fix,
		});
	});

	test('one with details says those, and keeps its cause out of JSON', () => {
		const details = { sentence: 's', wanted: 'w', found: 'f', where: 'h', fix: 'F.' };
		const problem = new Problem('cluster-not-found', { ...details, cause: new Error('inner') });
		expect(problem.toJSON()).toEqual({ schema: 'lanyard.dev/problem/v1', code: 'cluster-not-found', ...details });
		expect(problem.cause).toEqual(new Error('inner'));
	});
});

const reference = process.env['LANYARD_REFERENCE'] ?? resolve(import.meta.dirname, '../../../shared');
const taxonomyFile = resolve(reference, 'corpus/TAXONOMY.md');

describe('the taxonomy itself', () => {
	const isThere = existsSync(taxonomyFile);
	const text = isThere ? readFileSync(taxonomyFile, 'utf8') : '';
	if (!isThere) process.stdout.write('not run: reference material absent\n');

	test.runIf(isThere)('has exactly our codes', () => {
		const headings = Array.from(text.matchAll(/^\*\*`([a-z-]+)`\*\*/gm), ([, code]) => code);
		expect(new Set(headings)).toEqual(new Set(taxonomy));
		expect(headings).toHaveLength(taxonomy.length);
	});

	test.runIf(isThere)('knows no finer code that we lack, and refines the same ones', () => {
		const rows = text.matchAll(/^\| (`[^|]+`) \| `([a-z-]+)` \|$/gm);
		const pairs = Array.from(rows, ([, fine = '', broad]) =>
			Array.from(fine.matchAll(/`([a-z-]+)`/g), ([, code = '']) => [code, broad]),
		).flat();
		expect(pairs.length).toBeGreaterThan(15);
		for (const [code = '', broad] of pairs) {
			expect(isProblemCode(code) && isPullCode(code) ? broaderOf(code) : `${code} is missing`).toBe(broad);
		}
	});
});
