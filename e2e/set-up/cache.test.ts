import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { cached, type Making } from './cache.ts';

let root = '';
beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), 'lanyard-cache-'));
});
afterEach(() => rm(root, { recursive: true }));

function making(versions: string[], made: string[]): Making {
	return {
		name: 'tool',
		versions,
		remedy: 'make tool',
		make: async (folder) => {
			made.push(versions.join());
			await writeFile(join(folder, 'tool'), 'x');
		},
	};
}

it('makes each version once', async () => {
	const made: string[] = [];
	const first = await cached(root, making(['1'], made));
	expect(await cached(root, making(['1'], made))).toBe(first);
	expect(await cached(root, making(['2'], made))).not.toBe(first);
	expect(made).toEqual(['1', '2']);
});

it('keeps nothing of what failed half-way', async () => {
	const failing: Making = {
		name: 'tool',
		versions: [],
		remedy: 'make tool',
		make: () => Promise.reject(new Error('no')),
	};
	await expect(cached(root, failing)).rejects.toThrow('tool, which cannot be made (no) is lacking: make tool');
	expect(await readdir(root)).toEqual([]);
});
