import { describe, expect, it } from 'vitest';

import { createMemoryStore } from './store.ts';

describe('createMemoryStore', () => {
	it('keeps copies: what is changed outside does not change inside', () => {
		const table = createMemoryStore().table<{ roles: string[] }>('principals');
		const value = { roles: ['AcrPull'] };
		table.set('ana', value);
		value.roles.push('Owner');
		table.get('ana')?.roles.push('Owner');
		expect(table.get('ana')).toEqual({ roles: ['AcrPull'] });
	});

	it('lists in the order of the keys, those under a prefix only', () => {
		const table = createMemoryStore().table<number>('n');
		for (const [at, key] of ['b/2', 'a/1', 'b/1'].entries()) table.set(key, at);
		expect(table.entries('b/')).toEqual([
			['b/1', 2],
			['b/2', 0],
		]);
	});

	it('says whether there was something to delete', () => {
		const table = createMemoryStore().table<number>('n');
		table.set('a', 1);
		expect([table.delete('a'), table.delete('a'), table.get('a')]).toEqual([true, false, undefined]);
	});

	it('takes back all that a failed transaction wrote, inner ones included', () => {
		const store = createMemoryStore();
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
});
