import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { clientRows, renderClients, unshown } from './interop-table.ts';
import { parts } from './parts.ts';
import { versions } from './set-up/versions.ts';

const file = new URL('../docs/interop.md', import.meta.url);
const doc = await readFile(file, 'utf8');

it.each(parts)('docs/interop.md names the part $name', ({ name }) => expect(doc).toContain(`\`${name}\``));

// `npm test -- e2e/interop-doc.test.ts -u` writes it. Whether a check shows what a cell says, every run of the suite finds out.
it('docs/interop.md has the table of clients, with the versions of the versions file', async () => {
	const written = doc.replace(/^\| client \|.*\n(\|.*\n)*/m, () => `${renderClients()}\n`);
	await expect(written).toMatchFileSnapshot(file.pathname);
});

it('the table has a row for everything that the versions file pins', () => {
	const { go: _go, older: _older, debian, 'kubectl-and-helm': npm, ...pinned } = versions;
	const { containerd: _olderContainerd, ...clients } = debian;
	const pins = [...Object.values(pinned), ...Object.values(clients), npm.version, npm.kubectl, npm.helm];
	const texts = clientRows.map(({ version, from }) => `${version} ${from}`);
	expect(pins.filter((version) => !texts.some((text) => text.includes(version)))).toEqual([]);
});

it('a client finds its way in as the table says: no part sets the variables but through way-in.ts', async () => {
	const folder = new URL('.', import.meta.url).pathname;
	const files = (await readdir(folder, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name));
	const variables = /\b(HTTPS?_PROXY|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE): (?!undefined)/;
	const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
	expect(files.filter((_, at) => variables.test(texts[at] ?? ''))).toEqual(['way-in.ts']);
});

it('every cell names a part that there is', () => {
	const names = parts.map(({ name }) => name);
	const claims = clientRows.flatMap(({ real, sandbox, fails }) => [...real, ...sandbox, ...fails]);
	expect(claims.filter(({ shownBy }) => !names.includes(shownBy.split(':')[0] ?? ''))).toEqual([]);
});

it('a claim that no check shows is found', () => {
	expect(unshown(['az-identity'], ['az-identity: every command of the Azure CLI ends as on Azure'])).toEqual([]);
	expect(unshown(['az-identity'], ['az-identity: another check'])).toHaveLength(1);
	expect(unshown([], [])).toEqual([]);
});
