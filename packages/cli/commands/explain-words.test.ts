import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';

import { Problem } from '@lanyard/core';
import { describe, expect, it, test } from 'vitest';

import { testContext } from '../test-context.ts';
import { refusals } from '../test-schemas.ts';
import { explainWordsCommand, type WordsFlags } from './explain-words.ts';

const image = 'myregistry.azurecr.io/nginx:v1';
const untrusted = `Failed to pull image "${image}": failed to do request: Head "https://myregistry.azurecr.io/v2/": x509: certificate signed by unknown authority`;
const reports = [
	{ id: 'one', message: untrusted },
	{ id: 'two', message: 'toomanyrequests: You have reached your pull rate limit.', registry_kind: 'dockerhub' },
	{ id: 'three', message: untrusted },
	{ id: 'four', message: 'nothing that anybody knows' },
];
const lines = reports.map((one) => JSON.stringify(one)).join('\n');

async function print(flags: WordsFlags, input = ''): Promise<string> {
	const context = testContext();
	expect(await explainWordsCommand(context, flags, () => Readable.from([input]))).toBe(0);
	return context.printed();
}

async function refuse(
	flags: WordsFlags,
	stdin: ReturnType<Parameters<typeof explainWordsCommand>[2]>,
): Promise<unknown> {
	return explainWordsCommand(testContext(), flags, () => stdin).catch((problem: unknown) => problem);
}

describe('explain from words', () => {
	test('a message, for a person', async () => {
		expect(await print({ output: 'text', message: untrusted })).toMatchInlineSnapshot(`
			"✗ myregistry.azurecr.io/nginx:v1 cannot be pulled

			  cause    network: the node does not trust the issuer of the registry's certificate  tls-unknown-ca
			  sure     yes, 96 %: these words hardly have another cause
			  shown    network
			  because  Go's network library: “signed by unknown authority”
			  fix      Install the issuing CA for the container runtime on every node, or exempt the registry
			           from TLS inspection.
			"
		`);
	});

	test('many reports, by cause', async () => {
		expect(await print({ output: 'text' }, lines)).toMatchInlineSnapshot(`
			"4 failed pulls, 2 causes

			✗ 2  one, three  myregistry.azurecr.io/nginx:v1
			  cause    network: the node does not trust the issuer of the registry's certificate  tls-unknown-ca
			  sure     yes, 96 %: these words hardly have another cause
			  shown    network
			  because  Go's network library: “signed by unknown authority”
			  fix      Install the issuing CA for the container runtime on every node, or exempt the registry
			           from TLS inspection.

			✗ 1  two
			  cause    token: the registry is throttling these pulls                                rate-limited
			  sure     yes, 95 %: these words hardly have another cause
			  shown    token
			  because  the registry: “toomanyrequests: you have reached your pull rate limit.”
			  fix      Sign in to Docker Hub with a pull secret, or pull through a cache or an import of your
			           own.

			? 1 of which no words are known  four
			"
		`);
	});

	test('the same for a ticket', async () => {
		expect(await print({ output: 'markdown', message: untrusted })).toMatchInlineSnapshot(`
			"**\`myregistry.azurecr.io/nginx:v1\`** cannot be pulled

			- **cause** (network, \`tls-unknown-ca\`): the node does not trust the issuer of the registry's certificate
			- **sure**: yes, 96 %: these words hardly have another cause
			- **shown**: network
			- **because**: Go's network library: \`signed by unknown authority\`
			- **fix**: Install the issuing CA for the container runtime on every node, or exempt the registry from TLS inspection.
			"
		`);
	});

	test('one line of JSON per report, in their order, with these fields and no others', async () => {
		const printed = await print({ output: 'json' }, lines);
		const documents = printed
			.trim()
			.split('\n')
			.map((line): unknown => JSON.parse(line));
		expect(documents).toMatchObject(reports.map(({ id }) => ({ id })));
		for (const document of documents) {
			expect(Object.keys(Object(document))).toEqual(['id', 'link', 'code', 'fine', 'candidates', 'decides', 'fix']);
			expect(refusals('words', document)).toEqual([]);
		}
	});

	test('the same in YAML', async () => {
		const { parse } = await import('yaml');
		const json = await print({ output: 'json' }, lines);
		expect(parse(await print({ output: 'yaml' }, lines))).toEqual(
			json
				.trim()
				.split('\n')
				.map((line): unknown => JSON.parse(line)),
		);
	});

	test('a file, or standard input by its name', async () => {
		const context = testContext();
		const file = join(context.folder, 'events.jsonl');
		writeFileSync(file, lines);
		const named = await print({ output: 'json', events: file });
		expect(await print({ output: 'json', events: '-' }, lines)).toBe(named);
	});

	test('what else is known counts', async () => {
		const message = `failed to resolve reference "${image}": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized`;
		expect(await print({ output: 'json', message, about: 'registry and cluster are in different tenants' })).toContain(
			'"code":"cross-tenant"',
		);
	});

	test('YAML of kubectl, as its JSON', async () => {
		const { stringify } = await import('yaml');
		const event = { involvedObject: { namespace: 'shop', name: 'web' }, reason: 'Failed', message: untrusted };
		const list = { apiVersion: 'v1', kind: 'List', items: [event] };
		const asYaml = await print({ output: 'json' }, stringify(list));
		expect(asYaml).toBe(await print({ output: 'json' }, JSON.stringify(list)));
		expect(asYaml).toContain('"code":"tls-unknown-ca"');
		expect(await print({ output: 'json' }, `kind: [broken\n${untrusted}`)).toContain('"code":"tls-unknown-ca"');
	});

	test('a list without a failed pull is no mistake', async () => {
		expect(await print({ output: 'json' }, '{"items":[]}')).toBe('no failed pull is told of there\n');
	});

	it('steers no terminal', async () => {
		const message = `Failed to pull image "${image}\u001B[2J\u009B2J": toomanyrequests \u001B]0;title\u0007`;
		for (const output of ['text', 'markdown', 'json'] as const) {
			expect((await print({ output, message })).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
		}
	});

	it('says what it wants when there is nothing to read', async () => {
		const terminal = Object.assign(new PassThrough(), { isTTY: true });
		expect(await refuse({ output: 'text' }, terminal)).toMatchObject({ code: 'missing-flag' });
		expect(await refuse({ output: 'text', message: ' ' }, terminal)).toMatchObject({ code: 'missing-flag' });
		expect(await refuse({ output: 'text', events: '/no/such/file' }, terminal)).toBeInstanceOf(Problem);
	});
});
