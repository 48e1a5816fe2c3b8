import { expect, it } from 'vitest';

import { caseFiles } from './case-files.ts';
import { differences } from './differences.ts';
import { buildVectors, readVectors } from './vector-file.ts';

it.each(caseFiles)('$name.json holds every case, as it is given today', async (file) => {
	const kept = (await readVectors(file)) ?? '{"cases":[]}';
	const { cases }: { cases: { name: string; expect: never }[] } = JSON.parse(kept);
	const observed = Object.fromEntries(cases.map((one) => [one.name, one.expect]));
	expect(differences(kept, buildVectors(file, observed, ''))).toEqual([]);
});

it('finds what was changed in a vector', async () => {
	const [file] = caseFiles;
	const kept = (file && (await readVectors(file))) ?? '';
	const changed = kept.replace('Error: ErrImagePull', 'Error: ErrImagePuII');
	expect(differences(kept, changed)).toHaveLength(1);
});

it('gives every case a name of its own', () => {
	const names = caseFiles.flatMap(({ cases }) => cases.map(({ name }) => name));
	expect(new Set(names).size).toBe(names.length);
});
