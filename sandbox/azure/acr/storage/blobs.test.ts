import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Blobs, type ByteRange, type Bytes, digestOf, StorageFull } from './blobs.ts';
import { openFileBlobs } from './file-blobs.ts';
import { createMemoryBlobs } from './memory-blobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanyard-blobs-'));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
const newFolder = () => join(folder, String((made += 1)));
const text = (words: string): Bytes => new TextEncoder().encode(words);
const bytes = text('0123456789');
const digest = digestOf(bytes);

async function* chunksOf(...words: string[]) {
	for (const word of words) yield text(word);
}

async function* breaksAfter(...words: string[]) {
	yield* chunksOf(...words);
	throw new Error('the line is dead');
}

async function readAll(blobs: Blobs, one: string, range?: ByteRange): Promise<string | undefined> {
	const stream = await blobs.open(one, range);
	return stream && new Response(stream).text();
}

const stores: [name: string, open: () => Blobs][] = [
	['in memory', () => createMemoryBlobs()],
	['in files', () => openFileBlobs(newFolder())],
];

describe.each(stores)('blobs %s', (_name, open) => {
	it('come back whole and in parts', async () => {
		const blobs = open();
		expect(await blobs.put(bytes)).toBe(digest);
		expect(await blobs.size(digest)).toBe(10);
		expect(await blobs.get(digest)).toEqual(bytes);
		expect(await readAll(blobs, digest)).toBe('0123456789');
		expect(await readAll(blobs, digest, { start: 3, end: 5 })).toBe('345');
		expect(await readAll(blobs, digest, { start: 9, end: 9 })).toBe('9');
		expect(await blobs.get(digestOf(text('other')))).toBeUndefined();
		expect(await readAll(blobs, '../../etc/passwd')).toBeUndefined();
	});

	it('come in by uploads, in as many pieces as one likes', async () => {
		const blobs = open();
		await blobs.uploads.start('one');
		await blobs.uploads.append('one', chunksOf('012', '34'));
		expect(await blobs.uploads.size('one')).toBe(5);
		expect(await blobs.size(digest)).toBeUndefined();
		await blobs.uploads.append('one', chunksOf('56789'));
		expect(await blobs.uploads.commit('one', digest)).toBe(10);
		expect(await readAll(blobs, digest, { start: 2, end: 7 })).toBe('234567');
		expect(await blobs.uploads.ids()).toEqual([]);
	});

	it('keep what came before a line broke, and can be gone on with', async () => {
		const blobs = open();
		await blobs.uploads.start('one');
		await expect(blobs.uploads.append('one', breaksAfter('0123', '45'))).rejects.toThrow('the line is dead');
		expect(await blobs.uploads.size('one')).toBe(6);
		await blobs.uploads.append('one', chunksOf('6789'));
		expect(await blobs.uploads.commit('one', digest)).toBe(10);
	});

	it('are never there under a digest that they have not', async () => {
		const blobs = open();
		const other = digestOf(text('other'));
		await blobs.uploads.start('one');
		await blobs.uploads.append('one', chunksOf('012'));
		expect(await blobs.uploads.commit('one', other)).toBe('wrong digest');
		expect(await blobs.size(other)).toBeUndefined();
		expect(await blobs.uploads.size('one')).toBeUndefined();
	});

	it('come in twice at once', async () => {
		const blobs = open();
		const push = async (id: string) => {
			await blobs.uploads.start(id);
			await blobs.uploads.append(id, chunksOf('01234', '56789'));
			return blobs.uploads.commit(id, digest);
		};
		expect(await Promise.all([push('one'), push('two'), push('three'), blobs.put(bytes)])).toEqual([
			10,
			10,
			10,
			digest,
		]);
		expect(await readAll(blobs, digest)).toBe('0123456789');
	});

	it('are swept when nothing references them and nobody holds them', async () => {
		const blobs = open();
		const names = await Promise.all(['kept', 'held', 'gone'].map((word) => blobs.put(text(word))));
		const [kept = '', held = '', gone = ''] = names;
		const release = blobs.hold(held);
		expect(await blobs.sweep((one) => one === kept)).toBe(1);
		expect(await Promise.all([kept, held, gone].map((one) => blobs.size(one)))).toEqual([4, 4, undefined]);
		release();
		expect(await blobs.sweep((one) => one === kept)).toBe(1);
		expect(await blobs.size(held)).toBeUndefined();
	});
});

describe('in memory', () => {
	it('there is an end to what fits in, and what is gone makes room', async () => {
		const blobs = createMemoryBlobs({ limit: 12 });
		await blobs.put(bytes);
		await blobs.uploads.start('one');
		await expect(blobs.uploads.append('one', chunksOf('a', 'b', 'c'))).rejects.toThrow(StorageFull);
		await blobs.uploads.discard('one');
		await blobs.put(text('de'));
		await expect(blobs.put(text('f'))).rejects.toThrow(StorageFull);
		await blobs.sweep(() => false);
		await blobs.put(text('f'));
	});
});

describe('in files', () => {
	it('an upload goes on after a restart, and what was half-written is gone', async () => {
		const place = newFolder();
		const before = openFileBlobs(place);
		await before.uploads.start('one');
		await before.uploads.append('one', chunksOf('0123'));
		writeFileSync(join(place, 'new', 'half'), 'half a manifest');
		const after = openFileBlobs(place);
		expect(readdirSync(join(place, 'new'))).toEqual([]);
		expect(await after.uploads.ids()).toEqual(['one']);
		await after.uploads.append('one', chunksOf('456789'));
		expect(await after.uploads.commit('one', digest)).toBe(10);
		expect(await readAll(openFileBlobs(place), digest)).toBe('0123456789');
	});

	it('a blob that is pushed during a sweep stays, though the list of what is needed is older', async () => {
		const blobs = openFileBlobs(newFolder());
		await blobs.put(bytes);
		let release = () => {};
		const swept = blobs.sweep((one) => {
			// The first question comes after the list was made: now a push of the same blob begins and ends.
			release = blobs.hold(one);
			release();
			return false;
		});
		expect(await swept).toBe(0);
		expect(await blobs.size(digest)).toBe(10);
	});
});
