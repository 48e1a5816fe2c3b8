import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTaxonomyCode, links, problems, type TaxonomyCode } from '@lanyard/core';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { certain, explainWords } from './explain-words.ts';

const vectors = join(import.meta.dirname, '../../../vectors');

interface VectorEvent {
	type: string;
	reason: string;
	message: string;
}

/** What a kubelet said in each captured case; the bare "it failed" and "I wait" left out. */
function captured(pair: 'kubelet' | 'kubelet-older' = 'kubelet'): [name: string, messages: string[]][] {
	return ['credentials', 'node', 'registry'].flatMap((file) => {
		const { cases } = JSON.parse(readFileSync(join(vectors, pair, `${file}.json`), 'utf8'));
		return cases.map(({ name, expect: seen }: { name: string; expect: { events?: VectorEvent[] } }) => {
			const told = (seen.events ?? []).filter(
				({ type, message }) => type === 'Warning' && !/^Error: (Err|Image)/.test(message),
			);
			return [name, told.map(({ message }) => message)];
		});
	});
}

// What each case was made to show (vectors/kubelet, "about"). Of a refusal without words, that the cause is among those named.
const meaning: Record<string, TaxonomyCode> = {
	'no-credentials': 'no-credentials-configured',
	'no-credentials-basic': 'no-credentials-configured',
	'wrong-credentials-public': 'secret-wrong-credentials',
	'wrong-password': 'secret-wrong-credentials',
	'wrong-password-basic': 'secret-wrong-credentials',
	'wrong-host-key': 'secret-wrong-server-host',
	'key-with-tag': 'secret-wrong-server-host',
	'auths-not-an-object': 'secret-malformed',
	'auth-not-base64': 'secret-malformed',
	'malformed-beside-good': 'secret-malformed',
	'wrong-type': 'secret-malformed',
	'expired-token': 'token-expired',
	'all-fail': 'secret-wrong-credentials',
	'service-account-secret-hidden': 'secret-wrong-credentials',
	'missing-secret': 'secret-missing-in-namespace',
	'missing-secret-beside-good': 'secret-missing-in-namespace',
	'docker-hub-registry-key': 'secret-wrong-server-host',
	'plugin-fails': 'credential-provider-failed',
	'plugin-without-annotation': 'credential-provider-failed',
	'aks-refused': 'identity-lacks-pull-role',
	'aks-granted-repository-not-covered': 'identity-lacks-pull-role',
	'never-absent': 'local-image-not-on-node',
	'if-present-without-credentials': 'no-credentials-configured',
	'name-in-capitals': 'image-ref-invalid',
	'name-with-bad-tag': 'image-ref-invalid',
	'name-with-short-digest': 'image-ref-invalid',
	'back-off': 'no-credentials-configured',
	'tag-absent': 'image-tag-not-found',
	'repository-absent': 'repository-not-found-or-typo',
	'digest-absent': 'image-tag-not-found',
	'platform-absent': 'wrong-architecture',
	'a-chart': 'node-runtime-fault',
	'manifest-401': 'no-credentials-configured',
	'manifest-403': 'registry-firewall-denied',
	'manifest-429': 'rate-limited',
	'manifest-500': 'registry-down',
	'manifest-503': 'registry-down',
	'manifest-hang-up': 'network-blocked-or-timeout',
	'token-401': 'secret-wrong-credentials',
	'token-403': 'secret-wrong-credentials',
	'token-429': 'rate-limited',
	'token-500': 'registry-down',
	'insufficient-scope': 'no-credentials-configured',
	'blob-403': 'registry-firewall-denied',
	'blob-404': 'manifest-deleted-by-cleanup',
	'blob-429': 'rate-limited',
	'blob-500': 'registry-down',
	'blob-hang-up': 'network-blocked-or-timeout',
	'storage-refuses': 'registry-data-endpoint-blocked',
	'storage-silent': 'registry-data-endpoint-blocked',
	'storage-name-absent': 'registry-data-endpoint-blocked',
	'host-unknown-authority': 'tls-unknown-ca',
	'host-expired': 'tls-cert-expired-or-clock-skew',
	'host-plain': 'plain-http',
	'host-refuses': 'network-blocked-or-timeout',
	'host-silent': 'network-blocked-or-timeout',
	'host-nosuch': 'wrong-registry-name',
};

/** The same words as of another case, so that they cannot come first as well; the cause has to be among the candidates. */
const sameWordsAs: Record<string, string> = {
	'wrong-host-key': 'no-credentials',
	'key-with-tag': 'no-credentials',
	'wrong-type': 'no-credentials',
	'plugin-fails': 'no-credentials',
	'plugin-without-annotation': 'no-credentials',
	'docker-hub-registry-key': 'no-credentials',
	'expired-token': 'wrong-password',
	'repository-absent': 'tag-absent',
	'wrong-password-basic': 'manifest-401',
};

