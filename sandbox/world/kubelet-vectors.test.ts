import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { caseFiles } from '../../e2e/captures/case-files.ts';
import type { Observation } from '../../e2e/captures/observation.ts';
import { fieldDifferences, showValue } from '../../e2e/field-differences.ts';
import { captureVirtually } from './test-capture.ts';

// Each case of vectors/kubelet, which a real kubelet 1.35.4 with containerd 2.4.2 has been through, on a virtual one. What a run of
// the interop suite has just observed may take the vectors' place.
const folder = process.env['LANYARD_KUBELET_VECTORS'] ?? new URL('../../vectors/kubelet', import.meta.url).pathname;

const vectorFile = z.object({ cases: z.array(z.object({ name: z.string(), expect: z.custom<Observation>() })) });
/** The closed list of docs/fidelity.md: cases in which the two differ, and why. */
const differing: Record<string, string> = {};

/** Changes to a vector, each by the field that must be named; false where a case has no such field. */
const changes: [field: string, change: (seen: Observation) => boolean][] = [
	['events[0].message', ({ events: [first] }) => set(first, 'message', 'another message')],
	['events[0].reason', ({ events: [first] }) => set(first, 'reason', 'AnotherReason')],
	['events', ({ events }) => events.length > 1 && events.push(...events.splice(0, 1)) > 0],
	['events.length', ({ events }) => events.pop() !== undefined],
	['states.length', ({ states }) => states.pop() !== undefined],
	['states[0]', ({ states: [first] }) => set(first, 'waiting', { reason: 'AnotherReason' })],
	['requests.length', ({ requests }) => requests.pop() !== undefined],
	['requests[0].status', ({ requests: [first] }) => set(first, 'status', 299)],
	['requests[0].authorization', ({ requests: [first] }) => set(first, 'authorization', 'another')],
	['pluginCalls.length', ({ pluginCalls }) => pluginCalls.pop() !== undefined],
	['pluginCalls[0].answer', ({ pluginCalls: [first] }) => set(first, 'answer', 'another')],
	['backOffSeconds', (seen) => seen.backOffSeconds !== undefined && set(seen, 'backOffSeconds', [9999])],
];

function set(target: object | undefined, name: string, value: unknown): boolean {
	if (target) Object.assign(target, { [name]: value });
	return target !== undefined;
}

const names = caseFiles.flatMap((file) => file.cases.map(({ name }) => name));

describe('a virtual kubelet beside a real one', () => {
	const theirs = new Map<string, Observation>();
	let ours: Record<string, Observation> = {};

	beforeAll(async () => {
		for (const { name } of caseFiles) {
			const { cases } = vectorFile.parse(JSON.parse(await readFile(`${folder}/${name}.json`, 'utf8')));
			for (const one of cases) theirs.set(one.name, one.expect);
		}
		ours = await captureVirtually(caseFiles.flatMap(({ cases }) => cases));
	});

	const rows = names.map(
		(name) => [name, differing[name] === undefined ? 'same' : `differs: ${differing[name]}`] as const,
	);
	it.each(rows)('%s · %s', (name, verdict) => {
		expect(theirs.get(name)).toBeDefined();
		const unlike = unlikeFields(theirs.get(name), ours[name]);
		if (verdict === 'same') expect(unlike).toEqual([]);
		else expect(unlike).not.toEqual([]);
	});

	// Whatever of a vector is not what it was must show, in whichever case it is.
	it.each(changes)('%s that is changed in a vector is found and named', (field, change) => {
		let applied = 0;
		for (const [name, real] of theirs) {
			const copy = structuredClone(real);
			if (differing[name] !== undefined || !change(copy)) continue;
			applied++;
			expect(unlikeFields(copy, ours[name]).some((one) => one.startsWith(field))).toBe(true);
		}
		expect(applied).toBeGreaterThan(0);
	});
});

/** Where two observations differ, by field, and how. */
function unlikeFields(real: Partial<Observation> = {}, ours: Partial<Observation> = {}): string[] {
	// A busy machine looks at a pod later than it should, never sooner; kubelet/pull-path.test.ts holds the waits to the second.
	const { backOffSeconds: wanted = [], ...known } = real;
	const { backOffSeconds: waited = [], ...own } = ours;
	const isSooner = wanted.length !== waited.length || wanted.some((seconds, at) => (waited[at] ?? 0) < seconds);
	return [
		...fieldDifferences(known, own).map(
			({ path, before, after }) => `${path}: ${showValue(before)} → ${showValue(after)}`,
		),
		...(isSooner ? [`backOffSeconds: ${showValue(wanted)} → ${showValue(waited)}`] : []),
	];
}
