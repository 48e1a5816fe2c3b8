import { expect, it } from 'vitest';

import { caseFiles } from './case-files.ts';
import { differences } from './differences.ts';
import { buildVectors, readObservations, readVectors } from './vector-file.ts';

it.each(caseFiles)('$name.json holds every case, as it is given today', async (file) => {
	const kept = (await readVectors(file)) ?? '{"cases":[]}';
	expect(differences(kept, buildVectors(file, await readObservations(file)))).toEqual([]);
});
