import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Plan } from '@lanyard/core';

/** Keeps a plan with the states of its steps as `journal/ID.json`, so that what was half done can be told and undone. */
export async function writeJournal(stateDir: string, plan: Plan): Promise<void> {
	const folder = join(stateDir, 'journal');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await writeFile(join(folder, `${plan.id}.json`), JSON.stringify(plan, null, '\t'), { mode: 0o600 });
}