/** Cases whose event is about something else than the pull: the container could not be started. */
const noPull = new Set(['command-absent', 'command-absent-never-restarted']);

// The older pair is Kubernetes 1.34 with containerd 1.6.
describe.each(['kubelet', 'kubelet-older'] as const)('what a %s said', (pair) => {
	const told = captured(pair).filter(([name, messages]) => messages.length > 0 && !noPull.has(name));

	it.each(told)('%s', (name, messages) => {
		const { code, candidates } = explainWords({ message: messages.join('\n') });
		const wanted = meaning[name];
		expect(wanted, 'every captured failure has its cause in the table').toBeDefined();
		if (sameWordsAs[name] === undefined) expect(code).toBe(wanted);
		else expect(candidates.map((one) => one.code)).toContain(wanted);
	});

	test('a start that failed is no failed pull', () => {
		const messages = captured(pair).flatMap(([name, all]) => (noPull.has(name) ? all : []));
		expect(messages.map((message) => explainWords({ message }).code)).toEqual(messages.map(() => null));
	});
});

const acr = 'myregistry.azurecr.io/nginx:v1';
const refused = `failed to resolve reference "${acr}": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized`;

describe('context', () => {
	const cases: [about: string, cause: TaxonomyCode][] = [
		['the registry is in a different tenant than the cluster', 'cross-tenant'],
		['the role was given two minutes ago, right after creating the cluster', 'role-propagation-delay'],
		['AcrPull was given to the control plane identity', 'role-on-wrong-identity'],
		['only on new nodes, which Karpenter made', 'node-identity-missing'],
	];
	it.each(cases)('moves what the words leave open: %s', (context, cause) => {
		expect(explainWords({ message: refused, context }).code).toBe(cause);
	});

	it('never brings back what the words exclude', () => {
		const context =
			'the service principal secret expired, credential changed, old password, token expired after 12 hours';
		const { candidates } = explainWords({ message: refused, context });
		expect(candidates.map(({ code }) => code)).not.toContain('secret-wrong-credentials');
		expect(candidates.map(({ code }) => code)).not.toContain('token-expired');
	});

	it('does not make certain what the words leave open', () => {
		const context = 'different tenant, cross-tenant, another directory';
		expect(explainWords({ message: refused, context }).candidates[0]?.confidence).toBeLessThan(certain);
	});
});

