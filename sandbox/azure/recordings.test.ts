import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { differences } from './arm/recorded-comparison.ts';
import { differencesOf } from './graph/test-replay.ts';
import { openReplay, type Replay, replay } from './replay.ts';
import { type Recorded, readRecording, recordings } from './test-recordings.ts';

interface Case {
	name: string;
	/** `aside`: of Graph as it was in 2022, replayed too, but what it said otherwise then is let through. */
	given: { exchanges: number; aside?: boolean };
	/** Exchanges that differ, by the reason. */
	expect: { except: Record<string, number[]> };
}

const file = join(import.meta.dirname, '../../vectors/recordings.json');
const all: { cases: Case[] } = JSON.parse(readFileSync(file, 'utf8'));
const cases = all.cases.filter(({ given }) => !given.aside);
const aside = all.cases.filter(({ given }) => given.aside);

/** Why an answer may differ; nothing else counts. */
const reasons = /^(api-version|region|blanked by the recorder|feature out of scope: .+)$/;
const total = { arm: 0, graph: 0, excepted: 0, aside: 0 };

const isGraph = ({ uri }: Recorded) => uri.startsWith('https://graph.microsoft.com/');

/** The exchanges that differ, and in what. */
async function replayAll(name: string): Promise<{ exchanges: Recorded[]; differing: Map<number, string[]> }> {
	const exchanges = readRecording(`${name}.json`);
	const open = await openReplay(exchanges);
	const differing = new Map<number, string[]>();
	for (const [index, exchange] of exchanges.entries()) {
		const found = await differencesIn(open, exchange);
		if (found.length > 0) differing.set(index, found);
	}
	return { exchanges, differing };
}

async function differencesIn(open: Replay, exchange: Recorded): Promise<string[]> {
	const answer = await replay(open, exchange);
	if (!isGraph(exchange)) return differences(exchange, answer, open.owner);
	const told: unknown = answer.status === 204 ? '' : await answer.json();
	return differencesOf(exchange, { answer, told, translation: open.translation });
}

/** Fields that Graph has grown since 2022 and 2023; empty wherever nobody wrote them, and read by no command of az's. */
const grownSince = [
	/\.(nativeAuthenticationApisEnabled|uniqueName|samlMetadataUrl|servicePrincipalLockConfiguration|requestSignatureVerification): only here$/,
	/\.web\.redirectUriSettings: only here$/,
];

function notOfAge(differing: Map<number, string[]>): string[] {
	return [...differing.values()].flat().filter((difference) => !grownSince.some((pattern) => pattern.test(difference)));
}

describe.skipIf(!recordings)(recordings ? 'answers are as recorded' : 'not run: reference material absent', () => {
	it.each(cases)('in $name', async ({ name, given, expect: { except } }) => {
		const { exchanges, differing } = await replayAll(name);
		const graph = exchanges.filter(isGraph).length;
		total.graph += graph;
		total.arm += exchanges.length - graph;
		total.excepted += differing.size;
		const allowed = Object.values(except).flat();
		const surprising = [...differing].filter(([index]) => !allowed.includes(index));
		expect(surprising).toEqual([]);
		// An exception that is none any more goes off the list.
		expect([...differing.keys()]).toEqual(allowed.toSorted((one, other) => one - other));
		// Nothing differs in what a client reads, whatever the list says.
		expect(notOfAge(differing)).toEqual([]);
		expect(exchanges.length).toBe(given.exchanges);
	});

	it('all but for reasons of the closed list, and for no more than 5 %', () => {
		const reasonsGiven = cases.flatMap((one) => Object.keys(one.expect.except));
		expect(reasonsGiven.filter((reason) => !reasons.test(reason))).toEqual([]);
		const exchanges = cases.reduce((sum, one) => sum + one.given.exchanges, 0);
		const excepted = cases.flatMap((one) => Object.values(one.expect.except).flat()).length;
		expect(exchanges).toBeGreaterThanOrEqual(500);
		expect(excepted / exchanges).toBeLessThanOrEqual(0.05);
	});

	it.each(aside)('aside, but for what Graph has grown since, in $name', async ({ name, given }) => {
		const { exchanges, differing } = await replayAll(name);
		total.aside += exchanges.length;
		expect(notOfAge(differing)).toEqual([]);
		expect(exchanges.length).toBe(given.exchanges);
	});

	afterAll(() => {
		const { arm, graph, excepted } = total;
		const share = ((excepted / (arm + graph)) * 100).toFixed(1);
		console.info(
			`recordings: ${arm + graph} exchanges replayed (${arm} of Resource Manager, ${graph} of Graph), ` +
				`${arm + graph - excepted} as recorded, ${excepted} excepted (${share} %); aside ${total.aside} of Graph in 2022`,
		);
	});
});
