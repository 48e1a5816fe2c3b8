import { format, inspect } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from './problem.ts';
import { Secret } from './secret.ts';

// Short texts would be found inside `[secret]` or the printers' own words by chance.
const value = fc.string({ minLength: 12, maxLength: 80 }).filter((text) => !text.includes('secret'));

// What lint forbids elsewhere is exactly what is tried here.
// oxlint-disable-next-line typescript/restrict-template-expressions
const inTemplate = (secret: Secret) => `sent ${secret}`;
// oxlint-disable-next-line typescript/restrict-plus-operands typescript/no-base-to-string
const added = (secret: Secret) => 'sent ' + secret;

const printers: [name: string, print: (secret: Secret) => string][] = [
	['String', (secret) => String(secret)],
	['a template', inTemplate],
	['joining', (secret) => ['password', secret].join(' ')],
	['adding to a text', added],
	['toLocaleString', (secret) => secret.toLocaleString()],
	['JSON', (secret) => JSON.stringify(secret)],
	['JSON of what holds it', (secret) => JSON.stringify({ steps: [{ change: { password: secret } }] })],
	['inspect', (secret) => inspect(secret)],
	['inspect with everything on', (secret) => inspect({ secret }, { showHidden: true, depth: null, getters: true })],
	['inspect without custom', (secret) => inspect(secret, { customInspect: false, showHidden: true })],
	['format', (secret) => format('%s %o %O %j', secret, secret, secret, secret)],
	['its own fields', (secret) => JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret)])],
	['a copy of its fields', (secret) => inspect(Object.assign({}, secret))],
	['structuredClone', (secret) => inspect(structuredClone(secret))],
	['an error', (secret) => inspect(new Error(inTemplate(secret), { cause: secret }))],
	[
		'a problem',
		(secret) => JSON.stringify(new Problem('sign-in-expired', { found: inTemplate(secret), cause: secret })),
	],
	['a problem, inspected', (secret) => inspect(new Problem('sign-in-expired', { cause: { secret } }), { depth: null })],
];

test.each(printers)('%s does not print a secret', (_name, print) => {
	fc.assert(
		fc.property(value, (text) => {
			const printed = print(new Secret(text));
			expect(printed).not.toContain(text);
			expect(printed).not.toContain(JSON.stringify(text).slice(1, -1));
			expect(printed).not.toContain(encodeURIComponent(text));
			expect(printed).not.toContain(Buffer.from(text).toString('base64').slice(0, 12));
		}),
	);
});

test('reveal gives it back unchanged', () => {
	fc.assert(fc.property(fc.string(), (text) => new Secret(text).reveal() === text));
});
