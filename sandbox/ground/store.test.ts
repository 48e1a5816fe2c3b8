import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, describe, expect, it } from 'vitest';

import { openDurableStore } from './durable-store.ts';
import { createMemoryStore, storeUnder, type WorldStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanyard-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
const newFolder = () => join(folder, String((made += 1)));
const turn = () => new Promise((resolve) => setImmediate(resolve));

const kinds: [name: string, open: () => WorldStore | Promise<WorldStore>][] = [
	['createMemoryStore', createMemoryStore],
	['openDurableStore', () => openDurableStore(newFolder())],
];

describe.each(kinds)('%s', (_name, open) => {
	it('is not changed by what happens to a value outside', async () => {
		const table = (await open()).table<{ roles: string[] }>('principals');
		const value = { roles: ['AcrPull'] };
		table.set('ana', value);
		value.roles.push('Owner');
		expect(() => table.get('ana')?.roles.push('Owner')).toThrow(TypeError);
		expect(table.get('ana')).toEqual({ roles: ['AcrPull'] });
	});

	it('lists in the order of the keys, those under a prefix only', async () => {
		const table = (await open()).table<number>('n');
		for (const [at, key] of ['b/2', 'a/1', 'c', 'b/1', 'b'].entries()) table.set(key, at);
		table.delete('c');
		expect(table.entries('b/')).toEqual([
			['b/1', 3],
			['b/2', 0],
		]);
		expect(table.entries().map(([key]) => key)).toEqual(['a/1', 'b', 'b/1', 'b/2']);
	});

	it('says whether there was something to delete', async () => {
		const table = (await open()).table<number>('n');
		table.set('a', 1);
		expect([table.delete('a'), table.delete('a'), table.get('a')]).toEqual([true, false, undefined]);
	});

	it('takes back all that a failed transaction wrote, inner ones included', async () => {
		const store = await open();
		const table = store.table<number>('n');
		table.set('kept', 1);
		const work = () =>
			store.transaction(() => {
				table.set('kept', 2);
				store.transaction(() => table.set('new', 3));
				table.delete('kept');
				throw new Error('no');
			});
		expect(work).toThrow('no');
		expect(table.entries()).toEqual([['kept', 1]]);
	});

	it('has parts with names of their own, and forgets one of them', async () => {
		const store = await open();
		const [one, other] = [storeUnder(store, 'one/'), storeUnder(store, 'other/')];
		one.table<number>('n').set('a', 1);
		other.table<number>('n').set('a', 2);
		one.drop('');
		expect([one, other].map((part) => part.table('n').get('a'))).toEqual([undefined, 2]);
	});

	it('gives all it holds, and takes it back', async () => {
		const [store, other] = [await open(), await open()];
		store.table<number>('n').set('a', 1);
		other.table<number>('n').set('b', 2);
		other.replace(store.content());
		expect(other.content()).toEqual({ n: [['a', '1']] });
	});
});

describe('openDurableStore', () => {
	it('has everything again when it is opened again', async () => {
		const place = newFolder();
		const store = await openDurableStore(place);
		const table = store.table<string>('names');
		const keys = ['z', 'ä', '𐐀', 'a|b', '', 'e\u0301'];
		for (const key of keys) table.set(key, `${key}\u0000\ud800`);
		table.delete('z');
		const before = table.entries();
		store.close();
		const again = await openDurableStore(place);
		expect(again.table('names').entries()).toEqual(before);
		again.close();
	});

	it('keeps nothing of a transaction that failed, and everything around it', async () => {
		const place = newFolder();
		const store = await openDurableStore(place);
		const table = store.table<number>('n');
		table.set('before', 1);
		expect(() =>
			store.transaction(() => {
				table.set('half', 1);
				throw new Error('no');
			}),
		).toThrow('no');
		table.set('after', 1);
		store.close();
		const again = await openDurableStore(place);
		expect(again.table('n').entries()).toEqual([
			['after', 1],
			['before', 1],
		]);
		again.close();
	});

	it('keeps what was written before anybody outside can hear of it', async () => {
		const place = newFolder();
		const store = await openDurableStore(place);
		store.table<number>('n').set('a', 1);
		await turn();
		// A copy of the files is what a process finds that starts after this one was killed.
		const copy = newFolder();
		const { cpSync } = await import('node:fs');
		cpSync(place, copy, { recursive: true });
		const found = await openDurableStore(copy);
		expect(found.table('n').get('a')).toBe(1);
		found.close();
		store.close();
	});

	it('refuses a folder that another store works with', async () => {
		const place = newFolder();
		const store = await openDurableStore(place);
		await expect(openDurableStore(place)).rejects.toMatchObject({ code: 'state-in-use' });
		store.close();
		(await openDurableStore(place)).close();
	});

	it('refuses a newer format, and leaves it as it is', async () => {
		const place = newFolder();
		(await openDurableStore(place)).close();
		const database = new DatabaseSync(join(place, 'world.sqlite'));
		database.exec('PRAGMA user_version = 99');
		database.close();
		for (const _time of [1, 2])
			await expect(openDurableStore(place)).rejects.toMatchObject({ code: 'state-too-new', found: 'format 99' });
	});

	it("refuses what is no database, and another program's", async () => {
		const [text, foreign] = [newFolder(), newFolder()];
		(await openDurableStore(text)).close();
		writeFileSync(join(text, 'world.sqlite'), 'no database at all, but some words of a person'.repeat(50));
		await expect(openDurableStore(text)).rejects.toMatchObject({ code: 'state-unusable' });
		(await openDurableStore(foreign)).close();
		rmSync(join(foreign, 'world.sqlite'));
		const database = new DatabaseSync(join(foreign, 'world.sqlite'));
		database.exec('CREATE TABLE bookmarks (url TEXT)');
		database.close();
		await expect(openDurableStore(foreign)).rejects.toMatchObject({
			code: 'state-unusable',
			found: 'a database of another program',
		});
	});

	it('makes a deep folder for its owner only', async () => {
		const place = join(newFolder(), 'deep', 'er');
		(await openDurableStore(place)).close();
		expect([place, dirname(place)].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
	});

	// Making a folder there is refused even to root: /proc answers ENOENT, /dev/null ENOTDIR.
	it.each(['/proc/none/deep', '/dev/null/x', '/dev/null'])('says that nothing can be kept in %s', (place) =>
		expect(openDurableStore(place)).rejects.toMatchObject({
			...{ code: 'state-unusable', where: join(place, 'world.sqlite') },
			found: expect.stringMatching(/.+/),
		}),
	);

	it('starts from what was whole when the journal ends in the middle of a write', async () => {
		const place = newFolder();
		const store = await openDurableStore(place);
		store.table<number>('n').set('a', 1);
		await turn();
		const copy = newFolder();
		const { cpSync } = await import('node:fs');
		cpSync(place, copy, { recursive: true });
		store.close();
		appendFileSync(join(copy, 'world.sqlite-wal'), Buffer.alloc(5000, 7));
		const found = await openDurableStore(copy);
		expect(found.table('n').entries()).toEqual([['a', 1]]);
		found.close();
	});
});
