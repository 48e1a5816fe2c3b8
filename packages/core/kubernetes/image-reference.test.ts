import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Problem } from '../problem.ts';
import type { VectorFile } from '../vector-file.ts';
import { imageReferenceFault, type ImageReference, parseImageReference } from './image-reference.ts';

type Expected = Omit<ImageReference, 'canonical'> | { fault: string };

const { cases }: VectorFile<string, Expected> = JSON.parse(
	readFileSync(new URL('../../../vectors/image-references.json', import.meta.url), 'utf8'),
);

describe('vectors', () => {
	it.each(cases)('$name', ({ given, expect: expected }) => {
		if ('fault' in expected) {
			expect(imageReferenceFault(given)).toBe(expected.fault);
			return;
		}
		expect(imageReferenceFault(given)).toBeUndefined();
		expect(parseImageReference(given)).toEqual({ ...expected, canonical: canonicalOf(expected) });
	});
});

function canonicalOf({ name, tag, digest }: Omit<ImageReference, 'canonical'>): string {
	return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

const alphanumeric = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const component = fc.stringMatching(/^[a-z0-9]{1,6}(?:(?:[._]|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
const reference = fc.record({
	host: fc.constantFrom('', 'docker.io/', 'myregistry.azurecr.io/', 'localhost/', 'registry:5000/', '[::1]:5000/'),
	path: fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
	tag: fc.constantFrom('', ':v1', ':2026.11', ':_'),
	digest: fc.constantFrom('', `@sha256:${'0af'.repeat(21)}0`),
});

test('the canonical and the familiar form are read as the same image', () => {
	fc.assert(
		fc.property(reference, ({ host, path, tag, digest }) => {
			const read = parseImageReference(host + path + tag + digest);
			const again = parseImageReference(read.canonical);
			expect({ ...again, familiar: '' }).toEqual({ ...read, familiar: '' });
			expect(parseImageReference(read.familiar).canonical).toBe(read.canonical);
			expect(read.name).toBe(`${read.host}/${read.repository}`);
		}),
	);
});

test('any text is either read or refused with a problem', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.tuple(alphanumeric, fc.string()).map(([a, b]) => `${a}/${b}`),
			),
			(text) => {
				const fault = imageReferenceFault(text);
				if (fault === undefined) expect(parseImageReference(text).canonical).toContain('/');
				else expect(() => parseImageReference(text)).toThrow(Problem);
			},
		),
	);
});

test('a refusal says what was wanted, what was found and what to do', () => {
	expect(() => parseImageReference('https://myregistry.azurecr.io/nginx:v1')).toThrow(
		expect.objectContaining({
			code: 'image-ref-invalid',
			message: 'the image reference "https://myregistry.azurecr.io/nginx:v1" cannot be read',
			wanted: 'host/repository:tag or host/repository@sha256:…',
			found: 'invalid reference format',
		}),
	);
});

test('a long hostile text takes no time', () => {
	const started = process.cpuUsage();
	for (const part of ['a-', 'a_', 'a.', 'a/', '-', '__', ':0', '@a']) imageReferenceFault(`${part.repeat(20_000)}!`);
	expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
});
