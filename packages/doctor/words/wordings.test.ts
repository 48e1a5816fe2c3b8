import { broaderOf, isProblemCode, isPullCode, problems, problemWordings, withoutWords } from '@lanyard/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { explainWords } from './explain-words.ts';

const codes = Object.keys(problems).filter(isProblemCode).filter(isPullCode);
const wordings = codes.flatMap((code) => (problemWordings[code] ?? []).map((one) => ({ code, ...one })));
// The recorded cases have images and hosts of their own, which say nothing of the cause.
const withoutNames = (says: string) =>
	says.replaceAll(/cases(?:\/|%2F)[a-z-]+(?:[:@][\w:]+)?/g, 'image').replaceAll(/[a-z-]+\.example\.com/g, 'host');
const writtenFor = (says: string) =>
	wordings.filter((one) => withoutNames(one.says) === withoutNames(says)).map(({ code }) => broaderOf(code));

describe('the wordings that docs/problems.md shows', () => {
	it.each(wordings)('$code, by $by', ({ code, says }) => {
		const { code: named, candidates } = explainWords({ message: says });
		expect(candidates.map((one) => one.code)).toContain(broaderOf(code));
		// Words of one cause are explained as that one; of those that several share, as one of these.
		expect(named === null ? [] : [broaderOf(named)]).not.toEqual([]);
		if (new Set(writtenFor(says)).size > 1) expect(writtenFor(says)).toContain(named);
	});

	test('most name their cause at once', () => {
		const own = wordings.filter(({ says }) => new Set(writtenFor(says)).size === 1);
		const named = own.filter(({ code, says }) => explainWords({ message: says }).code === broaderOf(code));
		expect(named.length / own.length).toBeGreaterThan(0.9);
	});

	test('every code has words or a line that says why not', () => {
		const both = codes.map((code) => [code, (problemWordings[code] ?? []).length > 0, code in withoutWords]);
		expect(both.filter(([, words, without]) => words === without)).toEqual([]);
	});
});

interface Recorded {
	cases: { name: string; expect: { events: { message: string }[] } }[];
}
const recorded = ['credentials', 'node', 'registry'].flatMap((name) => {
	const path = join(import.meta.dirname, `../../../vectors/kubelet/${name}.json`);
	const { cases }: Recorded = JSON.parse(readFileSync(path, 'utf8'));
	return cases;
});

interface ClientCases {
	cases: { name: string; expect: Record<string, string> }[];
}

describe('the sources of the wordings', () => {
	const fromVectors = wordings.filter(({ source }) => source.startsWith('vectors/kubelet '));

	it.each(fromVectors)('$source says it, for $code', ({ says, source }) => {
		const told = recorded.find(({ name }) => `vectors/kubelet ${name}` === source)?.expect.events ?? [];
		const messages = told.map(({ message }) => message.replaceAll(/\{[a-z]+\}/g, '…'));
		expect(messages.filter((message) => message.endsWith(says))).not.toEqual([]);
	});

	const { cases: clientCases }: ClientCases = JSON.parse(
		readFileSync(join(import.meta.dirname, '../../../vectors/pull-words.json'), 'utf8'),
	);

	it.each(wordings.filter(({ source }) => source.startsWith('vectors/pull-words ')))(
		'$by says it in $source, for $code',
		({ by, says, source }) => {
			const told = clientCases.find(({ name }) => `vectors/pull-words ${name}` === source)?.expect ?? {};
			const message = told[by.split(' ')[0] ?? '']?.replaceAll(/\{[a-z]+\}/g, '…');
			expect(message?.endsWith(says)).toBe(true);
		},
	);

	test('are cases, public reports, or files of a program with their version', () => {
		const form =
			/^(vectors\/(?:kubelet|pull-words) [a-z0-9-]+|[\w.-]+\/[\w.-]+#\d+|[a-z-]+ \d[\d.]* [\w./-]+\.[a-z]+)$/;
		expect(wordings.filter(({ source }) => !form.test(source))).toEqual([]);
	});
});
