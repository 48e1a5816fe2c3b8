import type { LinkName, TaxonomyCode } from '@lanyard/core';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { furthest, readMessage } from './read-message.ts';

const reference = process.env['LANYARD_REFERENCE'] ?? join(import.meta.dirname, '../../../../shared');
const observed = join(reference, 'real-kubernetes');
const isPresent = existsSync(observed);
if (!isPresent) process.stdout.write('not run: reference material absent\n');

// What each re-enacted failure was, by the name it has in the recordings (real-kubernetes/README.md).
const meaning: Record<string, [TaxonomyCode, LinkName]> = {
	anon: ['identity-lacks-pull-role', 'token'],
	noscope: ['identity-lacks-pull-role', 'token'],
	wrong: ['secret-wrong-credentials', 'token'],
	notag: ['image-tag-not-found', 'manifest'],
	digest: ['image-tag-not-found', 'manifest'],
	s401: ['identity-lacks-pull-role', 'token'],
	s403: ['registry-firewall-denied', 'manifest'],
	s403tok: ['registry-firewall-denied', 'token'],
	s429: ['rate-limited', 'manifest'],
	t429: ['rate-limited', 'token'],
	b429: ['rate-limited', 'layers'],
	s500: ['registry-down', 'manifest'],
	s503: ['registry-down', 'manifest'],
	t500: ['registry-down', 'token'],
	b500: ['registry-down', 'layers'],
	sreset: ['network-blocked-or-timeout', 'network'],
	breset: ['network-blocked-or-timeout', 'layers'],
	b403: ['registry-firewall-denied', 'layers'],
	b404: ['manifest-deleted-by-cleanup', 'layers'],
	'p-401': ['no-credentials-configured', 'token'],
	'p-404tag': ['image-tag-not-found', 'manifest'],
	'p-404repo': ['image-tag-not-found', 'manifest'],
	'p-digest': ['image-tag-not-found', 'manifest'],
	'p-badname': ['image-ref-invalid', 'image'],
	'p-connrefused': ['network-blocked-or-timeout', 'network'],
	'p-unknownhost': ['wrong-registry-name', 'dns'],
	'p-never': ['local-image-not-on-node', 'presence'],
};

function foldersUnder(folder: string): string[] {
	const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
	return [folder, ...inside.flatMap((entry) => foldersUnder(join(folder, entry.name)))];
}

function recordings(): string[] {
	return readdirSync(observed)
		.filter((name) => name.startsWith('observed'))
		.flatMap((name) => foldersUnder(join(observed, name)))
		.filter((folder) => existsSync(join(folder, 'events-bearer.txt')));
}

function messagesOf(folder: string): [scenario: string, message: string][] {
	const lines = ['events-bearer.txt', 'events-basic-auth.txt'].flatMap((file) =>
		existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim().split('\n') : [],
	);
	return lines.flatMap((line) => {
		const cells = line.split('\t');
		const [scenario = '', message = ''] = [cells[0], cells.at(-1)];
		return /^(Failed to (pull|apply)|Container image .* Never)/.test(message) ? [[scenario, message]] : [];
	});
}

describe.skipIf(!isPresent)('messages of real kubelets', () => {
	it.each(isPresent ? recordings().map((folder) => [folder.slice(observed.length + 1), folder]) : [])(
		'%s',
		(_name, folder) => {
			const byScenario = Map.groupBy(messagesOf(folder), ([scenario]) => scenario);
			// A secret that could not be read in time makes one anonymous first try: all messages of a pod count together.
			const read = [...byScenario].map(([scenario, messages]) => {
				const symptom = furthest(messages.flatMap(([, message]) => readMessage(message)));
				return [scenario, symptom?.code, symptom?.shownAt];
			});
			const known = read.filter(([scenario]) => meaning[scenario ?? ''] !== undefined);
			expect(known.length).toBeGreaterThan(5);
			expect(known).toEqual(known.map(([scenario]) => [scenario, ...(meaning[scenario ?? ''] ?? [])]));
		},
	);
});
