import { existsSync, readFileSync } from 'node:fs';
import { broaderOf, isProblemCode, isPullCode, type TaxonomyCode } from '@lanyard/core';
import { faultKinds } from '@lanyard/sandbox-world';
import { describe, expect, it } from 'vitest';

// What the sandbox's nodes say when a cause was made true must speak of it in the words in which people report it.
const reference = process.env['LANYARD_REFERENCE'] ?? new URL('../../../../shared', import.meta.url).pathname;
const corpus = `${reference}/corpus/dev.jsonl`;
const isPresent = existsSync(corpus);
if (!isPresent) process.stdout.write('not run: reference material absent\n');

interface Report {
	message: string;
	root_cause: string;
}

const reports: Report[] = isPresent
	? readFileSync(corpus, 'utf8')
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line))
	: [];

// Many causes end in a refused pull and tell themselves apart by facts alone.
const refused = /401|unauthorized|authentication required|pull access denied/i;
const notFound = /not found/i;
/** The words by which a report of a cause is known. */
const telltale: Record<TaxonomyCode, RegExp> = {
	'acr-cache-upstream-failed': /failed dependency|cache rule|authentication required|not found|40\d/i,
	'artifact-streaming-failed': /localhost:8578/,
	'credential-provider-failed': refused,
	'cross-tenant': refused,
	'dns-failure': /lookup|dns|:53/,
	'identity-lacks-pull-role': refused,
	'image-policy-rejected': /denied|rejected/,
	'image-ref-invalid': /invalid reference format/,
	'image-tag-not-found': notFound,
	'kubelet-pull-limits': /pull QPS exceeded/,
	'local-image-not-on-node': /not present with pull policy of Never/,
	'manifest-deleted-by-cleanup': /manifest|401|anonymous token/,
	'manifest-unsupported-media-type': /no longer supported/,
	'network-blocked-or-timeout': /i\/o timeout|EOF|handshake timeout/,
	'no-credentials-configured': refused,
	'node-disk-pressure': /no space left on device/,
	'node-identity-missing': refused,
	'node-runtime-fault': /layer|size|policy|403/,
	'plain-http': /server gave HTTP response to HTTPS client/,
	'private-endpoint-dns': /i\/o timeout|EOF|not allowed|no such host|certificate|dial tcp|denied|401|unauthorized/i,
	proxy: /proxyconnect|proxy|504|timeout|lookup/i,
	'rate-limited': /429|toomanyrequests/i,
	'registry-auth-method-disabled': /401|authenticat/i,
	'registry-data-endpoint-blocked': /blob\.core\.windows\.net|cdn|configuration|dial tcp/,
	'registry-down': /50[0-9]|429|denied/,
	'registry-firewall-denied': /client with IP/,
	'repository-not-found-or-typo': notFound,
	'role-on-wrong-identity': refused,
	'role-propagation-delay': refused,
	'secret-malformed': /illegal base64 data at input byte|401|anonymous token/,
	'secret-missing-in-namespace': /secrets? |Access denied/i,
	'secret-not-referenced': refused,
	'secret-wrong-credentials': refused,
	'secret-wrong-server-host': /401|unauthorized|no basic auth/i,
	'sp-invalid-or-expired': /401|unauthorized/i,
	'tls-cert-expired-or-clock-skew': /certificate has expired or is not yet valid/,
	'tls-unknown-ca': /certificate signed by unknown authority/,
	'token-expired': /401|denied|expired|not found/i,
	'wrong-architecture': /no match for platform/,
	'wrong-registry-name': /no such host|certificate/,
};

const kinds = Object.entries(faultKinds).flatMap(([code, { shows }]) =>
	isProblemCode(code) && isPullCode(code) ? [{ code, broader: broaderOf(code), shows }] : [],
);

describe.runIf(isPresent)('the words of a fault', () => {
	it.each(kinds)('$code: the node says what reports of $broader say', ({ broader, shows }) => {
		const words = telltale[broader];
		expect(reports.some(({ root_cause: cause, message }) => cause === broader && words.test(message))).toBe(true);
		expect(shows).toMatch(words);
	});
});
