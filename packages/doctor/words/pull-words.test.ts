import type { TaxonomyCode } from '@lanyard/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainWords } from './explain-words.ts';

interface Captured {
	cases: { name: string; expect: Record<string, string> }[];
}

const { cases }: Captured = JSON.parse(
	readFileSync(join(import.meta.dirname, '../../../vectors/pull-words.json'), 'utf8'),
);

/** What each case is, and whether every client's words name it; else it is among the candidates. */
const causes: Record<string, [cause: TaxonomyCode, isNamed: boolean]> = {
	'no-credentials': ['no-credentials-configured', false],
	'no-credentials-basic': ['no-credentials-configured', false],
	'wrong-password': ['secret-wrong-credentials', false],
	'wrong-password-basic': ['secret-wrong-credentials', false],
	'wrong-host-key': ['secret-wrong-server-host', false],
	'expired-token': ['token-expired', false],
	'auths-not-an-object': ['secret-malformed', true],
	'auth-not-base64': ['secret-malformed', true],
	'name-in-capitals': ['image-ref-invalid', true],
	'tag-absent': ['image-tag-not-found', true],
	'repository-absent': ['repository-not-found-or-typo', true],
	'digest-absent': ['manifest-deleted-by-cleanup', false],
	'platform-absent': ['wrong-architecture', true],
	'manifest-401': ['no-credentials-configured', false],
	'manifest-403': ['registry-firewall-denied', true],
	'manifest-429': ['rate-limited', true],
	'manifest-500': ['registry-down', true],
	'manifest-503': ['registry-down', true],
	'manifest-hang-up': ['network-blocked-or-timeout', false],
	'token-401': ['secret-wrong-credentials', false],
	'token-403': ['registry-firewall-denied', false],
	'token-429': ['rate-limited', true],
	'token-500': ['registry-down', true],
	'insufficient-scope': ['identity-lacks-pull-role', false],
	'blob-403': ['registry-firewall-denied', false],
	'blob-404': ['manifest-deleted-by-cleanup', false],
	'blob-429': ['rate-limited', true],
	'blob-500': ['registry-down', true],
	'blob-hang-up': ['network-blocked-or-timeout', false],
	'storage-refuses': ['registry-data-endpoint-blocked', false],
	'storage-silent': ['registry-data-endpoint-blocked', false],
	'storage-name-absent': ['registry-data-endpoint-blocked', false],
	'host-unknown-authority': ['tls-unknown-ca', true],
	'host-expired': ['tls-cert-expired-or-clock-skew', true],
	'host-plain': ['plain-http', true],
	'host-refuses': ['network-blocked-or-timeout', true],
	'host-silent': ['network-blocked-or-timeout', true],
	'host-nosuch': ['wrong-registry-name', false],
	'host-privatelink': ['wrong-registry-name', true],
};

describe('what clients say of pulls that fail', () => {
	const said = cases.flatMap(({ name, expect: words }) =>
		Object.entries(words).map(([client, message]) => ({ name, client, message, cause: causes[name] })),
	);

	// The registry of the captures has other words than a real one for a blob that is not there, and crane shows nothing else.
	const isOdd = ({ name, client }: (typeof said)[number]) => name === 'blob-404' && client === 'crane';

	it.each(said.filter((one) => one.cause !== undefined && !isOdd(one)))('$name, by $client', ({ message, cause }) => {
		const { code, candidates } = explainWords({ message });
		const [wanted, isNamed] = cause ?? [];
		if (isNamed === true) expect(code).toBe(wanted);
		else expect(candidates.map((one) => one.code)).toContain(wanted);
	});
});
