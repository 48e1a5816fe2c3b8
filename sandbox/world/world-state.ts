import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Problem } from '@lanyard/core';
import { createMemoryStore, openDurableStore, type WorldStore } from '@lanyard/sandbox-ground';

import { builtInWorld, checkWorld, type WorldDeclaration, type WorldFile } from './world-file.ts';

/** Where a world keeps itself. */
export interface WorldState {
	store: WorldStore;
	/** What the world was declared as, with its defaults. */
	file: WorldFile;
	/** Whether everything that was declared has been made before. */
	isMade: boolean;
	/** What the world in the store was declared as: another one after a snapshot was put there. */
	declared(): WorldFile;
	/** Says that everything that was declared has been made. */
	made(): void;
	/** How far the clock had leapt ahead. */
	aheadMs: number;
	moved(aheadMs: number): void;
	/** Where the bytes of registries lie; in memory when absent. */
	blobFolder?: string;
}

/**
 * Opens the state of a world: in memory, or in a folder, where it goes on as it was. A world that died while it was being made the first
 * time is made anew. Throws `state-of-another-world` when another world than the one in the folder is declared.
 */
export async function openWorldState(
	declaration: WorldDeclaration | undefined,
	folder: string | undefined,
): Promise<WorldState> {
	const declared = declaration && checkWorld(declaration, 'the world');
	const store = folder === undefined ? createMemoryStore() : await openDurableStore(folder);
	try {
		const known = store.table<WorldFile>('world/declared').get('world');
		if (!known) store.replace({});
		if (known && declared && !isSame(known, declared)) {
			throw new Problem('state-of-another-world', {
				where: folder ?? '',
				found: `the world with seed "${known.seed}"`,
			});
		}
		const blobFolder = folder === undefined ? undefined : join(folder, 'blobs');
		if (blobFolder !== undefined) await mkdir(blobFolder, { recursive: true, mode: 0o700 });
		const clock = store.table<number>('world/clock');
		const file = known ?? declared ?? checkWorld(builtInWorld, 'the world');
		return {
			store,
			file,
			isMade: known !== undefined,
			declared: () => checkWorld(store.table<WorldFile>('world/declared').get('world'), 'the snapshot'),
			made: () => store.table<WorldFile>('world/declared').set('world', file),
			aheadMs: clock.get('aheadMs') ?? 0,
			moved: (aheadMs) => clock.set('aheadMs', aheadMs),
			...(blobFolder !== undefined && { blobFolder }),
		};
	} catch (problem) {
		store.close();
		throw problem;
	}
}

/** How fast time passes is for each start to say. */
function isSame(one: WorldFile, other: WorldFile): boolean {
	const [a, b] = [one, other].map((file) => JSON.stringify({ ...file, settings: { ...file.settings, timeScale: 1 } }));
	return a === b;
}
