import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { caseFiles } from '../../e2e/captures/case-files.ts';
import type { Observation } from '../../e2e/captures/observation.ts';
import { captureVirtually } from './test-capture.ts';

// Each case of vectors/kubelet, which a real kubelet 1.35.4 with containerd 2.4.2 has been through, on a virtual one. What a run of
// the interop suite has just observed may take the vectors' place.
const folder = process.env['LANYARD_KUBELET_VECTORS'] ?? new URL('../../vectors/kubelet', import.meta.url).pathname;

const vectorFile = z.object({ cases: z.array(z.object({ name: z.string(), expect: z.custom<Observation>() })) });
/** The closed list of docs/fidelity.md: cases in which the two differ, and why. */
const differing: Record<string, string> = {};

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
	}, 120_000);

	const rows = names.map(
		(name) => [name, differing[name] === undefined ? 'same' : `differs: ${differing[name]}`] as const,
	);
	it.each(rows)('%s · %s', (name, verdict) => {
		expect(theirs.get(name)).toBeDefined();
		// A busy machine looks at a pod later than it should, never sooner; kubelet/pull-path.test.ts holds the waits to the second.
		const { backOffSeconds = [], ...own } = ours[name] ?? {};
		const { backOffSeconds: wanted = [], ...known } = theirs.get(name) ?? {};
		if (verdict === 'same') {
			expect(own).toEqual(known);
			expect(backOffSeconds.map((waited, i) => waited >= (wanted[i] ?? Infinity))).toEqual(wanted.map(() => true));
		} else expect(ours[name]).not.toEqual(theirs.get(name));
	});
});
