import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { furthest, readMessage } from './read-message.ts';

const reference = process.env['LANYARD_REFERENCE'] ?? join(import.meta.dirname, '../../../../shared');
const corpus = join(reference, 'corpus/dev.jsonl');
if (!existsSync(corpus)) process.stdout.write('not run: reference material absent\n');

// TAXONOMY, "Fields": without context these are told apart by nothing that a message holds.
const alike = [
	['identity-lacks-pull-role', 'role-on-wrong-identity', 'role-propagation-delay'],
	['no-credentials-configured', 'secret-not-referenced', 'secret-missing-in-namespace', 'secret-wrong-server-host'],
];
const otherThanKubelet = ['container-client', 'azure-container-apps', 'azure-app-service', 'azure-aci', 'azure-ml'];

interface Case {
	id: string;
	message: string;
	cause: string;
	accepted: string[];
	byMessageAlone: boolean;
}

function readCases(): Case[] {
	return readFileSync(corpus, 'utf8')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line))
		.filter((row) => !otherThanKubelet.includes(row.platform))
		.map((row) => ({
			id: row.id,
			message: row.message,
			cause: row.root_cause,
			accepted: [row.root_cause, ...row.also_accept, ...(alike.find((group) => group.includes(row.root_cause)) ?? [])],
			byMessageAlone: row.message_only,
		}));
}

describe.skipIf(!existsSync(corpus))('messages of real reports', () => {
	it('names the cause from the words alone as often as words can', () => {
		const cases = readCases().map((one) => ({ ...one, named: furthest(readMessage(one.message)) }));
		const telling = cases.filter((one) => one.byMessageAlone);
		const strict = (of: typeof cases) => of.filter(({ named, cause }) => named?.code === cause).length;
		const lenient = (of: typeof cases) =>
			of.filter(({ named, accepted }) => accepted.includes(named?.code ?? '')).length;
		const listed = cases.filter(
			({ named, cause }) => named?.code === cause || named?.others.some((code) => code === cause),
		);
		process.stdout.write(
			`words alone: ${strict(cases)}/${cases.length} strict, ${lenient(cases)}/${cases.length} lenient, ` +
				`${listed.length}/${cases.length} cause among the candidates; where the message tells: ` +
				`${strict(telling)}/${telling.length} strict, ${lenient(telling)}/${telling.length} lenient\n`,
		);
		expect(lenient(cases) / cases.length).toBeGreaterThanOrEqual(0.65);
		expect(strict(telling) / telling.length).toBeGreaterThanOrEqual(0.9);
	});
});
