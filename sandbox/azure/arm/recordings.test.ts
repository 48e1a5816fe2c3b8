import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRecording, recordings } from '../test-recordings.ts';
import { differences } from './recorded-comparison.ts';
import { openReplay, replay } from './replay.ts';

interface Case {
	name: string;
	given: { exchanges: number };
	/** Exchanges that differ, by the reason. */
	expect: { except: Record<string, number[]> };
}

const file = join(import.meta.dirname, '../../../vectors/recordings.json');
const { cases }: { cases: Case[] } = JSON.parse(readFileSync(file, 'utf8'));

/** Why an answer may differ; nothing else counts. */
const reasons = /^(api-version|region|blanked by the recorder|feature out of scope: .+)$/;
const arm = 'https://management.azure.com';
const total = { replayed: 0, same: 0 };

/** The exchanges that differ, and in what. */
async function replayAll(name: string): Promise<{ count: number; differing: Map<number, string[]> }> {
	const exchanges = readRecording(`${name}.json`);
	const open = await openReplay(exchanges);
	const differing = new Map<number, string[]>();
	for (const [index, exchange] of exchanges.entries()) {
		const isElsewhere = !exchange.uri.startsWith(arm);
		const found = isElsewhere ? ['another host'] : await differences(exchange, await replay(open, exchange));
		if (found.length > 0) differing.set(index, found);
	}
	return { count: exchanges.length, differing };
}

describe.skipIf(!recordings)(recordings ? 'answers are as recorded' : 'not run: reference material absent', () => {
	it.each(cases)(
		'in $name',
		async ({ name, given, expect: { except } }) => {
			const { count, differing } = await replayAll(name);
			total.replayed += count;
			total.same += count - differing.size;
			const allowed = Object.values(except).flat();
			const surprising = [...differing].filter(([index]) => !allowed.includes(index));
			expect(surprising).toEqual([]);
			// An exception that is none any more goes off the list.
			expect([...differing.keys()]).toEqual(allowed.toSorted((one, other) => one - other));
			expect(count).toBe(given.exchanges);
		},
		60_000,
	);

	it('all but for reasons of the closed list', () => {
		expect(cases.flatMap((one) => Object.keys(one.expect.except)).filter((reason) => !reasons.test(reason))).toEqual(
			[],
		);
	});

	afterAll(() => console.info(`recordings: ${total.replayed} exchanges replayed, ${total.same} as recorded`));
});
