import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { certain, explainWords } from './explain-words.ts';

const reference = process.env['LANYARD_REFERENCE'] ?? join(import.meta.dirname, '../../../../shared');
const corpus = join(reference, 'corpus/dev.jsonl');
const isPresent = existsSync(corpus);
if (!isPresent) process.stdout.write('not run: reference material absent\n');

interface Row {
	id: string;
	message: string;
	context?: string;
	registry_kind?: string;
	runtime?: string;
	platform?: string;
	root_cause: string;
	also_accept: string[];
	message_only: boolean;
}

function readRows(): Row[] {
	return readFileSync(corpus, 'utf8')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
}

const share = <T>(all: T[], of: (one: T) => boolean) => all.filter(of).length / all.length;

// `npm run bench:explain` prints the whole picture; docs/explain.md keeps it. Here: that it does not get worse.
describe.skipIf(!isPresent)('messages of real reports', () => {
	const rows = isPresent ? readRows() : [];
	const read = rows.map((row) => {
		const { candidates } = explainWords({
			message: row.message,
			...(row.context === undefined ? {} : { context: row.context }),
			...(row.registry_kind === undefined ? {} : { registryKind: row.registry_kind }),
			...(row.runtime === undefined ? {} : { runtime: row.runtime }),
			...(row.platform === undefined ? {} : { platform: row.platform }),
		});
		const codes: string[] = candidates.map(({ code }) => code);
		return {
			row,
			codes,
			sure: (candidates[0]?.confidence ?? 0) >= certain,
			accepted: [row.root_cause, ...row.also_accept],
		};
	});

	it('names the cause where the message decides', () => {
		const deciding = read.filter(({ row }) => row.message_only);
		expect(share(deciding, ({ row, codes }) => codes[0] === row.root_cause)).toBeGreaterThanOrEqual(0.95);
	});

	it('has the cause among the first three where it does not', () => {
		const open = read.filter(({ row }) => !row.message_only);
		expect(
			share(open, ({ codes, accepted }) => codes.slice(0, 3).some((code) => accepted.includes(code))),
		).toBeGreaterThanOrEqual(0.9);
	});

	it('is wrong at most once where it is certain', () => {
		const wrong = read.filter(({ sure, codes, accepted }) => sure && !accepted.includes(codes[0] ?? ''));
		expect(wrong.length).toBeLessThanOrEqual(1);
	});
});
