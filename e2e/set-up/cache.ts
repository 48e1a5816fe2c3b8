import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { Lacking } from './lacking.ts';

/** Something that is made once for its inputs and kept. */
export interface Making {
	name: string;
	/** Everything that decides the result: versions, flags. */
	versions: string[];
	/** Files whose text decides the result too. */
	files?: string[];
	/** The one command that shows why it cannot be made, or makes it. */
	remedy: string;
	/** Fills the empty folder; what it leaves there when it throws is thrown away. */
	make(folder: string): Promise<void>;
}

/** Gives the folder of what was made for exactly these inputs, and makes it when there is none yet. */
export async function cached(root: string, making: Making): Promise<string> {
	const folder = join(root, `${making.name}-${await fingerprint(making)}`);
	if (existsSync(folder)) return folder;
	await mkdir(root, { recursive: true });
	const draft = await mkdtemp(join(root, '.draft-'));
	try {
		await making.make(draft);
		await rename(draft, folder);
	} catch (error) {
		if (error instanceof Lacking) throw error;
		const words = error instanceof Error ? error.message : String(error);
		throw new Lacking(
			`${making.name}, which cannot be made (${words.replaceAll(/\s+/g, ' ').slice(-300)})`,
			making.remedy,
		);
	} finally {
		await rm(draft, { recursive: true, force: true });
	}
	return folder;
}

async function fingerprint({ versions, files = [] }: Making): Promise<string> {
	const hash = createHash('sha256').update(JSON.stringify([versions, process.platform, process.arch]));
	for (const file of files) hash.update(await readFile(file));
	return hash.digest('hex').slice(0, 16);
}
