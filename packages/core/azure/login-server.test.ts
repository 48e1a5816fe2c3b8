import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { VectorFile } from '../vector-file.ts';
import { acrHostKind, isProviderHost, isRegistryName, type LoginServer, parseLoginServer } from './login-server.ts';

const { cases }: VectorFile<string, { kind?: string; loginServer?: LoginServer }> = JSON.parse(
	readFileSync(new URL('../../../vectors/login-servers.json', import.meta.url), 'utf8'),
);
const provider: VectorFile<string, boolean> = JSON.parse(
	readFileSync(new URL('../../../vectors/provider-hosts.json', import.meta.url), 'utf8'),
);

describe('host names', () => {
	it.each(cases)('$name', ({ given, expect: expected }) => {
		expect(acrHostKind(given)).toBe(expected.kind);
		expect(parseLoginServer(given)).toEqual(expected.loginServer);
	});
});

describe("hosts of AKS's provider", () => {
	it.each(provider.cases)('$name', ({ given, expect: expected }) => expect(isProviderHost(given)).toBe(expected));
});

test.each([
	['myregistry', true],
	['MyRegistry1', true],
	['abcd', false],
	['a'.repeat(50), true],
	['a'.repeat(51), false],
	['my-registry', false],
	['', false],
])('registry name "%s": %s', (name, expected) => expect(isRegistryName(name)).toBe(expected));
