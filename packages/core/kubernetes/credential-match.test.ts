import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { VectorFile } from '../vector-file.ts';
import { indexKeyOf, isOnDockerHub, matchesImage, matchesPattern } from './credential-match.ts';

interface Given {
	pattern: string;
	image: string;
}

const { cases }: VectorFile<Given, boolean> = JSON.parse(
	readFileSync(new URL('../../../vectors/credential-patterns.json', import.meta.url), 'utf8'),
);

describe('vectors', () => {
	it.each(cases)('$name', ({ given, expect: expected }) => {
		expect(matchesPattern(given.pattern, given.image)).toBe(expected);
	});
});

const label = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const host = fc.array(label, { minLength: 2, maxLength: 4 });
const path = fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));

test('a host covers its images, with any label replaced by a star, and with scheme or API version', () => {
	fc.assert(
		fc.property(host, path, fc.nat(3), (labels, repository, at) => {
			const image = `${labels.join('.')}/${repository}`;
			const starred = labels.map((one, place) => (place === at % labels.length ? '*' : one)).join('.');
			expect(matchesPattern(labels.join('.'), image)).toBe(true);
			expect(matchesPattern(starred, image)).toBe(true);
			for (const key of ['', 'https://', 'http://']) expect(matchesImage(`${key}${starred}/v2/`, image)).toBe(true);
			expect(matchesPattern(`x.${starred}`, image)).toBe(false);
			expect(matchesPattern(`${starred}:5000`, image)).toBe(false);
		}),
	);
});

test('filing a key twice changes nothing', () => {
	// An API version is taken off each time, so a repository that is called like one stays only once.
	const otherPath = path.filter((repository) => !/^v[12]\//.test(repository));
	fc.assert(
		fc.property(host, otherPath, (labels, repository) => {
			const filed = indexKeyOf(`https://${labels.join('.')}/v1/${repository}`);
			expect(filed).toBe(`${labels.join('.')}/${repository}`);
			expect(indexKeyOf(filed ?? '')).toBe(filed);
		}),
	);
});

test('any text can be held against any other', () => {
	fc.assert(fc.property(fc.string(), fc.string(), (key, image) => typeof matchesImage(key, image) === 'boolean'));
});

test('a hostile pattern takes no time', () => {
	const started = process.cpuUsage();
	matchesPattern('*a'.repeat(5000), `${'a'.repeat(5000)}b/x`);
	expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
});

// kubernetes pkg/credentialprovider/keyring_test.go, TestIsDefaultRegistryMatch.
test.each([
	['foo/bar', true],
	['docker.io/foo/bar', true],
	['index.docker.io/foo/bar', true],
	['foo', true],
	['', false],
	['registry.tld/foo/bar', false],
	['registry:5000/foo/bar', false],
	['myhostdocker.io/foo/bar', false],
])('whether "%s" is on Docker Hub: %s', (image, expected) => expect(isOnDockerHub(image)).toBe(expected));
