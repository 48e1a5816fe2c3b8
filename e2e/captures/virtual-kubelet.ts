import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { tryProgram } from '../set-up/run-program.ts';
import type { CaptureOutput } from './capture-job.ts';
import { caseFiles } from './case-files.ts';
import { buildVectors, readObservations } from './vector-file.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Lets all cases of the captures happen on a virtual kubelet, beside what was just observed of a real one, and else beside
 * the vectors; gives the table.
 */
export async function compareVirtualKubelet(observed: CaptureOutput): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-vectors-'));
	try {
		for (const file of caseFiles) {
			const all = { ...(await readObservations(file)), ...observed };
			await writeFile(join(folder, `${file.name}.json`), buildVectors(file, all));
		}
		const args = ['run', 'sandbox/world/kubelet-vectors.test.ts', '--reporter=verbose'];
		const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
		const env = { LANYARD_KUBELET_VECTORS: folder, NO_COLOR: '1' };
		const { status, stdout, stderr } = await tryProgram(process.execPath, [vitest, ...args], { cwd: root, env });
		if (status !== 0) throw new Error(stdout + stderr);
		return stdout;
	} finally {
		await rm(folder, { recursive: true });
	}
}
