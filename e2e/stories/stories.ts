import { readFile } from 'node:fs/promises';

import { parseStory, type Story } from './story.ts';

/** The documents that have a story. */
export const documents = ['000', '001', '002', '003', '004'] as const;

export async function readStory(document: string): Promise<Story> {
	return parseStory(document, await readFile(new URL(`${document}.md`, import.meta.url), 'utf8'));
}
