import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { operationsOf } from './clients/operations.data.ts';
import { sandboxClients } from './clients/sandbox-clients-job.ts';
import { parts } from './parts.ts';
import { versions } from './set-up/versions.ts';

const doc = await readFile(new URL('../docs/interop.md', import.meta.url), 'utf8');

it.each(parts)('docs/interop.md names the part $name', ({ name }) => expect(doc).toContain(`\`${name}\``));

const { go: _go, older: _older, 'kubectl-and-helm': npm, ...pinned } = versions;
const rows: [client: string, version: string][] = [...Object.entries(pinned), [npm.package, npm.version]];
it.each(rows.filter(([client]) => client !== 'azure-cli' && client !== 'kubernetes'))(
	'docs/interop.md has %s at %s',
	(client, version) =>
		expect(doc.split('\n').some((line) => line.includes(client) && line.includes(version))).toBe(true),
);

it('docs/interop.md has az and the kubelet at their versions', () => {
	expect(doc).toContain(`| az | ${versions['azure-cli']} |`);
	expect(doc).toContain(`| kubelet | ${versions.kubernetes} |`);
});

const noPrograms = { crane: '', regctl: '', helm: '', skopeo: '', podman: '', docker: '', dockerd: '' };
it.each(sandboxClients({ programs: noPrograms, python: '' }))(
	'docs/interop.md says what $name does at the sandbox',
	(client) => {
		const row = doc.split('\n').find((line) => line.startsWith(`| ${client.name}`));
		const cell = row?.split('|')[6]?.trim();
		expect(cell).toBe(
			operationsOf(client)
				.map(({ name }) => name)
				.join(', '),
		);
	},
);