describe('any text', () => {
	test('nothing known is said to be nothing known', () => {
		expect(explainWords({ id: '7', message: 'lorem ipsum' })).toMatchObject({
			id: '7',
			code: null,
			candidates: [],
			fix: null,
		});
	});

	const dressings: [name: string, dress: (text: string) => string][] = [
		['escaped twice, as JSON in JSON', (text) => JSON.stringify(JSON.stringify(text))],
		['in colours', (text) => `\u001B[31m${text.replaceAll(' ', ' \u001B[1m')}\u001B[0m`],
		['in colours that were escaped', (text) => `\\u001b[31m${text}\\u001b[0m`],
		[
			'in a sentence of another language',
			(text) => `Hallo, bei uns geht seit gestern nichts: ${text} – was tun? Спасибо!`,
		],
		['in curly quotes', (text) => text.replaceAll('"', '”')],
		['broken over lines', (text) => text.replaceAll(': ', ':\n      ')],
		['as a web page writes it', (text) => text.replaceAll('"', '&quot;')],
		['cut at its end', (text) => text.slice(0, -4)],
		['cut at its beginning', (text) => text.slice(60)],
		['after a megabyte of noise', (text) => `${'abc xyz 0123 '.repeat(80_000)} ${text}`],
	];
	it.each(dressings)('%s', (_name, dress) => {
		const message = `Failed to pull image "${acr}": failed to pull and unpack image "${acr}": failed to do request: Head "https://myregistry.azurecr.io/v2/nginx/manifests/v1": tls: failed to verify certificate: x509: certificate signed by unknown authority`;
		expect(explainWords({ message: dress(message) }).code).toBe('tls-unknown-ca');
	});

	it('echoes no secret', () => {
		const secrets = [
			['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJhbmEifQ', 'c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw'].join('.'),
			['ghp', '0123456789abcdefghijABCDEFGHIJ'].join('_'),
			'hunter2hunter2',
			'c2lnLXRoYXQtaXMtc2VjcmV0LTAxMjM0NTY3ODkwMTIzNDU2Nzg5',
		];
		const [jwt = '', pat = '', password = '', sig = ''] = secrets;
		const message = `failed to authorize: 401 Unauthorized Bearer ${jwt} https://ana:${pat}@ghcr.io/v2/ denied: denied password=${password} ?sig=${sig}`;
		const shown = JSON.stringify(explainWords({ message }));
		for (const secret of secrets) expect(shown.toLowerCase()).not.toContain(secret.toLowerCase());
	});

	test('every answer is whole: shares between 0 and 1 that fall, codes of the taxonomy, one plain line each', () => {
		const words = fc.constantFrom(
			'[',
			', rpc error: code = ',
			'401',
			'x509: ',
			'denied',
			': not found',
			'lookup a: ',
			'\n- ',
			'"',
			'\\',
			'secret "',
			'403 Forbidden',
			'dial tcp 10.0.0.1:443: i/o timeout',
			'failed to copy: ',
			'https://x.blob.core.windows.net/',
			'image "a.azurecr.io/b@sha256:0"',
		);
		const text = fc
			.array(fc.oneof(words, fc.string({ unit: 'binary' })), { maxLength: 25 })
			.map((parts) => parts.join(''));
		fc.assert(
			fc.property(text, text, (message, context) => {
				const { candidates, recognised, link, code } = explainWords({ message, context });
				const shares = candidates.map(({ confidence }) => confidence);
				expect(shares).toEqual(shares.toSorted((one, other) => other - one));
				expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
				expect(candidates.every((one) => isTaxonomyCode(one.code))).toBe(true);
				expect(code).toBe(candidates[0]?.code ?? null);
				if (link !== null) expect(links).toContain(link);
				for (const { says } of recognised) expect(says).not.toMatch(/[\p{Cc}]/u);
			}),
			{ numRuns: 300 },
		);
	});

	// Texts made to send a careless pattern back and forth. A second is the promise (issue 10); a busy machine gets three.
	const hostile: [name: string, text: string][] = [
		['a megabyte of one letter', 'a'.repeat(1_000_000)],
		['of brackets', '['.repeat(1_000_000)],
		['of spaces', ' '.repeat(1_000_000)],
		['of backslashes', '\\'.repeat(1_000_000)],
		['of escapes', '\u001B['.repeat(500_000)],
		['of the beginnings of phrases', 'failed to pull image "'.repeat(45_000)],
		['of hosts', 'https://a.b.c.d.e.f.g/'.repeat(45_000)],
		['of gaps', 'manifest for pull secret could not fetch content descriptor '.repeat(17_000)],
		['of dots', 'lookup a.'.repeat(110_000)],
		['of quotes', '"\n'.repeat(500_000)],
	];
	it.each(hostile)('%s is read in no time', (_name, text) => {
		// Of the processor, and not of the clock: a busy machine gives a process little of itself.
		const before = process.cpuUsage();
		explainWords({ message: text, context: text.slice(0, 10_000) });
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1_000).toBeLessThan(3_000);
	});
});

test('every cause that is named has a link and a fix in the catalogue', () => {
	expect(Object.values(problems).every(({ fix }) => fix.length > 0)).toBe(true);
});

describe('a page that an answer points to', () => {
	const limit = 'toomanyrequests: You have reached your pull rate limit. https://www.docker.com/increase-rate-limit';

	it('is no host that was asked, but tells whose answer it is', () => {
		expect(explainWords({ message: limit })).toMatchObject({ code: 'rate-limited', host: null });
		expect(explainWords({ message: limit }).fix).toContain('Docker Hub');
	});
});

describe('what a program names by its own rules', () => {
	const about = (message: string) => explainWords({ message }).candidates.map(({ code }) => code);

	it('is a name that was not found, in the words of every resolver', () => {
		for (const words of ['No address associated with hostname', 'Name does not resolve', 'what nobody knows yet']) {
			const message = `Head "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: ${words}`;
			expect(about(message)[0]).toBe('dns-failure');
		}
	});

	it('is a manifest of schema 1, in the words of the two programs that read its signatures', () => {
		expect(about('Error response from daemon: missing signature key')[0]).toBe('manifest-unsupported-media-type');
		expect(about('ctr: no signatures')[0]).toBe('manifest-unsupported-media-type');
		expect(about('A signature was required, but no signatures exist')[0]).toBe('image-policy-rejected');
	});

	it('is the storage behind a registry, where a layer is refused whose manifest was given', () => {
		const message =
			'httpReadSeeker: failed open: unexpected status code https://quay.io/v2/a/b/blobs/sha256:1: 403 Forbidden';
		expect(about(message).slice(0, 2)).toEqual(['registry-data-endpoint-blocked', 'registry-down']);
	});
});

it('echoes no password that stands in an image name, and leaves digests alone', () => {
	const digest = `registry.example.com/app:v1@sha256:${'0'.repeat(64)}`;
	expect(
		JSON.stringify(explainWords({ message: 'Failed to pull image "jane:hunter22@x.azurecr.io/a:1": unauthorized' })),
	).not.toContain('hunter22');
	expect(explainWords({ message: `Failed to pull image "${digest}": not found` }).image).toBe(digest);
});
